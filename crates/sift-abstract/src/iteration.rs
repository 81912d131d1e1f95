//! What iterators yield, and the versions of collections by which they notice changes.

use sift_values::heap::Trial;
use sift_values::object::{DictPart, Object};
use sift_values::value::Handle;

use crate::value::AbstractValue;

/// What an iterator or a view of a dict yields, by where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Iteration {
    /// The items of a collection.
    Items {
        /// The collection.
        of: Handle,
        /// Whether a dict yields its keys, its values or both.
        part: DictPart,
        /// The collection's version when the iterator began; none for a view.
        version: Option<Version>,
    },
    /// The pairs of `enumerate`.
    Enumerated(Box<Self>),
    /// The tuples of `zip`.
    Zipped(Vec<Self>),
    /// Values like this one.
    Like(AbstractValue),
    /// Unknown values.
    Lost,
}

/// The version of a collection, which changes with its keys or its number of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// Of a known collection: its own counter and its length.
    Known(u32, usize),
    /// Of an unknown collection: the number of the change that made it.
    Change(u64),
    /// Of an unknown collection that has other names: how often an item was put into such a collection.
    SharedPut(u64),
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
    /// Drops references to objects that are gone when the trial is undone in which they were made.
    #[must_use]
    pub fn outliving(self, trial: Trial<'_>) -> Self {
        match self {
            Self::Items { of, .. } if trial.made(of) => Self::Lost,
            Self::Enumerated(inner) => Self::Enumerated(Box::new(inner.outliving(trial))),
            Self::Zipped(inners) => Self::Zipped(inners.into_iter().map(|inner| inner.outliving(trial)).collect()),
            Self::Like(unknown) => Self::Like(unknown.outliving(trial)),
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
