//! What is known of a value that is not.

use std::sync::Arc;

use sift_regex::Pattern;
use sift_values::heap::Trial;
use sift_values::object::{DictKind, Object, Opaque};
use sift_values::value::Handle;

use super::iterators::{Since, Through};
use super::kinds::ANY_SIZE;

pub(super) use super::kinds::{Kinds, Shape, Told};

/// What a bool says of another value that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Test {
    of: Handle,
    if_true: Told,
    if_false: Told,
}

/// A pattern that is known, whether or not its object outlives a trial.
#[derive(Debug, Clone)]
pub(crate) struct KnownPattern(pub(super) Arc<Pattern>);

impl PartialEq for KnownPattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.source() == other.0.source() && self.0.flags() == other.0.flags()
    }
}

/// A value that is not known, as far as it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unknown {
    pub(super) kinds: Kinds,
    /// What its items are, or the values of a dict; none where nothing is known of them.
    pub(super) items: Option<Box<Self>>,
    /// What each item of a tuple is, where that is known one by one.
    pub(super) fields: Option<Box<[Self]>>,
    /// What the keys of a dict are.
    pub(super) keys: Option<Box<Self>>,
    /// What an iterator goes through.
    pub(super) through: Option<Box<Through>>,
    /// Since when it has the keys, or the items, that it has: iterators look for that.
    pub(super) since: Option<Since>,
    /// How many items it has at least, and at most.
    pub(super) sizes: (u16, u16),
    /// A key that it has.
    pub(super) has: Option<Handle>,
    /// The collection of which this is the length.
    pub(super) length_of: Option<Handle>,
    pub(super) shape: Shape,
    pub(super) test: Option<Test>,
    /// The pattern of a match.
    pub(super) pattern: Option<KnownPattern>,
    /// What a dict does about keys that it does not have.
    pub(super) dict: Option<DictKind>,
    /// Whether None among its types is a reader's word for "not found", which sums take for an error.
    pub(super) hoped: bool,
    /// Whether it may be what somebody else holds, too: what is put in by one name is found by the other.
    pub(super) shared: bool,
}

/// Items of items are known this deep.
pub(super) const MAX_DEPTH: usize = 3;

impl Unknown {
    pub(super) const fn of(kinds: Kinds) -> Self {
        Self {
            kinds,
            items: None,
            fields: None,
            keys: None,
            through: None,
            since: None,
            sizes: ANY_SIZE,
            has: None,
            length_of: None,
            shape: Shape::Any,
            test: None,
            pattern: None,
            dict: None,
            hoped: false,
            shared: false,
        }
    }

    /// Puts it in place of the object that it describes.
    pub(super) fn into_object(self) -> Object {
        Object::Unknown(Opaque::new(self))
    }

    /// Returns what is known of an object that is not.
    pub(super) fn of_object(object: &Object) -> Option<&Self> {
        match object {
            Object::Unknown(unknown) => unknown.get(),
            _ => None,
        }
    }

    /// As [`of_object`](Self::of_object), to be changed.
    pub(super) fn of_object_mut(object: &mut Object) -> Option<&mut Self> {
        match object {
            Object::Unknown(unknown) => unknown.get_mut(),
            _ => None,
        }
    }

    pub(super) const fn any() -> Self {
        Self::of(Kinds::ANY)
    }

    pub(super) const fn text() -> Self {
        Self::of(Kinds::STR)
    }

    /// A collection of such items.
    pub(super) fn collection(kinds: Kinds, items: Self) -> Self {
        Self {
            items: Some(Box::new(items)),
            ..Self::of(kinds)
        }
    }

    /// A tuple of such items, one by one.
    pub(super) fn tuple(fields: Vec<Self>) -> Self {
        let items = fields
            .iter()
            .fold(Self::of(Kinds::NOTHING), |items, field| items.join(field));
        Self {
            fields: Some(fields.into()),
            ..Self::collection(Kinds::TUPLE, items)
        }
    }

    /// A dict of such values.
    pub(super) fn dict(kind: DictKind, keys: Self, values: Self) -> Self {
        Self {
            dict: Some(kind),
            keys: Some(Box::new(keys)),
            ..Self::collection(Kinds::DICT, values)
        }
    }

    pub(super) fn is(&self, kinds: Kinds) -> bool {
        self.kinds.within(kinds)
    }

    /// Returns what an item is; the collection holds it still.
    pub(super) fn item(&self) -> Self {
        match &self.items {
            _ if self.is(Kinds::STR) => Self::text(),
            Some(items) if !self.kinds.meets(Kinds::STR) => (**items).clone().held_twice(),
            _ => Self::any(),
        }
    }

    /// Returns what iterating over it gives.
    pub(super) fn given(&self) -> Self {
        match self.kinds.meets(Kinds::DICT) {
            true if self.is(Kinds::DICT) => self.key(),
            true => Self::any(),
            false => self.item(),
        }
    }

    /// Returns what the item at a place of a tuple is.
    pub(super) fn field(&self, place: i64) -> Option<Self> {
        let fields = self.fields.as_deref().filter(|_| self.is(Kinds::TUPLE))?;
        let place = match usize::try_from(place) {
            Ok(place) => place,
            Err(_) => fields.len().checked_sub(usize::try_from(place.unsigned_abs()).ok()?)?,
        };
        fields.get(place).map(|field| field.clone().held_twice())
    }

