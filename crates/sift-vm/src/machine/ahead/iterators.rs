//! What iterators give that go through something that is not known, and whether that was changed meanwhile.

use sift_values::heap::Trial;
use sift_values::object::{DictPart, IteratorSource, Object};
use sift_values::value::{Handle, Type, Value};

use super::super::Interpreter;
use super::Stop::{self, GiveUp};
use super::blend::kind_of;
use super::unknown::{Kinds, Unknown};

/// What an iterator, or a view of a dict, goes through.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Through {
    /// What a collection holds; for an iterator, since when it held that as the iterator began.
    Items {
        of: Handle,
        part: DictPart,
        since: Option<Since>,
    },
    /// Pairs of a number and such an item.
    Numbered(Box<Self>),
    /// Tuples of an item of each.
    SideBySide(Vec<Self>),
    /// Values like this.
    Like(Unknown),
    /// That is not known.
    Lost,
}

/// Since when a collection has the keys, or the items, that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// A known one: its version and its length.
    Known(u32, usize),
    /// One that is not known: since this change.
    Change(u64),
    /// One that is known by other names: since something was put into such a one.
    SharedPut(u64),
}

impl Since {
    pub(super) fn of(object: &Object) -> Option<Self> {
        match object {
            Object::Dict(dict) => Some(Self::Known(dict.items.version(), dict.items.len())),
            Object::Set(set) => Some(Self::Known(set.version(), set.len())),
            Object::Deque(deque) => Some(Self::Known(deque.version, 0)),
            _ => None,
        }
    }
}

impl Through {
    pub(super) fn outliving(self, trial: Trial<'_>) -> Self {
        match self {
            Self::Items { of, .. } if trial.made(of) => Self::Lost,
            Self::Numbered(inner) => Self::Numbered(Box::new(inner.outliving(trial))),
            Self::SideBySide(inners) => {
                Self::SideBySide(inners.into_iter().map(|inner| inner.outliving(trial)).collect())
            }
            Self::Like(unknown) => Self::Like(unknown.outliving(trial)),
            through => through,
        }
    }

    fn sources(&self, found: &mut Vec<Handle>) {
        match self {
            Self::Items { of, .. } => found.push(*of),
            Self::Numbered(inner) => inner.sources(found),
            Self::SideBySide(inners) => inners.iter().for_each(|inner| inner.sources(found)),
            Self::Like(_) | Self::Lost => {}
        }
    }
}

impl Interpreter {
    /// Returns what an iterable goes through.
    pub(super) fn through(&self, value: Value) -> Through {
        if let Some(unknown) = self.unknown(value) {
            return match unknown.through {
                Some(through) => *through,
                None if unknown.is(Kinds::STR) => Through::Like(Unknown::text()),
                None if unknown.is(Kinds::ITERATOR) => Through::Like(unknown.item()),
                None => self.items_through(value.handle(), DictPart::Keys),
            };
        }
        if !value.is_object() {
            return Through::Lost;
        }
        let inner = |value: &Value| self.through(*value);
        match self.heap.get(value.handle()) {
            Object::DictView { dict, part } => Through::Items {
                of: dict.handle(),
                part: *part,
                since: None,
            },
            Object::Iterator(iterator) => match &iterator.source {
                IteratorSource::Sequence { items, .. } | IteratorSource::Reversed { items, .. } => {
                    self.items_through(items.handle(), DictPart::Keys)
                }
                IteratorSource::Deque { deque, version, .. } => Through::Items {
                    of: deque.handle(),
                    part: DictPart::Keys,
                    since: Some(Since::Known(*version, 0)),
                },
                IteratorSource::Dict {
                    dict,
                    part,
                    version,
                    len,
                    ..
                } => Through::Items {
                    of: dict.handle(),
                    part: *part,
                    since: Some(Since::Known(*version, *len)),
                },
                IteratorSource::Chars { .. } => Through::Like(Unknown::text()),
                IteratorSource::Range { next, left, step } => {
                    let last = i64::try_from(*left).ok().and_then(|left| left.checked_mul(*step));
                    let last = last.and_then(|way| next.checked_add(way)).map(Value::int);
                    let ends = [Some(Value::int(*next)), last];
                    let is_small = |end: &Option<Value>| end.is_some_and(|end| Kinds::of(end) == Kinds::COUNT);
                    Through::Like(Unknown::of(match ends.iter().all(is_small) {
                        true => Kinds::COUNT,
                        false => Kinds::INT,
                    }))
                }
                IteratorSource::Enumerate { inner: of, .. } => Through::Numbered(Box::new(inner(of))),
                IteratorSource::Zip { inners } => Through::SideBySide(inners.iter().map(inner).collect()),
                IteratorSource::Ended => Through::Like(Unknown::of(Kinds::NOTHING)),
                IteratorSource::Matches { .. } => Through::Lost,
            },
            Object::List(_) | Object::Tuple(_) | Object::Dict(_) | Object::Set(_) | Object::Deque(_) => {
                self.items_through(value.handle(), DictPart::Keys)
            }
            Object::Str(_) => Through::Like(Unknown::text()),
            _ => Through::Lost,
        }
    }

