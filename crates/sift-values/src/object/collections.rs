//! Tuples, dicts, deques and ranges.

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::dict::Dict;
use crate::value::{Handle, Value};

/// A tuple; a named one knows its class.
#[derive(Debug, Clone)]
pub struct TupleObject {
    items: Box<[Value]>,
    /// A class of named tuples with as many fields as there are items.
    pub class: Option<Handle>,
}

impl TupleObject {
    /// Makes a tuple of a class of named tuples.
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
    /// The name of the class.
    pub name: SmolStr,
    /// The names of the fields, in order.
    pub fields: Arc<[SmolStr]>,
    /// A tuple of the defaults of the last fields.
    pub defaults: Value,
}

impl TupleClassObject {
    /// Returns the place of a field.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field == name)
    }
}

/// The class of a dict, which decides what a missing key does.
#[derive(Debug, Clone, Copy)]
pub enum DictKind {
    /// A `dict`: a missing key is a `KeyError`.
    Plain,
    /// A `Counter`: a missing key counts 0.
    Counter,
    /// Calls its factory.
    Default(Value),
    /// An `OrderedDict`: a missing key is a `KeyError`.
    Ordered,
}

impl DictKind {
    /// Returns the name of the class, without its module.
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
    /// The class of the dict, which decides what a missing key does.
    pub kind: DictKind,
    /// The entries, in the order of insertion.
    pub items: Dict,
}

/// A list that grows and shrinks at both ends.
#[derive(Debug, Clone, Default)]
pub struct DequeObject {
    /// The items, from left to right.
    pub items: VecDeque<Value>,
    /// How many items it keeps: one more pushes out one at the other end.
    pub maxlen: Option<usize>,
    /// Changes whenever items come or go: iterators notice.
    pub version: u32,
}

/// A `range`, never of step 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeObject {
    /// The first item, if there is one.
    pub start: i64,
    /// The exclusive end.
    pub stop: i64,
    /// The difference between neighbouring items; negative if the range counts down.
    pub step: i64,
}

impl RangeObject {
    /// Returns how many items the range has.
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

    /// Returns the item at an index that is in range.
    #[inline]
    pub const fn at(&self, index: u64) -> i64 {
        (self.start as i128 + self.step as i128 * index as i128) as i64
    }

    /// Returns the index of an item, if it is one.
    pub fn position(&self, item: i64) -> Option<u64> {
        let distance = i128::from(item) - i128::from(self.start);
        let step = i128::from(self.step);
        let index = u64::try_from(distance / step).ok()?;
        (distance % step == 0 && index < self.len()).then_some(index)
    }
}
