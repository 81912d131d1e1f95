//! Abstract values: descriptions of unknown values.

use std::sync::Arc;

use sift_regex::Pattern;
use sift_values::heap::Transaction;
use sift_values::object::{DictKind, Object, Opaque};
use sift_values::value::Handle;

use crate::iteration::{Iteration, Version};
use crate::kinds::{ANY_SIZE, Kinds, Refinement, Shape};

/// The facts that a bool proves of the value that it was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Test {
    of: Handle,
    if_true: Refinement,
    if_false: Refinement,
}

/// A compiled regex, which outlives its pattern object on the heap.
#[derive(Debug, Clone)]
pub struct KnownPattern(pub Arc<Pattern>);

impl PartialEq for KnownPattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.source() == other.0.source() && self.0.flags() == other.0.flags()
    }
}

/// The known facts about a value that is itself unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct AbstractValue {
    /// The types that the value may have.
    pub kinds: Kinds,
    /// The join of the items of a collection, or of the values of a dict; `None` if unknown.
    pub items: Option<Box<Self>>,
    /// The items of a tuple by position, if known.
    pub fields: Option<Box<[Self]>>,
    /// The join of the keys of a dict.
    pub keys: Option<Box<Self>>,
    /// The source of the items of an iterator.
    pub iteration: Option<Box<Iteration>>,
    /// The version of a collection, which iterators compare.
    pub version: Option<Version>,
    /// The minimum and maximum number of items of a collection.
    pub sizes: (u16, u16),
    /// A key that the dict is known to contain.
    pub has: Option<Handle>,
    /// The collection whose length this number is.
    pub length_of: Option<Handle>,
    /// The format of a text, for example digits.
    pub shape: Shape,
    /// The facts that this bool proves of another value.
    pub test: Option<Test>,
    /// The regex that a match object was found by.
    pub pattern: Option<KnownPattern>,
    /// The class of a dict, such as `Counter`.
    pub dict: Option<DictKind>,
    /// Whether `None` means that a parser found nothing. Arithmetic on such a value isn't expected
    /// to see `None`.
    pub none_if_not_found: bool,
    /// Whether the object may have aliases, through which items can be inserted.
    pub shared: bool,
}

/// The maximum depth of nested collections up to which items are described.
pub const MAX_DEPTH: usize = 3;

impl AbstractValue {
    /// Creates the abstract value of a value of which only the types are known.
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

    /// Converts the abstract value to the heap object of an unknown value.
    #[must_use]
    pub fn into_object(self) -> Object {
        Object::Unknown(Opaque::new(self))
    }

    /// Returns the abstract value in a heap object; `None` if the object is known.
    #[must_use]
    pub fn from_object(object: &Object) -> Option<&Self> {
        match object {
            Object::Unknown(unknown) => unknown.get(),
            _ => None,
        }
    }

    /// Returns a mutable reference to the abstract value in a heap object; `None` if the object is
    /// known.
    #[must_use]
    pub fn from_object_mut(object: &mut Object) -> Option<&mut Self> {
        match object {
            Object::Unknown(unknown) => unknown.get_mut(),
            _ => None,
        }
    }

    /// Creates the abstract value of a value of which nothing is known.
    #[must_use]
    pub const fn any() -> Self {
        Self::new(Kinds::ANY)
    }

    /// Creates the abstract value of an arbitrary text.
    #[must_use]
    pub const fn text() -> Self {
        Self::new(Kinds::STR)
    }

    /// Creates the abstract value of a collection of these types, whose items match `items`.
    #[must_use]
    pub fn collection(kinds: Kinds, items: Self) -> Self {
        Self {
            items: Some(Box::new(items)),
            ..Self::new(kinds)
        }
    }

    /// Creates the abstract value of a tuple with these items.
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

    /// Creates the abstract value of a dict with such keys and values.
    #[must_use]
    pub fn dict(kind: DictKind, keys: Self, values: Self) -> Self {
        Self {
            dict: Some(kind),
            keys: Some(Box::new(keys)),
            ..Self::collection(Kinds::DICT, values)
        }
    }

