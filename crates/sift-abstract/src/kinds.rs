//! Sets of types, shapes of texts, and the facts that a condition proves of a value.

use sift_values::value::{Handle, Type, Value};

/// A set of the types that a value may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// The empty set: the type of the items of an empty collection.
    pub const NOTHING: Self = Self(0);
    /// The type `NoneType`.
    pub const NONE: Self = Self(1);
    /// The type `bool`.
    pub const BOOL: Self = Self(1 << 1);
    /// An `int` of at most 40 bits, such as a length. The sum of such an `int` and a float doesn't
    /// overflow.
    pub const COUNT: Self = Self(1 << 2);
    /// An `int` of more than 40 bits or of unknown size.
    pub const INT: Self = Self(1 << 3);
    /// The type `float`.
    pub const FLOAT: Self = Self(1 << 4);
    /// The type `str`.
    pub const STR: Self = Self(1 << 5);
    /// The type `list`.
    pub const LIST: Self = Self(1 << 6);
    /// The type `tuple`, named tuples included.
    pub const TUPLE: Self = Self(1 << 7);
    /// The type `dict` and its subclasses.
    pub const DICT: Self = Self(1 << 8);
    /// The types `set` and `frozenset`.
    pub const SET: Self = Self(1 << 9);
    /// The type `deque`.
    pub const DEQUE: Self = Self(1 << 10);
    /// The type `re.Match`.
    pub const MATCH: Self = Self(1 << 11);
    /// The types of iterators, dict views and ranges.
    pub const ITERATOR: Self = Self(1 << 12);
    /// All types without a bit of their own in the set, for example functions.
    pub const OTHER: Self = Self(1 << 13);

    /// The integer types: `int` and `bool`.
    pub const INTS: Self = Self(Self::BOOL.0 | Self::COUNT.0 | Self::INT.0);
    /// The numeric types: `int`, `bool` and `float`.
    pub const NUMBERS: Self = Self(Self::INTS.0 | Self::FLOAT.0);
    /// The types that have a length: `str` and the collections.
    pub const SIZED: Self =
        Self(Self::STR.0 | Self::LIST.0 | Self::TUPLE.0 | Self::DICT.0 | Self::SET.0 | Self::DEQUE.0);
    /// The types of which some values can be changed in place.
    pub const MUTABLE: Self = Self(Self::LIST.0 | Self::DICT.0 | Self::SET.0 | Self::DEQUE.0 | Self::OTHER.0);
    /// The types whose iterators detect a change of size during iteration: dicts, sets and deques.
    pub const TIMED: Self = Self(Self::DICT.0 | Self::SET.0 | Self::DEQUE.0);
    /// Types that can be iterated over.
    pub const ITERABLE: Self = Self(Self::SIZED.0 | Self::ITERATOR.0);
    /// The types that JSON values are parsed to.
    pub const JSON: Self = Self(
        Self::NONE.0
            | Self::BOOL.0
            | Self::COUNT.0
            | Self::INT.0
            | Self::FLOAT.0
            | Self::STR.0
            | Self::LIST.0
            | Self::DICT.0,
    );
    /// Types whose values are all hashable.
    pub const HASHABLE: Self = Self(Self::NONE.0 | Self::NUMBERS.0 | Self::STR.0);
    /// The set of all types.
    pub const ANY: Self = Self((1 << 14) - 1);

    /// Returns the union of two sets of types.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the intersection of two sets of types.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the types of this set that are not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns `true` if the sets have a type in common.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns `true` if every type of this set is in the other.
    #[must_use]
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns `true` if the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the set that contains only the type of a known value.
    #[must_use]
    pub fn of_value(value: Value) -> Self {
        match value.kind() {
            Type::Int if value.raw_int().unsigned_abs() < 1 << 40 => Self::COUNT,
            kind => Self::of_type(kind),
        }
    }

    /// Returns the set that contains only this type. For `int` this is the set of large integers.
    #[must_use]
    pub const fn of_type(kind: Type) -> Self {
        match kind {
            Type::None => Self::NONE,
            Type::Bool => Self::BOOL,
            Type::Int | Type::BigInt => Self::INT,
            Type::Float => Self::FLOAT,
            Type::Str => Self::STR,
            Type::List => Self::LIST,
            Type::Tuple => Self::TUPLE,
            Type::Dict => Self::DICT,
            Type::Set | Type::FrozenSet => Self::SET,
            Type::Deque => Self::DEQUE,
            Type::Match => Self::MATCH,
            Type::Iterator | Type::DictView | Type::Range => Self::ITERATOR,
            _ => Self::OTHER,
        }
    }
}

/// The known format of a text, for example digits, from the least to the most specific.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Shape {
    /// Any text, of unknown format.
    #[default]
    Any,
    /// A text that `float` accepts.
    Number,
    /// A text that is empty or that `int` accepts.
    DigitsOrNothing,
    /// A text that `int` accepts.
    Digits,
    /// A text of one or more digits, without a sign or white space.
    DigitsAlone,
}

impl Shape {
    /// Returns `true` if `int` accepts every text of this shape.
    #[must_use]
    pub const fn is_int(self) -> bool {
        matches!(self, Self::Digits | Self::DigitsAlone)
    }

    /// Returns `true` if `float` accepts every text of this shape.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Digits | Self::DigitsAlone)
    }

    /// Returns the most specific shape that covers the texts of both shapes.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::DigitsOrNothing, Self::Number) | (Self::Number, Self::DigitsOrNothing) => Self::Any,
            (a, b) => a.min(b),
        }
    }
}

/// The bounds of an unknown number of items.
pub const ANY_SIZE: (u16, u16) = (0, u16::MAX);

/// The facts that a condition proves of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refinement {
    /// The types that the value may have if the condition holds.
    pub kinds: Kinds,
    /// The minimum and maximum number of items of the value.
    pub sizes: (u16, u16),
    /// A key that the dict contains, or a substring that the text contains.
    pub has: Option<Handle>,
    /// The format of the text, for example digits.
    pub shape: Shape,
}

impl Refinement {
    /// The refinement of a condition that proves nothing about a value.
    pub const NOTHING: Self = Self {
        kinds: Kinds::ANY,
        sizes: ANY_SIZE,
        has: None,
        shape: Shape::Any,
    };

    /// Returns the refinement for a value that has one of these types.
    #[must_use]
    pub const fn kinds(kinds: Kinds) -> Self {
        Self { kinds, ..Self::NOTHING }
    }

    /// Returns the refinement for a collection of `least` to `most` items.
    #[must_use]
    pub const fn sizes(least: u16, most: u16) -> Self {
        Self {
            sizes: (least, most),
            ..Self::NOTHING
        }
    }

    /// Returns the refinement for a dict that contains a key, or a text that contains a substring.
    #[must_use]
    pub const fn has(what: Handle) -> Self {
        Self {
            has: Some(what),
            ..Self::NOTHING
        }
    }
}
