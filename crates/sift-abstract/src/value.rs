//! Abstract values: descriptions of unknown values.

use std::sync::Arc;

use sift_regex::Pattern;
use sift_values::heap::Transaction;
use sift_values::object::{DictKind, Object, Opaque};
use sift_values::value::Handle;

use crate::iteration::{Iteration, Version};
use crate::kinds::{ANY_SIZE, Kinds, Refinement, Shape};

/// What a bool proves of the value that it was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Test {
    of: Handle,
    if_true: Refinement,
    if_false: Refinement,
}

/// A compiled pattern, independent of the lifetime of its object.
#[derive(Debug, Clone)]
pub struct KnownPattern(pub Arc<Pattern>);

impl PartialEq for KnownPattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.source() == other.0.source() && self.0.flags() == other.0.flags()
    }
}

/// An abstract value: what is known of a value that is not known itself.
#[derive(Debug, Clone, PartialEq)]
pub struct AbstractValue {
    /// The types that it may have.
    pub kinds: Kinds,
    /// The join of its items, or of the values of a dict; `None` if unknown.
    pub items: Option<Box<Self>>,
    /// The items of a tuple, one by one, if known.
    pub fields: Option<Box<[Self]>>,
    /// The join of the keys of a dict.
    pub keys: Option<Box<Self>>,
    /// The source of an iterator's items.
    pub iteration: Option<Box<Iteration>>,
    /// The version of a collection, which iterators compare.
    pub version: Option<Version>,
    /// The minimum and maximum number of items.
    pub sizes: (u16, u16),
    /// A key that the dict has.
    pub has: Option<Handle>,
    /// The collection whose length this is.
    pub length_of: Option<Handle>,
    /// The form of a text.
    pub shape: Shape,
    /// What a bool proves of another value.
    pub test: Option<Test>,
    /// The pattern of a match.
    pub pattern: Option<KnownPattern>,
    /// The class of a dict.
    pub dict: Option<DictKind>,
    /// Whether None means that a parser found nothing. Programs are not expected to compute with
    /// it.
    pub none_if_not_found: bool,
    /// Whether the object may have aliases through which items are inserted.
    pub shared: bool,
}

/// Maximum depth to which items of items are described.
pub const MAX_DEPTH: usize = 3;

impl AbstractValue {
    /// Returns the description of a value of which only the types are known.
    #[must_use]
    pub const fn new(kinds: Kinds) -> Self {
        Self {
            kinds,
            items: None,
            fields: None,
            keys: None,
            iteration: None,
            version: None,
            sizes: ANY_SIZE,
            has: None,
            length_of: None,
            shape: Shape::Any,
            test: None,
            pattern: None,
            dict: None,
            none_if_not_found: false,
            shared: false,
        }
    }

    /// Returns the object that represents the unknown value on the heap.
    #[must_use]
    pub fn into_object(self) -> Object {
        Object::Unknown(Opaque::new(self))
    }

    /// Returns the description of an unknown object.
    #[must_use]
    pub fn from_object(object: &Object) -> Option<&Self> {
        match object {
            Object::Unknown(unknown) => unknown.get(),
            _ => None,
        }
    }

    /// Returns the description of an unknown object, mutably.
    #[must_use]
    pub fn from_object_mut(object: &mut Object) -> Option<&mut Self> {
        match object {
            Object::Unknown(unknown) => unknown.get_mut(),
            _ => None,
        }
    }

    /// Returns the description of a value of which nothing is known.
    #[must_use]
    pub const fn any() -> Self {
        Self::new(Kinds::ANY)
    }

    /// Returns the description of a text.
    #[must_use]
    pub const fn text() -> Self {
        Self::new(Kinds::STR)
    }

    /// Returns the description of a collection of such items.
    #[must_use]
    pub fn collection(kinds: Kinds, items: Self) -> Self {
        Self {
            items: Some(Box::new(items)),
            ..Self::new(kinds)
        }
    }

    /// Returns the description of a tuple of these items.
    #[must_use]
    pub fn tuple(fields: Vec<Self>) -> Self {
        let items = fields
            .iter()
            .fold(Self::new(Kinds::NOTHING), |items, field| items.join(field));
        Self {
            fields: Some(fields.into()),
            ..Self::collection(Kinds::TUPLE, items)
        }
    }

    /// Returns the description of a dict of such keys and values.
    #[must_use]
    pub fn dict(kind: DictKind, keys: Self, values: Self) -> Self {
        Self {
            dict: Some(kind),
            keys: Some(Box::new(keys)),
            ..Self::collection(Kinds::DICT, values)
        }
    }

