//! The types that signatures name.

/// What the checker knows of a value's type.
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
    /// Anything.
    Any,
    /// `None`.
    None,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `float`.
    Float,
    /// `str`.
    Str,
    /// `list`.
    List,
    /// `tuple`.
    Tuple,
    /// `dict`, and its kin that share its methods.
    Dict,
    /// `set`.
    Set,
    /// A compiled regular expression.
    Pattern,
    /// `datetime.date`.
    Date,
    /// `datetime.time`.
    Time,
    /// `datetime.datetime`.
    DateTime,
    /// `datetime.timedelta`.
    TimeDelta,
    /// `datetime.timezone`.
    TimeZone,
    /// The context as an object: `ctx`.
    Context,
    /// A document of the context.
    Document,
    /// `Decimal`.
    Decimal,
    /// `Fraction`.
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

    /// Returns the name as messages show it; `value` for [`Type::Any`].
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = Self::NAMES.iter().find(|(known, _)| *known == self);
        found.map_or("value", |(_, name)| name)
    }

    /// Reads a type as the library table writes it; anything else is [`Type::Any`].
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let found = Self::NAMES.iter().find(|(_, known)| *known == name);
        found.map_or(Self::Any, |(known, _)| *known)
    }
}
