//! A value: 16 bytes, `Copy`, and meaningless without the heap it points into.

use std::fmt;

/// The type of a value, known without looking at the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Type {
    /// Nothing: an unassigned variable, or an argument that was not given.
    Unbound,
    /// `None`.
    None,
    /// `bool`.
    Bool,
    /// `int` that fits 64 bits.
    Int,
    /// A flag of `re`, or several: an `int` with names.
    RegexFlag,
    /// `float`.
    Float,
    /// `...`.
    Ellipsis,
    /// `int` that does not fit 64 bits.
    BigInt,
    /// `str`, documents of the context included: their payload holds the document's number too.
    Str,
    /// `list`.
    List,
    /// `tuple`, `namedtuple` included.
    Tuple,
    /// `dict` and its kin.
    Dict,
    /// `deque`.
    Deque,
    /// `set`.
    Set,
    /// `frozenset`.
    FrozenSet,
    /// `range`.
    Range,
    /// `slice`, as an index.
    Slice,
    /// A view of a dict: keys, values or items.
    DictView,
    /// An iterator of ours.
    Iterator,
    /// A generator.
    Generator,
    /// A function that the program defined.
    Function,
    /// A library function; the payload is its row in the library table.
    Native,
    /// A library function, or a constant of a module, that is written in the language; the payload is its number.
    Provided,
    /// A function of the host; the payload is its number among the session's tools.
    Tool,
    /// A library function with its receiver.
    BoundMethod,
    /// A class; the payload is its number.
    Class,
    /// A class of named tuples.
    TupleClass,
    /// A provided module; the payload is its number.
    Module,
    /// An exception.
    Exception,
    /// A variable shared by closures; never seen by programs.
    Cell,
    /// A compiled regular expression.
    Pattern,
    /// A match of one.
    Match,
    /// The context, as an object.
    Context,
    /// A record of named fields, as `grep` returns them.
    Record,
    /// `datetime.date`.
    Date,
    /// `datetime.time`.
    Time,
    /// `datetime.datetime`.
    DateTime,
    /// `datetime.timedelta`.
    TimeDelta,
    /// `datetime.timezone` without a name; the payload is the offset from UTC in microseconds.
    TimeZone,
    /// `datetime.timezone` with a name.
    NamedZone,
    /// An instance of a class that the library defines in the language.
    Instance,
    /// `Decimal`.
    Decimal,
    /// What decimal numbers are fitted to.
    DecimalContext,
    /// `Fraction`.
    Fraction,
    /// A value that running ahead does not know; no program sees one.
    Unknown,
}

/// Where a value came from, in the coarsest sense; joined by every operation that computes with values.
///
/// A text knows more: which ranges of which sources it was cut from (see `sift_text::Text::origins`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Label(u32);

impl Label {
    /// The program itself: its literals and what it computed from them.
    pub const PROGRAM: Self = Self(0);
    /// Derived from the context.
    pub const CONTEXT: Self = Self(1);
    /// Derived from a model's reply.
    pub const REPLY: Self = Self(2);
    /// Derived from what a tool of the host gave.
    pub const TOOL: Self = Self(4);

    /// Known by what containers hold alone: the value may derive from less.
    pub const HELD: Self = Self(8);

    /// Derived from whatever a program may see.
    pub const ANY: Self = Self(7);

    /// Joins two labels: what is derived from both.
    #[must_use]
    #[inline]
    pub const fn join(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Tells whether everything in `other` is also in this label.
    #[must_use]
    #[inline]
    pub const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Vec::new();
        if self.holds(Self::CONTEXT) {
            names.push("context");
        }
        if self.holds(Self::REPLY) {
            names.push("reply");
        }
        if self.holds(Self::TOOL) {
            names.push("tool");
        }
        f.write_str(if names.is_empty() { "program" } else { "" })?;
        f.write_str(&names.join("+"))
    }
}

/// The number of an object on its machine's heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub u32);