    /// Returns `true` if the value can only have one of these types.
    #[must_use]
    pub const fn is(&self, kinds: Kinds) -> bool {
        self.kinds.is_subset_of(kinds)
    }

    /// Returns the description of an item, which the collection still refers to.
    #[must_use]
    pub fn item(&self) -> Self {
        match &self.items {
            _ if self.is(Kinds::STR) => Self::text(),
            Some(items) if !self.kinds.overlaps(Kinds::STR) => (**items).clone().into_shared(),
            _ => Self::any(),
        }
    }

    /// Returns the description of what iterating over it yields.
    #[must_use]
    pub fn yielded(&self) -> Self {
        match self.kinds.overlaps(Kinds::DICT) {
            true if self.is(Kinds::DICT) => self.key(),
            true => Self::any(),
            false => self.item(),
        }
    }

    /// Returns the description of a tuple's item at an index, from the end if negative.
    #[must_use]
    pub fn field(&self, place: i64) -> Option<Self> {
        let fields = self.fields.as_deref().filter(|_| self.is(Kinds::TUPLE))?;
        let place = match usize::try_from(place) {
            Ok(place) => place,
            Err(_) => fields.len().checked_sub(usize::try_from(place.unsigned_abs()).ok()?)?,
        };
        fields.get(place).map(|field| field.clone().into_shared())
    }

    /// Returns the description of a key of a dict.
    #[must_use]
    pub fn key(&self) -> Self {
        match &self.keys {
            Some(keys) if self.is(Kinds::DICT) => (**keys).clone(),
            _ => Self::any(),
        }
    }

    /// Marks a mutable object as having aliases.
    #[must_use]
    pub fn into_shared(self) -> Self {
        Self {
            shared: self.kinds.overlaps(Kinds::MUTABLE),
            ..self
        }
    }