    fn items_through(&self, of: Handle, part: DictPart) -> Through {
        let since = self.described(Value::object(kind_of(self.heap.get(of)), of)).since;
        Through::Items { of, part, since }
    }

    /// Returns what an iterator gives.
    pub(super) fn item_through(&self, through: &Through, depth: usize) -> Unknown {
        match through {
            Through::Items { of, part, .. } => {
                let source = Value::object(kind_of(self.heap.get(*of)), *of);
                let source = self.described_to(source, depth.saturating_add(1));
                match part {
                    _ if !source.kinds.meets(Kinds::DICT) => source.item(),
                    DictPart::Keys => source.key(),
                    DictPart::Values => source.item(),
                    DictPart::Items => Unknown::tuple(vec![source.key(), source.item()]),
                }
            }
            Through::Numbered(inner) => {
                Unknown::tuple(vec![Unknown::of(Kinds::COUNT), self.item_through(inner, depth)])
            }
            Through::SideBySide(inners) => {
                Unknown::tuple(inners.iter().map(|inner| self.item_through(inner, depth)).collect())
            }
            Through::Like(unknown) => unknown.clone(),
            Through::Lost => Unknown::any(),
        }
    }

    /// Tells whether what an iterator goes through may have been changed in a way that it does not take.
    pub(super) fn may_have_changed(&self, through: &Through) -> bool {
        match through {
            Through::Items { of, since, .. } => {
                let source = self.described(Value::object(kind_of(self.heap.get(*of)), *of));
                source.kinds.meets(Kinds::TIMED) && (since.is_none() || *since != source.since)
            }
            Through::Numbered(inner) => self.may_have_changed(inner),
            Through::SideBySide(inners) => inners.iter().any(|inner| self.may_have_changed(inner)),
            Through::Like(_) => false,
            Through::Lost => true,
        }
    }

    /// Lets an iterator begin: what it goes through is as it is now.
    pub(super) fn begin_iterating(&mut self, iterable: Value) -> Through {
        match self.through(iterable) {
            Through::Items { of, part, since: None } => {
                self.note_change_if_unknown(of);
                self.items_through(of, part)
            }
            through => through,
        }
    }

    /// Returns what is known of an iterator that goes through this.
    pub(super) fn iterating(&self, through: Through) -> Unknown {
        let item = self.item_through(&through, 1);
        Unknown {
            through: Some(Box::new(through)),
            ..Unknown::collection(Kinds::ITERATOR, item)
        }
    }

    /// Gives a collection of which it is not known when it was changed last a time of its own.
    fn note_change_if_unknown(&mut self, of: Handle) {
        let change = self.next_change();
        let is_timed = |unknown: &Unknown| unknown.since.is_none() && unknown.kinds.meets(Kinds::TIMED);
        if Unknown::of_object(self.heap.get(of)).is_some_and(is_timed)
            && let Some(unknown) = self.heap.get_mut(of).and_then(Unknown::of_object_mut)
        {
            unknown.since = Some(change);
        }
    }

    /// Returns a time at which something is changed.
    pub(super) fn next_change(&mut self) -> Since {
        let changes = self.ahead.as_mut().map(|ahead| {
            ahead.changes += 1;
            ahead.changes
        });
        Since::Change(changes.unwrap_or_default())
    }

    /// Visits what whoever holds an object can get at and may change: an iterator gives items, not what it goes through.
    pub(super) fn for_each_held(&self, value: Value, visit: &mut dyn FnMut(Value)) {
        let object = self.heap.get(value.handle());
        if !matches!(object, Object::Iterator(_) | Object::DictView { .. }) {
            object.for_each_value(visit);
            return;
        }
        let mut sources = Vec::new();
        let through = self.through(value);
        through.sources(&mut sources);
        if through == Through::Lost {
            object.for_each_value(&mut *visit);
        }
        for source in sources {
            self.heap.get(source).for_each_value(&mut *visit);
        }
    }

    /// Lets somebody who is not known hold what an iterator gives.
    pub(super) fn share_yielded(&mut self, iterator: Value) -> Result<(), Stop> {
        let mut sources = Vec::new();
        self.through(iterator).sources(&mut sources);
        let mut items = Vec::new();
        for source in sources {
            self.meter.charge(1).map_err(|_| GiveUp)?;
            // It may be a generator that only some of the ways have read.
            if Unknown::of_object(self.heap.get(source)).is_some_and(|unknown| unknown.is(Kinds::OTHER)) {
                return Err(GiveUp);
            }
            self.heap.get(source).for_each_value(|item| {
                if item.is_object() && item.kind() != Type::Str {
                    items.push(item);
                }
            });
        }
        for item in items {
            self.share(item)?;
        }
        Ok(())
    }
}
