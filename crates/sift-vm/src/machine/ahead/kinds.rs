//! Of which types a value may be, what a text looks like, and what tests tell of either.

use sift_values::value::{Handle, Type, Value};

/// The types that a value may be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kinds(u16);

impl Kinds {
    pub(super) const NOTHING: Self = Self(0);
    pub(super) const NONE: Self = Self(1);
    pub(super) const BOOL: Self = Self(1 << 1);
    /// An int that is bounded by lengths and counts: it fits every number that it is joined with.
    pub(super) const COUNT: Self = Self(1 << 2);
    pub(super) const INT: Self = Self(1 << 3);
    pub(super) const FLOAT: Self = Self(1 << 4);
    pub(super) const STR: Self = Self(1 << 5);
    pub(super) const LIST: Self = Self(1 << 6);
    pub(super) const TUPLE: Self = Self(1 << 7);
    pub(super) const DICT: Self = Self(1 << 8);
    pub(super) const SET: Self = Self(1 << 9);
    pub(super) const DEQUE: Self = Self(1 << 10);
    pub(super) const MATCH: Self = Self(1 << 11);
    /// Iterators, views of dicts, ranges.
    pub(super) const ITERATOR: Self = Self(1 << 12);
    /// Whatever else.
    pub(super) const OTHER: Self = Self(1 << 13);

    pub(super) const INTS: Self = Self(Self::BOOL.0 | Self::COUNT.0 | Self::INT.0);
    pub(super) const NUMBERS: Self = Self(Self::INTS.0 | Self::FLOAT.0);
    pub(super) const SIZED: Self =
        Self(Self::STR.0 | Self::LIST.0 | Self::TUPLE.0 | Self::DICT.0 | Self::SET.0 | Self::DEQUE.0);
    /// What may change where it is.
    pub(super) const MUTABLE: Self = Self(Self::LIST.0 | Self::DICT.0 | Self::SET.0 | Self::DEQUE.0 | Self::OTHER.0);
    /// What may not be changed while it is iterated over.
    pub(super) const TIMED: Self = Self(Self::DICT.0 | Self::SET.0 | Self::DEQUE.0);
    pub(super) const ITERABLE: Self = Self(Self::SIZED.0 | Self::ITERATOR.0);
    /// What JSON can hold.
    pub(super) const JSON: Self = Self(
        Self::NONE.0
            | Self::BOOL.0
            | Self::COUNT.0
            | Self::INT.0
            | Self::FLOAT.0
            | Self::STR.0
            | Self::LIST.0
            | Self::DICT.0,
    );
    pub(super) const HASHABLE: Self = Self(Self::NONE.0 | Self::NUMBERS.0 | Self::STR.0);
    pub(super) const ANY: Self = Self((1 << 14) - 1);

    #[must_use]
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Tells whether the value can be of no other types than these.
    pub(super) const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the type of a known value.
    pub(super) fn of(value: Value) -> Self {
        match value.kind() {
            Type::None => Self::NONE,
            Type::Bool => Self::BOOL,
            Type::Int if value.raw_int().unsigned_abs() < 1 << 40 => Self::COUNT,
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

/// What a text is known to look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Shape {
    /// Anything.
    #[default]
    Any,
    /// What `float` takes.
    Number,
    /// What `int` takes, but for an empty text.
    DigitsOrNothing,
    /// What `int` takes.
    Digits,
    /// Digits alone.
    DigitsAlone,
}

impl Shape {
    pub(super) const fn is_int(self) -> bool {
        matches!(self, Self::Digits | Self::DigitsAlone)
    }

    pub(super) const fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Digits | Self::DigitsAlone)
    }

    /// Returns what a text looks like that looks like the one or the other.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::DigitsOrNothing, Self::Number) | (Self::Number, Self::DigitsOrNothing) => Self::Any,
            (a, b) => a.min(b),
        }
    }
}

/// As many items as there may be.
pub(super) const ANY_SIZE: (u16, u16) = (0, u16::MAX);

/// What is found out about a value by a test of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// Its types.
    pub(super) kinds: Kinds,
    /// How many items it has at least, and at most.
    pub(super) sizes: (u16, u16),
    /// A key that it has, or a text that stands in it.
    pub(super) has: Option<Handle>,
    /// What it looks like, if it is a text.
    pub(super) shape: Shape,
}

impl Told {
    pub(super) const NOTHING: Self = Self {
        kinds: Kinds::ANY,
        sizes: ANY_SIZE,
        has: None,
        shape: Shape::Any,
    };

    pub(super) const fn kinds(kinds: Kinds) -> Self {
        Self { kinds, ..Self::NOTHING }
    }

    pub(super) const fn sizes(least: u16, most: u16) -> Self {
        Self {
            sizes: (least, most),
            ..Self::NOTHING
        }
    }

    pub(super) const fn has(what: Handle) -> Self {
        Self {
            has: Some(what),
            ..Self::NOTHING
        }
    }
}
