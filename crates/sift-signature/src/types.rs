//! The static types used in function signatures.

/// The static type of a value, as far as the checker knows it.
///
/// ```
/// use sift_signature::Type;
///
/// assert_eq!(Type::from_name("str"), Type::Str);
/// assert_eq!(Type::from_name("anything else"), Type::Any);
/// assert_eq!((Type::Str.name(), Type::Any.name()), ("str", "value"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// The type of any value; used for unknown types, too.
    Any,
    /// The type of `None`.
    None,
    /// The type `bool`.
    Bool,
    /// The type `int`.
    Int,
    /// The type `float`.
    Float,
    /// The type `str`.
    Str,
    /// The type `list`.
    List,
    /// The type `tuple`.
    Tuple,
    /// The type `dict` and its subclasses, which share its methods.
    Dict,
    /// The type `set`.
    Set,
    /// The type of compiled regular expressions, `re.Pattern`.
    Pattern,
    /// The type `datetime.date`.
    Date,
    /// The type `datetime.time`.
    Time,
    /// The type `datetime.datetime`.
    DateTime,
    /// The type `datetime.timedelta`.
    TimeDelta,
    /// The type `datetime.timezone`.
    TimeZone,
    /// The type of the context object `ctx`.
    Context,
    /// The type of a document in the context.
    Document,
    /// The type `decimal.Decimal`.
    Decimal,
    /// The type `fractions.Fraction`.
    Fraction,
}

impl Type {
    const NAMES: [(Self, &'static str); 20] = [
        (Self::Any, "value"),
        (Self::None, "None"),
        (Self::Bool, "bool"),
        (Self::Int, "int"),
        (Self::Float, "float"),
        (Self::Str, "str"),
        (Self::List, "list"),
        (Self::Tuple, "tuple"),
        (Self::Dict, "dict"),
        (Self::Set, "set"),
        (Self::Pattern, "Pattern"),
        (Self::Date, "date"),
        (Self::Time, "time"),
        (Self::DateTime, "datetime"),
        (Self::TimeDelta, "timedelta"),
        (Self::TimeZone, "timezone"),
        (Self::Context, "Context"),
        (Self::Document, "Document"),
        (Self::Decimal, "Decimal"),
        (Self::Fraction, "Fraction"),
    ];

    /// Returns the type's name as shown in messages. [`Type::Any`] is shown as `value`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(known, _)| *known == self);
        found.map_or("value", |(_, name)| name)
    }

    /// Returns the type with this name in the library table, or [`Type::Any`] if there is none.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        found.map_or(Self::Any, |(known, _)| *known)
    }
}
