//! Tuples, dicts, deques and ranges on the heap.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::dict::Dict;
use crate::value::{Handle, Value};

/// A tuple on the heap. A named tuple also has a class.
#[derive(Debug, Clone)]
pub struct TupleObject {
    items: Box<[Value]>,
    /// The class if it is a named tuple. The class has as many fields as the tuple has items.
    pub class: Option<Handle>,
}

impl TupleObject {
    /// Creates a named tuple of a class.
    pub fn named(items: Vec<Value>, class: Handle) -> Self {
        Self {
            items: items.into(),
            class: Some(class),
        }
    }
}

impl Deref for TupleObject {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}

impl<T: Into<Box<[Value]>>> From<T> for TupleObject {
    fn from(items: T) -> Self {
        Self {
            items: items.into(),
            class: None,
        }
    }
}

/// A class of named tuples.
#[derive(Debug, Clone)]
pub struct TupleClassObject {
    /// The name of the named tuple class.
    pub name: SmolStr,
    /// The names of the tuple's fields, in order.
    pub fields: Arc<[SmolStr]>,
    /// A tuple of the default values, which belong to the last fields.
    pub defaults: Value,
}

impl TupleClassObject {
    /// Returns the index of the field with this name, or `None` if the named tuple class has no
    /// such field.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field == name)
    }
}

/// The class of a dict, which determines the result for a missing key.
#[derive(Debug, Clone, Copy)]
pub enum DictKind {
    /// A `dict`: a missing key raises a `KeyError`.
    Plain,
    /// A `Counter`: a missing key has the count 0.
    Counter,
    /// A `defaultdict`: a missing key gets the result of calling this factory.
    Default(Value),
    /// An `OrderedDict`: a missing key raises a `KeyError`.
    Ordered,
}

impl DictKind {
    /// Returns the name of the dict's class, without its module.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::Plain => "dict",
            Self::Counter => "Counter",
            Self::Default(_) => "defaultdict",
            Self::Ordered => "OrderedDict",
        }
    }
}

impl PartialEq for DictKind {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Default(a), Self::Default(b)) => a.same(b),
            (Self::Plain, Self::Plain) | (Self::Counter, Self::Counter) | (Self::Ordered, Self::Ordered) => true,
            _ => false,
        }
    }
}

/// A dict on the heap.
#[derive(Debug, Clone)]
pub struct DictObject {
    /// The class of the dict, which determines the result for a missing key.
    pub kind: DictKind,
    /// The entries of the dict, in insertion order.
    pub items: Dict,
}

/// A `collections.deque` on the heap.
#[derive(Debug, Clone, Default)]
pub struct DequeObject {
    /// The items of the deque, from left to right.
    pub items: VecDeque<Value>,
    /// The maximum number of items in the deque, if any. Adding an item to a full deque removes one
    /// at the other end.
    pub maxlen: Option<usize>,
    /// A counter that changes when items of the deque are added or removed. Iterators compare it to
    /// detect changes.
    pub version: u32,
}

/// A `range` with a nonzero step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeObject {
    /// The first item of the range, unless it is empty.
    pub start: i64,
    /// The end of the range, which is exclusive.
    pub stop: i64,
    /// The difference between adjacent items of the range; negative if it counts down.
    pub step: i64,
}

impl RangeObject {
    /// Returns the number of items in the range.
    #[inline]
    pub fn len(&self) -> u64 {
        let (start, stop, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let count = if step > 0 {
            (stop - start + step - 1) / step
        } else {
            (start - stop - step - 1) / -step
        };
        u64::try_from(count.max(0)).unwrap_or(u64::MAX)
    }

    /// Returns `true` if the range has no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the item of the range at an index, which must be valid.
    #[inline]
    pub const fn at(&self, index: u64) -> i64 {
        (self.start as i128 + self.step as i128 * index as i128) as i64
    }

    /// Returns the index of an item in the range, or `None` if the range doesn't contain it.
    pub fn position(&self, item: i64) -> Option<u64> {
        let distance = i128::from(item) - i128::from(self.start);
        let step = i128::from(self.step);
        let index = u64::try_from(distance / step).ok()?;
        (distance % step == 0 && index < self.len()).then_some(index)
    }
}