    /// Returns what a key of a dict is.
    pub(super) fn key(&self) -> Self {
        match &self.keys {
            Some(keys) if self.is(Kinds::DICT) => (**keys).clone(),
            _ => Self::any(),
        }
    }

    /// Lets it be what somebody else holds, too.
    #[must_use]
    pub(super) fn held_twice(self) -> Self {
        Self {
            shared: self.kinds.meets(Kinds::MUTABLE),
            ..self
        }
    }

    /// Returns what is known of a value that is one of the two.
    #[must_use]
    pub(super) fn join(&self, other: &Self) -> Self {
        self.join_to(other, MAX_DEPTH)
    }

    fn join_to(&self, other: &Self, depth: usize) -> Self {
        let inside = |a: &Option<Box<Self>>, b: &Option<Box<Self>>, kinds: Kinds| match (
            self.kinds.meets(kinds),
            other.kinds.meets(kinds),
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
        let fields = match (self.kinds.meets(Kinds::TUPLE), other.kinds.meets(Kinds::TUPLE)) {
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
        let through = match (self.kinds.meets(Kinds::ITERATOR), other.kinds.meets(Kinds::ITERATOR)) {
            (true, true) if self.through == other.through => self.through.clone(),
            (true, true) => Some(Box::new(Through::Lost)),
            (true, false) => self.through.clone(),
            (false, true) => other.through.clone(),
            (false, false) => None,
        };
        let pattern = match (self.kinds.meets(Kinds::MATCH), other.kinds.meets(Kinds::MATCH)) {
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
            through,
            since: if self.since == other.since { self.since } else { None },
            sizes: (self.sizes.0.min(other.sizes.0), self.sizes.1.max(other.sizes.1)),
            has: if self.has == other.has { self.has } else { None },
            length_of: if self.length_of == other.length_of {
                self.length_of
            } else {
                None
            },
            shape: match (self.kinds.meets(Kinds::STR), other.kinds.meets(Kinds::STR)) {
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
            hoped: self.hoped && other.hoped,
            shared: self.shared || other.shared,
        }
    }

    /// Tells whether whatever the other may be, this may be.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let mut joined = self.join(other);
        if self.shared {
            // That is found out anew whenever somebody asks.
            joined.since = self.since;
        }
        joined == *self
    }

    /// Says what a bool that is true or false tells of another value.
    pub(super) fn testing(of: Handle, if_true: Told, if_false: Told) -> Self {
        Self {
            test: Some(Test { of, if_true, if_false }),
            ..Self::of(Kinds::BOOL)
        }
    }

    /// Returns the bool's opposite.
    pub(super) fn negated(&self) -> Self {
        let test = self.test.map(|test| Test {
            if_true: test.if_false,
            if_false: test.if_true,
            ..test
        });
        Self {
            test,
            ..Self::of(Kinds::BOOL)
        }
    }

    /// Returns the value of which a bool tells, and what it tells where it is so.
    pub(super) fn told(&self, truth: bool) -> Option<(Handle, Told)> {
        let test = self.test?;
        Some((test.of, if truth { test.if_true } else { test.if_false }))
    }

    /// Returns what is known of a value where it is true, or is not.
    pub(super) fn told_where(&self, truth: bool) -> Told {
        let sizes = match truth {
            _ if !self.is(Kinds::SIZED) => ANY_SIZE,
            true => (1, u16::MAX),
            false => (0, 0),
        };
        Told {
            sizes,
            ..Told::kinds(self.kinds_where(truth))
        }
    }

    /// Forgets what a test tells that is true only for as long as nobody changes what was tested.
    #[must_use]
    pub(super) fn lasting(self) -> Self {
        // Only texts have shapes, and texts stay what they are.
        let kinds = |told: Told| match told.shape {
            Shape::Any => Told::kinds(told.kinds),
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

    /// Forgets what it tells of objects that are gone when the trial is undone in which they were made.
    #[must_use]
    pub(super) fn outliving(self, trial: Trial<'_>) -> Self {
        let lasts = |handle: &Handle| !trial.made(*handle);
        Self {
            items: self.items.map(|items| Box::new(items.outliving(trial))),
            fields: self
                .fields
                .map(|fields| fields.into_iter().map(|field| field.outliving(trial)).collect()),
            keys: self.keys.map(|keys| Box::new(keys.outliving(trial))),
            through: self.through.map(|through| Box::new(through.outliving(trial))),
            has: self.has.filter(lasts),
            length_of: self.length_of.filter(lasts),
            test: self.test.filter(|test| lasts(&test.of)),
            ..self
        }
    }

    /// Tells whether there is an item at a place, from the end if it is negative.
    pub(super) fn has_item(&self, place: i64) -> bool {
        let least = i64::from(self.sizes.0);
        (-least..least).contains(&place) || self.field(place).is_some()
    }

    /// Forgets how many items there are, and which: they are others now.
    #[must_use]
    pub(super) fn with_other_items(self) -> Self {
        Self {
            sizes: ANY_SIZE,
            has: None,
            since: None,
            ..self
        }
    }

    /// Returns the types of which a value can be that is true, or is not.
    pub(super) fn kinds_where(&self, truth: bool) -> Kinds {
        match truth {
            true => self.kinds.without(Kinds::NONE),
            false => self.kinds.without(Kinds::MATCH),
        }
    }
}
