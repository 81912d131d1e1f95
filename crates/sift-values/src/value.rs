//! A value of a Sift program: 16 bytes, `Copy`, and valid only with its heap.

use std::fmt;

/// The type of a value, which is known without access to the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Type {
    /// The marker of an unassigned variable or an omitted argument.
    Unbound,
    /// Python's `None`.
    None,
    /// A Python `bool`.
    Bool,
    /// An `int` that fits into 64 bits.
    Int,
    /// One or more flags of `re`: an `int` with names.
    RegexFlag,
    /// A Python `float`.
    Float,
    /// Python's `...`, the `Ellipsis` object.
    Ellipsis,
    /// An `int` that doesn't fit into 64 bits.
    BigInt,
    /// A `str`. The payload of a document in the context also holds the document's number.
    Str,
    /// A Python `list`.
    List,
    /// A `tuple`, including named tuples.
    Tuple,
    /// A `dict` or one of its subclasses.
    Dict,
    /// A `collections.deque`.
    Deque,
    /// A Python `set`.
    Set,
    /// A Python `frozenset`.
    FrozenSet,
    /// A Python `range`.
    Range,
    /// A `slice`, used as an index.
    Slice,
    /// A view of a dict: keys, values or items.
    DictView,
    /// An iterator implemented natively.
    Iterator,
    /// A generator, from a function or an expression.
    Generator,
    /// A function written in Sift, in a program or a library module.
    Function,
    /// A library function written in Rust. The payload is its row number in the library table.
    Native,
    /// A function or constant of a library module written in Sift. The payload is the number of its
    /// definition.
    Provided,
    /// A tool of the host, which programs call like a function. The payload is its number among the
    /// session's tools.
    Tool,
    /// A library function bound to its receiver.
    BoundMethod,
    /// A class. The payload is its number.
    Class,
    /// A class of named tuples.
    TupleClass,
    /// A library module. The payload is its number.
    Module,
    /// An exception.
    Exception,
    /// A closure cell: a variable shared by functions, which programs never see.
    Cell,
    /// A compiled regular expression.
    Pattern,
    /// The result of a successful regular expression match.
    Match,
    /// The context object `ctx`, for access to the documents.
    Context,
    /// A record with named fields, as returned by `grep`.
    Record,
    /// A `datetime.date`.
    Date,
    /// A `datetime.time`.
    Time,
    /// A `datetime.datetime`.
    DateTime,
    /// A `datetime.timedelta`.
    TimeDelta,
    /// A `datetime.timezone` without a name. The payload is the offset from UTC in microseconds.
    TimeZone,
    /// A `datetime.timezone` with a name.
    NamedZone,
    /// An instance of a library class written in Sift.
    Instance,
    /// A `decimal.Decimal`.
    Decimal,
    /// A context for decimal arithmetic, with its precision and rounding.
    DecimalContext,
    /// A `fractions.Fraction`.
    Fraction,
    /// The type of an unknown value during speculative execution; programs never see it.
    Unknown,
}

/// The taint label of a value: the kinds of sources that it derives from. Every operation joins the
/// labels of its operands.
///
/// A text additionally records the ranges of sources from which it was cut (see
/// `sift_text::Text::origins`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Label(u32);

impl Label {
    /// The label of values that derive only from the program itself: literals, and values computed
    /// from them.
    pub const PROGRAM: Self = Self(0);
    /// The label of values that derive from the context.
    pub const CONTEXT: Self = Self(1);
    /// The label of values that derive from a model's reply.
    pub const REPLY: Self = Self(2);
    /// The label of values that derive from the result of a host tool.
    pub const TOOL: Self = Self(4);

    /// The label of values whose origin is known only through a container that held them, so that
    /// they may derive from less.
    pub const HELD: Self = Self(8);

    /// The label of values that may derive from any source that a program can read.
    pub const ANY: Self = Self(7);

