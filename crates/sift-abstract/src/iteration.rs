//! What iterators yield, and the versions by which they detect changes of their collections.

use sift_values::heap::Transaction;
use sift_values::object::{DictPart, Object};
use sift_values::value::Handle;

use crate::value::AbstractValue;

/// The source of the items that an iterator or a dict view yields.
#[derive(Debug, Clone, PartialEq)]
pub enum Iteration {
    /// The items of a collection.
    Items {
        /// The collection.
        of: Handle,
        /// Whether a dict yields keys, values or both.
        part: DictPart,
        /// The collection's version at the start of the iteration; `None` for a view.
        version: Option<Version>,
    },
    /// The pairs of `enumerate`.
    Enumerated(Box<Self>),
    /// The tuples of `zip`.
    Zipped(Vec<Self>),
    /// Values of this description.
    Like(AbstractValue),
    /// Unknown values.
    Lost,
}

/// The version of a collection, which changes with its keys or its number of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// A known collection: its version counter and its length.
    Known(u32, usize),
    /// An unknown collection: the number of its last change.
    Change(u64),
    /// An unknown collection with aliases: the number of inserts into such collections.
    SharedInsert(u64),
}

impl Version {
    /// Returns the version of a known collection that must not change while it is iterated over.
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
    /// Drops references to objects that a rollback of the transaction removes.
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

    /// Collects the collections that the items come from.
    pub fn sources(&self, found: &mut Vec<Handle>) {
        match self {
            Self::Items { of, .. } => found.push(*of),
            Self::Enumerated(inner) => inner.sources(found),
            Self::Zipped(inners) => inners.iter().for_each(|inner| inner.sources(found)),
            Self::Like(_) | Self::Lost => {}
        }
    }
}