    /// Returns the join: the description of a value that either describes.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        self.join_to(other, MAX_DEPTH)
    }

    fn join_to(&self, other: &Self, depth: usize) -> Self {
        let inside = |a: &Option<Box<Self>>, b: &Option<Box<Self>>, kinds: Kinds| match (
            self.kinds.overlaps(kinds),
            other.kinds.overlaps(kinds),
        ) {
            _ if depth == 0 => None,
            (true, true) => match (a, b) {
                (Some(a), Some(b)) => Some(Box::new(a.join_to(b, depth - 1))),
                _ => None,
            },
            (true, false) => a.clone(),
            (false, true) => b.clone(),
            (false, false) => None,
        };
        let has_items = Kinds::ITERABLE.without(Kinds::STR).or(Kinds::OTHER);
        let fields = match (self.kinds.overlaps(Kinds::TUPLE), other.kinds.overlaps(Kinds::TUPLE)) {
            _ if depth == 0 => None,
            (true, true) => match (&self.fields, &other.fields) {
                (Some(a), Some(b)) if a.len() == b.len() => {
                    Some(a.iter().zip(b).map(|(a, b)| a.join_to(b, depth - 1)).collect())
                }
                _ => None,
            },
            (true, false) => self.fields.clone(),
            (false, true) => other.fields.clone(),
            (false, false) => None,
        };
        let iteration = match (
            self.kinds.overlaps(Kinds::ITERATOR),
            other.kinds.overlaps(Kinds::ITERATOR),
        ) {
            (true, true) if self.iteration == other.iteration => self.iteration.clone(),
            (true, true) => Some(Box::new(Iteration::Lost)),
            (true, false) => self.iteration.clone(),
            (false, true) => other.iteration.clone(),
            (false, false) => None,
        };
        let pattern = match (self.kinds.overlaps(Kinds::MATCH), other.kinds.overlaps(Kinds::MATCH)) {
            (true, true) if self.pattern != other.pattern => None,
            (true, _) => self.pattern.clone(),
            (false, true) => other.pattern.clone(),
            (false, false) => None,
        };
        Self {
            kinds: self.kinds.or(other.kinds),
            items: inside(&self.items, &other.items, has_items),
            fields,
            keys: inside(&self.keys, &other.keys, Kinds::DICT),
            iteration,
            version: if self.version == other.version {
                self.version
            } else {
                None
            },
            sizes: (self.sizes.0.min(other.sizes.0), self.sizes.1.max(other.sizes.1)),
            has: if self.has == other.has { self.has } else { None },
            length_of: if self.length_of == other.length_of {
                self.length_of
            } else {
                None
            },
            shape: match (self.kinds.overlaps(Kinds::STR), other.kinds.overlaps(Kinds::STR)) {
                (true, true) => self.shape.or(other.shape),
                (true, false) => self.shape,
                (false, _) => other.shape,
            },
            test: if self.test == other.test { self.test } else { None },
            pattern,
            dict: match (self.dict, other.dict) {
                (Some(a), Some(b)) if a == b => Some(a),
                _ => None,
            },
            none_if_not_found: self.none_if_not_found && other.none_if_not_found,
            shared: self.shared || other.shared,
        }
    }

    /// Returns `true` if this description is true of every value that the other describes.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let mut joined = self.join(other);
        if self.shared {
            // It is computed whenever the value is described.
            joined.version = self.version;
        }
        joined == *self
    }

    /// Returns the description of a bool that proves something of another value.
    #[must_use]
    pub fn testing(of: Handle, if_true: Refinement, if_false: Refinement) -> Self {
        Self {
            test: Some(Test { of, if_true, if_false }),
            ..Self::new(Kinds::BOOL)
        }
    }

    /// Returns the description of the negated bool.
    #[must_use]
    pub fn negated(&self) -> Self {
        let test = self.test.map(|test| Test {
            if_true: test.if_false,
            if_false: test.if_true,
            ..test
        });
        Self {
            test,
            ..Self::new(Kinds::BOOL)
        }
    }

    /// Returns the value of which the bool proves something if it has this truth, and what it
    /// proves.
    #[must_use]
    pub fn refinement(&self, truth: bool) -> Option<(Handle, Refinement)> {
        let test = self.test?;
        Some((test.of, if truth { test.if_true } else { test.if_false }))
    }

    /// Returns what is known of the value itself if it has this truth.
    #[must_use]
    pub fn refinement_if(&self, truth: bool) -> Refinement {
        let sizes = match truth {
            _ if !self.is(Kinds::SIZED) => ANY_SIZE,
            true => (1, u16::MAX),
            false => (0, 0),
        };
        Refinement {
            sizes,
            ..Refinement::kinds(self.kinds_if(truth))
        }
    }

    /// Drops facts that hold only until the tested value changes.
    #[must_use]
    pub fn lasting(self) -> Self {
        // Only texts have shapes, and texts are immutable.
        let kinds = |told: Refinement| match told.shape {
            Shape::Any => Refinement::kinds(told.kinds),
            _ => told,
        };
        Self {
            length_of: None,
            test: self.test.map(|test| Test {
                if_true: kinds(test.if_true),
                if_false: kinds(test.if_false),
                ..test
            }),
            ..self
        }
    }

    /// Drops references to objects that a rollback of the transaction removes.
    #[must_use]
    pub fn surviving(self, transaction: Transaction<'_>) -> Self {
        let lasts = |handle: &Handle| !transaction.made(*handle);
        Self {
            items: self.items.map(|items| Box::new(items.surviving(transaction))),
            fields: self
                .fields
                .map(|fields| fields.into_iter().map(|field| field.surviving(transaction)).collect()),
            keys: self.keys.map(|keys| Box::new(keys.surviving(transaction))),
            iteration: self
                .iteration
                .map(|iteration| Box::new(iteration.surviving(transaction))),
            has: self.has.filter(lasts),
            length_of: self.length_of.filter(lasts),
            test: self.test.filter(|test| lasts(&test.of)),
            ..self
        }
    }

    /// Returns `true` if the index is valid, from the end if negative.
    #[must_use]
    pub fn has_item(&self, place: i64) -> bool {
        let least = i64::from(self.sizes.0);
        (-least..least).contains(&place) || self.field(place).is_some()
    }

    /// Returns `true` if `<` compares any two such values.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        let fields = self.fields.as_deref().filter(|_| self.is(Kinds::TUPLE));
        let is_tuple = fields.is_some_and(|fields| fields.iter().all(Self::is_ordered));
        self.is(Kinds::NUMBERS) || self.is(Kinds::STR) || is_tuple
    }

    /// Drops what is known of the size, the keys and the version.
    #[must_use]
    pub fn with_other_items(self) -> Self {
        Self {
            sizes: ANY_SIZE,
            has: None,
            version: None,
            ..self
        }
    }

    /// Returns the possible types of the value if it has this truth.
    #[must_use]
    pub fn kinds_if(&self, truth: bool) -> Kinds {
        match truth {
            true => self.kinds.without(Kinds::NONE),
            false => self.kinds.without(Kinds::MATCH),
        }
    }
}