    /// Returns the union of two labels, for a value derived from both.
    #[must_use]
    #[inline]
    pub const fn join(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns `true` if this label includes all sources in `other`.
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

/// A value: a type, a label, and eight bytes with either the value itself or the number of an
/// object on the heap.
///
/// For a text that is a document of the context, the payload also holds the document's number.
///
/// A value is valid only on its own machine, and is read through the machine.
#[derive(Clone, Copy)]
pub struct Value {
    kind: Type,
    label: Label,
    payload: u64,
}

/// The bits of a value's payload that contain the number of an object.
const HANDLE_BITS: u64 = u32::MAX as u64;

impl Value {
    /// The value that marks an unassigned variable or an omitted argument.
    pub const UNBOUND: Self = Self::of(Type::Unbound, 0);
    /// Python's `None`.
    pub const NONE: Self = Self::of(Type::None, 0);
    /// Python's `True`.
    pub const TRUE: Self = Self::of(Type::Bool, 1);
    /// Python's `False`.
    pub const FALSE: Self = Self::of(Type::Bool, 0);
    /// Python's `...`, the `Ellipsis` object.
    pub const ELLIPSIS: Self = Self::of(Type::Ellipsis, 0);

    const fn of(kind: Type, payload: u64) -> Self {
        Self {
            kind,
            label: Label::PROGRAM,
            payload,
        }
    }

    /// Creates a `bool` value.
    #[must_use]
    #[inline]
    pub const fn bool(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// Creates an `int` value.
    #[must_use]
    #[inline]
    pub const fn int(value: i64) -> Self {
        Self::of(Type::Int, value.cast_unsigned())
    }

    /// Creates a value for one or more flags of the module `re`.
    #[must_use]
    pub const fn regex_flag(bits: i64) -> Self {
        Self::of(Type::RegexFlag, bits.cast_unsigned())
    }

    /// Creates an `int` value from a length. Lengths above 2⁶³ don't occur.
    #[must_use]
    #[inline]
    pub fn length(value: usize) -> Self {
        Self::int(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// Creates a `float` value.
    #[must_use]
    #[inline]
    pub const fn float(value: f64) -> Self {
        Self::of(Type::Float, value.to_bits())
    }

    /// Creates a `timezone` value from an offset from UTC in microseconds.
    #[must_use]
    pub const fn zone(offset: i64) -> Self {
        Self::of(Type::TimeZone, offset.cast_unsigned())
    }

    /// Creates a value that refers to the heap object `handle` of type `kind`.
    #[inline]
    pub const fn object(kind: Type, handle: Handle) -> Self {
        Self::of(kind, handle.0 as u64)
    }

    /// Creates a value whose payload is an index into a table, such as a native function, class or
    /// module.
    #[inline]
    pub const fn indexed(kind: Type, index: u32) -> Self {
        Self::of(kind, index as u64)
    }

    /// Marks a text as the document of the context with this number, which is less than `u32::MAX`.
    #[must_use]
    pub const fn of_document(mut self, index: u32) -> Self {
        self.payload = self.payload & HANDLE_BITS | (index as u64 + 1) << HANDLE_BITS.count_ones();
        self
    }

    /// Returns the number of the document that the value is, or `None` for other values.
    pub const fn document(self) -> Option<u32> {
        match (self.kind, self.payload >> HANDLE_BITS.count_ones()) {
            (Type::Str, number @ 1..) => Some((number - 1) as u32),
            _ => None,
        }
    }

    /// Returns the value with `label` joined to its own.
    #[must_use]
    #[inline]
    pub const fn labelled(mut self, label: Label) -> Self {
        self.label = self.label.join(label);
        self
    }

    /// Returns the type of the value.
    #[must_use]
    #[inline]
    pub const fn kind(self) -> Type {
        self.kind
    }

    /// Returns the taint label of the value.
    #[must_use]
    #[inline]
    pub const fn label(self) -> Label {
        self.label
    }

    /// Returns the number of the heap object that the value refers to. It is meaningless for other
    /// values.
    #[inline]
    pub const fn handle(self) -> Handle {
        Handle(self.payload as u32)
    }

    /// Returns the table index of a value such as a native function, class or module.
    #[inline]
    pub const fn index(self) -> usize {
        self.payload as usize
    }

    /// Returns the `i64` inside an `int`, `bool`, flag of `re` or `timezone`. It is meaningless for
    /// other types.
    #[inline]
    pub const fn raw_int(self) -> i64 {
        self.payload.cast_signed()
    }

    /// Returns the `f64` inside a `float`. It is meaningless for other types.
    #[inline]
    pub const fn raw_float(self) -> f64 {
        f64::from_bits(self.payload)
    }

    /// Returns the integer of a 64-bit `int`, a `bool` or a flag of `re`, or `None` for other
    /// values.
    #[must_use]
    #[inline]
    pub const fn as_int(self) -> Option<i64> {
        match self.kind {
            Type::Int | Type::Bool | Type::RegexFlag => Some(self.raw_int()),
            _ => None,
        }
    }

    /// Returns `true` if arithmetic operators accept the value as a number.
    #[inline]
    pub const fn is_number(self) -> bool {
        matches!(
            self.kind,
            Type::Int | Type::Bool | Type::RegexFlag | Type::Float | Type::BigInt
        )
    }

    /// Returns `true` if the value is a `Decimal` or a `Fraction`.
    #[inline]
    pub const fn is_exact(self) -> bool {
        matches!(self.kind, Type::Decimal | Type::Fraction)
    }

    /// Returns `true` if the value refers to an object on the heap.
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

    /// Returns `true` if the value is [`UNBOUND`](Self::UNBOUND).
    #[inline]
    pub const fn is_unbound(self) -> bool {
        matches!(self.kind, Type::Unbound)
    }

    /// Returns `true` if the value is `None`.
    #[must_use]
    #[inline]
    pub const fn is_none(self) -> bool {
        matches!(self.kind, Type::None)
    }

    /// Returns the value, or `None` for an omitted argument.
    pub const fn given(self) -> Option<Self> {
        if self.is_unbound() { None } else { Some(self) }
    }

    /// Returns `true` if both values are the same object, as Python's `is` does.
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
    fn value_is_sixteen_bytes_and_copy() {
        assert_eq!(size_of::<Value>(), 16);
        let value = Value::int(-3);
        let copy = value;
        assert_eq!((value.as_int(), copy.as_int()), (Some(-3), Some(-3)));
    }

    #[test]
    fn document_value_is_a_text_with_an_index() {
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
    fn labels_of_values_are_joined() {
        let value = Value::int(1).labelled(Label::CONTEXT).labelled(Label::REPLY);
        assert!(value.label().holds(Label::CONTEXT) && value.label().holds(Label::REPLY));
        assert_eq!(format!("{:?}", value.label()), "context+reply");
        assert!(!Value::int(1).label().holds(Label::CONTEXT));
    }
}