/// A value: a type, a label, and eight bytes that hold either the value itself or the number of an object on the heap.
///
/// A text that is a document of the context holds the document's number in the payload, beside the object's.
///
/// Values of one machine mean nothing to another; they are read through the machine.
#[derive(Clone, Copy)]
pub struct Value {
    kind: Type,
    label: Label,
    payload: u64,
}

/// The bits of the payload that hold an object's number.
const HANDLE_BITS: u64 = u32::MAX as u64;

impl Value {
    /// An unassigned variable, or an argument that was not given.
    pub const UNBOUND: Self = Self::of(Type::Unbound, 0);
    /// `None`.
    pub const NONE: Self = Self::of(Type::None, 0);
    /// `True`.
    pub const TRUE: Self = Self::of(Type::Bool, 1);
    /// `False`.
    pub const FALSE: Self = Self::of(Type::Bool, 0);
    /// `...`.
    pub const ELLIPSIS: Self = Self::of(Type::Ellipsis, 0);

    const fn of(kind: Type, payload: u64) -> Self {
        Self {
            kind,
            label: Label::PROGRAM,
            payload,
        }
    }

    /// Makes a `bool`.
    #[must_use]
    #[inline]
    pub const fn bool(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// Makes an `int`.
    #[must_use]
    #[inline]
    pub const fn int(value: i64) -> Self {
        Self::of(Type::Int, value.cast_unsigned())
    }

    /// Makes a flag of `re`, or several.
    #[must_use]
    pub const fn regex_flag(bits: i64) -> Self {
        Self::of(Type::RegexFlag, bits.cast_unsigned())
    }

    /// Makes an `int` of a length; lengths beyond 2⁶³ do not occur.
    #[must_use]
    #[inline]
    pub fn length(value: usize) -> Self {
        Self::int(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// Makes a `float`.
    #[must_use]
    #[inline]
    pub const fn float(value: f64) -> Self {
        Self::of(Type::Float, value.to_bits())
    }

    /// Makes a `timezone` of an offset from UTC in microseconds.
    #[must_use]
    pub const fn zone(offset: i64) -> Self {
        Self::of(Type::TimeZone, offset.cast_unsigned())
    }

    /// Makes a value that stands for the object `handle` of type `kind`.
    #[inline]
    pub const fn object(kind: Type, handle: Handle) -> Self {
        Self::of(kind, handle.0 as u64)
    }

    /// Makes a value whose payload is a number of a table: natives, classes, modules.
    #[inline]
    pub const fn indexed(kind: Type, index: u32) -> Self {
        Self::of(kind, index as u64)
    }

    /// Returns the same text as a document of the context; its number is less than `u32::MAX`.
    #[must_use]
    pub const fn of_document(mut self, index: u32) -> Self {
        self.payload = self.payload & HANDLE_BITS | (index as u64 + 1) << HANDLE_BITS.count_ones();
        self
    }

    /// Returns the number of the document that a text is; none for any other text.
    pub const fn document(self) -> Option<u32> {
        match (self.kind, self.payload >> HANDLE_BITS.count_ones()) {
            (Type::Str, number @ 1..) => Some((number - 1) as u32),
            _ => None,
        }
    }

    /// Returns the same value with `label` joined in.
    #[must_use]
    #[inline]
    pub const fn labelled(mut self, label: Label) -> Self {
        self.label = self.label.join(label);
        self
    }

    /// Returns the type.
    #[must_use]
    #[inline]
    pub const fn kind(self) -> Type {
        self.kind
    }

    /// Returns where the value came from.
    #[must_use]
    #[inline]
    pub const fn label(self) -> Label {
        self.label
    }

    /// Returns the object's number; meaningful for values that live on the heap.
    #[inline]
    pub const fn handle(self) -> Handle {
        Handle(self.payload as u32)
    }

    /// Returns the table index of a native, class or module.
    #[inline]
    pub const fn index(self) -> usize {
        self.payload as usize
    }

    /// Returns the `i64` of an `int`, a `bool`, a flag of `re` or a `timezone`; meaningless for other types.
    #[inline]
    pub const fn raw_int(self) -> i64 {
        self.payload.cast_signed()
    }

    /// Returns the `f64` of a `float`; meaningless for other types.
    #[inline]
    pub const fn raw_float(self) -> f64 {
        f64::from_bits(self.payload)
    }

    /// Returns the integer of a small `int` or a `bool`.
    #[must_use]
    #[inline]
    pub const fn as_int(self) -> Option<i64> {
        match self.kind {
            Type::Int | Type::Bool | Type::RegexFlag => Some(self.raw_int()),
            _ => None,
        }
    }

    /// Tells whether operators take the value as a number.
    #[inline]
    pub const fn is_number(self) -> bool {
        matches!(
            self.kind,
            Type::Int | Type::Bool | Type::RegexFlag | Type::Float | Type::BigInt
        )
    }

    /// Tells whether the value is a `Decimal` or a `Fraction`.
    #[inline]
    pub const fn is_exact(self) -> bool {
        matches!(self.kind, Type::Decimal | Type::Fraction)
    }

    /// Tells whether the value lives on the heap.
    pub const fn is_object(self) -> bool {
        !matches!(
            self.kind,
            Type::Unbound
                | Type::None
                | Type::Bool
                | Type::Int
                | Type::RegexFlag
                | Type::Float
                | Type::Ellipsis
                | Type::Native
                | Type::Provided
                | Type::Tool
                | Type::Class
                | Type::Module
                | Type::TimeZone
                | Type::Context
        )
    }

    /// Tells whether the value is [`UNBOUND`](Self::UNBOUND).
    #[inline]
    pub const fn is_unbound(self) -> bool {
        matches!(self.kind, Type::Unbound)
    }

    /// Tells whether the value is `None`.
    #[must_use]
    #[inline]
    pub const fn is_none(self) -> bool {
        matches!(self.kind, Type::None)
    }

    /// Returns the value, or none where an argument was not given.
    pub const fn given(self) -> Option<Self> {
        if self.is_unbound() { None } else { Some(self) }
    }

    /// Tells whether both are the same object: Python's `is`.
    #[inline]
    pub const fn same(self, other: Self) -> bool {
        self.kind as u8 == other.kind as u8 && self.payload == other.payload
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Type::Int => write!(f, "{}", self.raw_int()),
            Type::Float => write!(f, "{}", self.raw_float()),
            Type::Bool => write!(f, "{}", self.payload == 1),
            Type::None => f.write_str("None"),
            kind if self.is_object() => write!(f, "{kind:?}@{}", self.handle().0),
            kind => write!(f, "{kind:?}#{}", self.payload),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_sixteen_bytes_and_copied() {
        assert_eq!(size_of::<Value>(), 16);
        let value = Value::int(-3);
        let copy = value;
        assert_eq!((value.as_int(), copy.as_int()), (Some(-3), Some(-3)));
    }

    #[test]
    fn a_document_is_a_text_with_a_number() {
        let text = Value::object(Type::Str, Handle(7));
        for index in [0, 3, u32::MAX - 1] {
            let document = text.of_document(index).labelled(Label::CONTEXT);
            assert_eq!((document.document(), document.handle()), (Some(index), Handle(7)));
            assert!(document.same(text.of_document(index)));
        }
        assert_eq!(text.document(), None);
        assert_eq!(Value::int(-1).document(), None);
    }

    #[test]
    fn labels_join() {
        let value = Value::int(1).labelled(Label::CONTEXT).labelled(Label::REPLY);
        assert!(value.label().holds(Label::CONTEXT) && value.label().holds(Label::REPLY));
        assert_eq!(format!("{:?}", value.label()), "context+reply");
        assert!(!Value::int(1).label().holds(Label::CONTEXT));
    }
}
