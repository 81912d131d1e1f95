//! Descriptions of the items that iterators over unknown values yield, and detection of changes of
//! the iterated collection.

use sift_abstract::{AbstractValue, Iteration, Kinds, Version};
use sift_values::object::{DictPart, IteratorSource, Object};
use sift_values::value::{Handle, Type, Value};

use super::super::Interpreter;
use super::joining::kind_of;
use super::state::Stop::{self, GiveUp};

impl Interpreter {
    /// Returns the source of the items that an iterable yields.
    pub(super) fn iteration_of(&self, value: Value) -> Iteration {
        if let Some(unknown) = self.unknown(value) {
            return match unknown.iteration {
                Some(iteration) => *iteration,
                None if unknown.is(Kinds::STR) => Iteration::Like(AbstractValue::text()),
                None if unknown.is(Kinds::ITERATOR) => Iteration::Like(unknown.item()),
                None => self.iteration_over(value.handle(), DictPart::Keys),
            };
        }
        if !value.is_object() {
            return Iteration::Lost;
        }
        let inner = |value: &Value| self.iteration_of(*value);
        match self.heap.get(value.handle()) {
            Object::DictView { dict, part } => Iteration::Items {
                of: dict.handle(),
                part: *part,
                version: None,
            },
            Object::Iterator(iterator) => match &iterator.source {
                IteratorSource::Sequence { items, .. } | IteratorSource::Reversed { items, .. } => {
                    self.iteration_over(items.handle(), DictPart::Keys)
                }
                IteratorSource::Deque { deque, version, .. } => Iteration::Items {
                    of: deque.handle(),
                    part: DictPart::Keys,
                    version: Some(Version::Known(*version, 0)),
                },
                IteratorSource::Dict {
                    dict,
                    part,
                    version,
                    len,
                    ..
                } => Iteration::Items {
                    of: dict.handle(),
                    part: *part,
                    version: Some(Version::Known(*version, *len)),
                },
                IteratorSource::Chars { .. } => Iteration::Like(AbstractValue::text()),
                IteratorSource::Range { next, left, step } => {
                    let last = i64::try_from(*left).ok().and_then(|left| left.checked_mul(*step));
                    let last = last.and_then(|path| next.checked_add(path)).map(Value::int);
                    let ends = [Some(Value::int(*next)), last];
                    let is_small = |end: &Option<Value>| end.is_some_and(|end| Kinds::of_value(end) == Kinds::COUNT);
                    Iteration::Like(AbstractValue::new(match ends.iter().all(is_small) {
                        true => Kinds::COUNT,
                        false => Kinds::INT,
                    }))
                }
                IteratorSource::Enumerate { inner: of, .. } => Iteration::Enumerated(Box::new(inner(of))),
                IteratorSource::Zip { inners } => Iteration::Zipped(inners.iter().map(inner).collect()),
                IteratorSource::Ended => Iteration::Like(AbstractValue::new(Kinds::NOTHING)),
                IteratorSource::Matches { .. } => Iteration::Lost,
            },
            Object::List(_) | Object::Tuple(_) | Object::Dict(_) | Object::Set(_) | Object::Deque(_) => {
                self.iteration_over(value.handle(), DictPart::Keys)
            }
            Object::Str(_) => Iteration::Like(AbstractValue::text()),
            _ => Iteration::Lost,
        }
    }

    fn iteration_over(&self, of: Handle, part: DictPart) -> Iteration {
        let version = self
            .describe_value(Value::object(kind_of(self.heap.get(of)), of))
            .version;
        Iteration::Items { of, part, version }
    }

