//! Sources of the items that iterators yield, and the collection versions that detect a change of a
//! collection during its iteration.

use sift_values::heap::Transaction;
use sift_values::object::{DictPart, Object};
use sift_values::value::Handle;

use crate::value::AbstractValue;

/// The source of the items that an iterator or a dict view yields.
#[derive(Debug, Clone, PartialEq)]
pub enum Iteration {
    /// The items of a collection on the heap.
    Items {
        /// The collection that is iterated over.
        of: Handle,
        /// The part of a dict that is iterated over: keys, values, or key-value pairs.
        part: DictPart,
        /// The collection's version at the start of the iteration; `None` for a view.
        version: Option<Version>,
    },
    /// The pairs that `enumerate` yields, with the source of the enumerated items.
    Enumerated(Box<Self>),
    /// The tuples that `zip` yields, with the sources of the zipped items.
    Zipped(Vec<Self>),
    /// Any number of values that all match this abstract value.
    Like(AbstractValue),
    /// Items of which nothing is known, for example because the collection is no longer known.
    Lost,
}

/// The version of a collection, which changes with the collection's keys or number of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// A known collection: its version counter and its length.
    Known(u32, usize),
    /// An unknown collection: the sequence number of the last change of the collection.
    Change(u64),
    /// An unknown collection with aliases: the number of inserts so far into all such collections.
    SharedInsert(u64),
}

impl Version {
    /// Returns the version of a heap object: of a dict, set or deque, which must not change while
    /// it is iterated over. Returns `None` for other objects.
    #[must_use]
    pub fn of_object(object: &Object) -> Option<Self> {
        match object {
            Object::Dict(dict) => Some(Self::Known(dict.items.version(), dict.items.len())),
            Object::Set(set) => Some(Self::Known(set.version(), set.len())),
            Object::Deque(deque) => Some(Self::Known(deque.version, 0)),
            _ => None,
        }
    }
}

impl Iteration {
    /// Replaces references to objects that a rollback of the transaction removes by unknown items.
    #[must_use]
    pub fn surviving(self, transaction: Transaction<'_>) -> Self {
        match self {
            Self::Items { of, .. } if transaction.made(of) => Self::Lost,
            Self::Enumerated(inner) => Self::Enumerated(Box::new(inner.surviving(transaction))),
            Self::Zipped(inners) => {
                Self::Zipped(inners.into_iter().map(|inner| inner.surviving(transaction)).collect())
            }
            Self::Like(unknown) => Self::Like(unknown.surviving(transaction)),
            iteration => iteration,
        }
    }

    /// Appends to `found` the collections that the items come from.
    pub fn sources(&self, found: &mut Vec<Handle>) {
        match self {
            Self::Items { of, .. } => found.push(*of),
            Self::Enumerated(inner) => inner.sources(found),
            Self::Zipped(inners) => inners.iter().for_each(|inner| inner.sources(found)),
            Self::Like(_) | Self::Lost => {}
        }
    }
}