    /// Returns `true` if the value is known to have one of these types.
    #[must_use]
    pub const fn is(&self, kinds: Kinds) -> bool {
        self.kinds.is_subset_of(kinds)
    }

    /// Returns the abstract value of an item. A mutable item is marked as having an alias, because
    /// the collection still refers to it.
    #[must_use]
    pub fn item(&self) -> Self {
        match &self.items {
            _ if self.is(Kinds::STR) => Self::text(),
            Some(items) if !self.kinds.overlaps(Kinds::STR) => (**items).clone().into_shared(),
            _ => Self::any(),
        }
    }

    /// Returns the abstract value of the items that iteration over the value yields.
    #[must_use]
    pub fn yielded(&self) -> Self {
        match self.kinds.overlaps(Kinds::DICT) {
            true if self.is(Kinds::DICT) => self.key(),
            true => Self::any(),
            false => self.item(),
        }
    }

    /// Returns the abstract value of the item of a tuple at an index. A negative index counts from
    /// the end.
    #[must_use]
    pub fn field(&self, place: i64) -> Option<Self> {
        let fields = self.fields.as_deref().filter(|_| self.is(Kinds::TUPLE))?;
        let place = match usize::try_from(place) {
            Ok(place) => place,
            Err(_) => fields.len().checked_sub(usize::try_from(place.unsigned_abs()).ok()?)?,
        };
        fields.get(place).map(|field| field.clone().into_shared())
    }

    /// Returns the abstract value of the keys of a dict.
    #[must_use]
    pub fn key(&self) -> Self {
        match &self.keys {
            Some(keys) if self.is(Kinds::DICT) => (**keys).clone(),
            _ => Self::any(),
        }
    }

    /// Marks the value as having aliases, if it may be mutable.
    #[must_use]
    pub fn into_shared(self) -> Self {
        Self {
            shared: self.kinds.overlaps(Kinds::MUTABLE),
            ..self
        }
    }

    /// Returns the join of two abstract values, which describes every value that either describes.
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

    /// Returns `true` if this abstract value describes every value that the other describes.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let mut joined = self.join(other);
        if self.shared {
            // It is computed whenever the value is described.
            joined.version = self.version;
        }
        joined == *self
    }

    /// Creates the abstract value of a bool that proves facts about another value.
    #[must_use]
    pub fn testing(of: Handle, if_true: Refinement, if_false: Refinement) -> Self {
        Self {
            test: Some(Test { of, if_true, if_false }),
            ..Self::new(Kinds::BOOL)
        }
    }

    /// Returns the abstract value of the negated bool.
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

    /// Returns the tested value and the facts that a bool proves of it, if the bool is `truth`.
    #[must_use]
    pub fn refinement(&self, truth: bool) -> Option<(Handle, Refinement)> {
        let test = self.test?;
        Some((test.of, if truth { test.if_true } else { test.if_false }))
    }

    /// Returns the facts that are known of a value if its truth value is `truth`.
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

    /// Drops the facts that hold only until a tested or measured value changes.
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

    /// Returns `true` if the index is known to be valid. A negative index counts from the end.
    #[must_use]
    pub fn has_item(&self, place: i64) -> bool {
        let least = i64::from(self.sizes.0);
        (-least..least).contains(&place) || self.field(place).is_some()
    }

    /// Returns `true` if any two values of this description can be compared by `<`.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        let fields = self.fields.as_deref().filter(|_| self.is(Kinds::TUPLE));
        let is_tuple = fields.is_some_and(|fields| fields.iter().all(Self::is_ordered));
        self.is(Kinds::NUMBERS) || self.is(Kinds::STR) || is_tuple
    }

    /// Drops the facts about size, keys and version, which change with the items.
    #[must_use]
    pub fn with_other_items(self) -> Self {
        Self {
            sizes: ANY_SIZE,
            has: None,
            version: None,
            ..self
        }
    }

    /// Returns the possible types of a value whose truth value is `truth`.
    #[must_use]
    pub fn kinds_if(&self, truth: bool) -> Kinds {
        match truth {
            true => self.kinds.without(Kinds::NONE),
            false => self.kinds.without(Kinds::MATCH),
        }
    }
}