    /// Returns the abstract value of the items that an iteration yields.
    pub(super) fn item_of_iteration(&self, iteration: &Iteration, depth: usize) -> AbstractValue {
        match iteration {
            Iteration::Items { of, part, .. } => {
                let source = Value::object(kind_of(self.heap.get(*of)), *of);
                let source = self.describe_to_depth(source, depth.saturating_add(1));
                match part {
                    _ if !source.kinds.overlaps(Kinds::DICT) => source.item(),
                    DictPart::Keys => source.key(),
                    DictPart::Values => source.item(),
                    DictPart::Items => AbstractValue::tuple(vec![source.key(), source.item()]),
                }
            }
            Iteration::Enumerated(inner) => AbstractValue::tuple(vec![
                AbstractValue::new(Kinds::COUNT),
                self.item_of_iteration(inner, depth),
            ]),
            Iteration::Zipped(inners) => AbstractValue::tuple(
                inners
                    .iter()
                    .map(|inner| self.item_of_iteration(inner, depth))
                    .collect(),
            ),
            Iteration::Like(unknown) => unknown.clone(),
            Iteration::Lost => AbstractValue::any(),
        }
    }

    /// Returns `true` if the iterated collection may have changed in a way that makes its iterator
    /// raise.
    pub(super) fn may_have_changed(&self, iteration: &Iteration) -> bool {
        match iteration {
            Iteration::Items { of, version, .. } => {
                let source = self.describe_value(Value::object(kind_of(self.heap.get(*of)), *of));
                source.kinds.overlaps(Kinds::TIMED) && (version.is_none() || *version != source.version)
            }
            Iteration::Enumerated(inner) => self.may_have_changed(inner),
            Iteration::Zipped(inners) => inners.iter().any(|inner| self.may_have_changed(inner)),
            Iteration::Like(_) => false,
            Iteration::Lost => true,
        }
    }

    /// Starts an iteration over the current version of a collection.
    pub(super) fn start_iteration(&mut self, iterable: Value) -> Iteration {
        match self.iteration_of(iterable) {
            Iteration::Items {
                of,
                part,
                version: None,
            } => {
                self.ensure_version(of);
                self.iteration_over(of, part)
            }
            iteration => iteration,
        }
    }

    /// Returns the abstract value of an iterator over this source of items.
    pub(super) fn describe_iterator(&self, iteration: Iteration) -> AbstractValue {
        let item = self.item_of_iteration(&iteration, 1);
        AbstractValue {
            iteration: Some(Box::new(iteration)),
            ..AbstractValue::collection(Kinds::ITERATOR, item)
        }
    }

    /// Assigns a version to an unknown collection, if it has none.
    fn ensure_version(&mut self, of: Handle) {
        let change = self.next_version();
        let is_timed = |unknown: &AbstractValue| unknown.version.is_none() && unknown.kinds.overlaps(Kinds::TIMED);
        if AbstractValue::from_object(self.heap.get(of)).is_some_and(is_timed)
            && let Some(unknown) = self.heap.get_mut(of).and_then(AbstractValue::from_object_mut)
        {
            unknown.version = Some(change);
        }
    }

    /// Returns a version that no unknown collection has yet.
    pub(super) fn next_version(&mut self) -> Version {
        let changes = self.exploration.as_mut().map(|exploration| {
            exploration.changes += 1;
            exploration.changes
        });
        Version::Change(changes.unwrap_or_default())
    }

    /// Visits every object that code with access to a value can reach and change. For an iterator
    /// these are its items, but not the iterated collection.
    pub(super) fn for_each_reachable(&self, value: Value, visit: &mut dyn FnMut(Value)) {
        let object = self.heap.get(value.handle());
        if !matches!(object, Object::Iterator(_) | Object::DictView { .. }) {
            object.for_each_value(visit);
            return;
        }
        let mut sources = Vec::new();
        let iteration = self.iteration_of(value);
        iteration.sources(&mut sources);
        if iteration == Iteration::Lost {
            object.for_each_value(&mut *visit);
        }
        for source in sources {
            self.heap.get(source).for_each_value(&mut *visit);
        }
    }

    /// Records that the items of an iterator have aliases in an unknown place.
    pub(super) fn share_items_of_iterator(&mut self, iterator: Value) -> Result<(), Stop> {
        let mut sources = Vec::new();
        self.iteration_of(iterator).sources(&mut sources);
        let mut items = Vec::new();
        for source in sources {
            self.meter.charge(1).map_err(|_| GiveUp)?;
            // It may be a generator that only some of the paths have read.
            if AbstractValue::from_object(self.heap.get(source)).is_some_and(|unknown| unknown.is(Kinds::OTHER)) {
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
