//! What is left unknown where ways meet that have left it different.

use hashbrown::HashSet;
use sift_abstract::{AbstractValue, Kinds};
use sift_values::heap::Trial;
use sift_values::object::{GeneratorState, Object};
use sift_values::value::{Handle, Type, Value};

use super::super::{Frame, Interpreter};
use super::state::Stop::{self, GiveUp};
use super::state::{After, Changes, Control, Place};

impl Interpreter {
    fn after(&self, value: Value, trial: Trial<'_>, shared: &mut Vec<Handle>) -> After {
        if !value.is_object() || !trial.made(value.handle()) {
            return After::Value(value);
        }
        self.note_shared(value, trial, shared);
        After::Like(self.described(value).outliving(trial))
    }

    /// Notes the older objects to which something new refers.
    fn note_shared(&self, value: Value, trial: Trial<'_>, shared: &mut Vec<Handle>) {
        let mut seen = HashSet::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if !value.is_object() || value.kind() == Type::Str || !seen.insert(value.handle()) {
                continue;
            }
            if trial.made(value.handle()) {
                self.for_each_held(value, &mut |value| open.push(value));
            } else {
                shared.push(value.handle());
            }
        }
    }

    /// Puts what the ways have left where they have left it; in a loop, of which `fresh` are the values that it has made: or what
    /// was there before. Tells whether that changes anything.
    fn blend(
        &mut self,
        ways: &[Changes],
        height: usize,
        mut fresh: Option<&mut HashSet<Handle>>,
    ) -> Result<bool, Stop> {
        let mut places: Vec<Place> = ways
            .iter()
            .flat_map(|way| way.after.iter().map(|(place, _)| *place))
            .collect();
        places.sort_unstable();
        places.dedup();
        let mut shared: Vec<Handle> = ways.iter().flat_map(|way| way.shared.iter().copied()).collect();
        let mut changed = false;
        let stack = &mut self.stack;
        stack.resize(stack.len().max(height), Value::UNBOUND);
        for place in places {
            if matches!(place, Place::Stack(at) if at >= height) {
                continue;
            }
            let before = self.held_at(place);
            let mut afters: Vec<After> = Vec::new();
            if fresh.is_some() {
                afters.extend(before.map(After::Value));
            }
            for way in ways {
                let unchanged = || {
                    let before = before?;
                    Some(match way.key_in(place) {
                        Some(key) => After::Like(AbstractValue {
                            has: Some(key),
                            ..self.described(before)
                        }),
                        None => After::Value(before),
                    })
                };
                afters.extend(way.at(place).cloned().or_else(unchanged));
            }
            changed |= self.blend_place(place, before, &afters, &mut shared, fresh.as_deref_mut())?;
        }
        shared.sort_unstable();
        shared.dedup();
        for handle in shared {
            changed |= self.blur(handle)?;
        }
        Ok(changed)
    }

    /// Returns the value at a place; an object itself where the place is one, but for a cell.
    fn held_at(&self, place: Place) -> Option<Value> {
        match place {
            Place::Stack(at) => self.stack.get(at).copied(),
            Place::Global(at) => self.globals.get(at).copied(),
            Place::Object(handle) => match self.heap.get(handle) {
                Object::Cell(value) => Some(*value),
                object => Some(Value::object(kind_of(object), handle)),
            },
        }
    }

    fn blend_place(
        &mut self,
        place: Place,
        before: Option<Value>,
        afters: &[After],
        shared: &mut Vec<Handle>,
        fresh: Option<&mut HashSet<Handle>>,
    ) -> Result<bool, Stop> {
        let is_object = matches!(place, Place::Object(handle) if !matches!(self.heap.get(handle), Object::Cell(_)));
        let value_of = |after: &After| match after {
            After::Value(value) => Some(*value),
            After::Like(_) => None,
        };
        let first = afters.first().and_then(value_of);
        let same = |after: &After| matches!((value_of(after), first), (Some(a), Some(b)) if a.same(b));
        if let Some(first) = first
            && afters.iter().all(same)
        {
            let changes = !is_object && !before.is_some_and(|before| before.same(first));
            if changes {
                self.put(place, first);
            }
            return Ok(changes);
        }
        let mut like: Option<AbstractValue> = None;
        for after in afters {
            let described = match after {
                After::Like(unknown) => unknown.clone(),
                // Who reads a variable that may not be there ends running ahead.
                After::Value(value) if value.is_unbound() => {
                    let was = before.is_some_and(Value::is_unbound);
                    self.put(place, Value::UNBOUND);
                    return Ok(!was);
                }
                After::Value(value) => {
                    if value.is_object() && !is_object {
                        shared.push(value.handle());
                    }
                    self.described(*value)
                }
            };
            like = Some(match like {
                None => described,
                Some(like) => like.join(&described),
            });
        }
        let like = like.ok_or(GiveUp)?;
        if let Some(before) = before
            && (self.is_unknown(before) || self.is_unknown_text(before))
            && self.described(before).covers(&like)
            // What was found out about the value before is not true of the one that may stand here now.
            && (is_object || fresh.as_ref().is_some_and(|fresh| fresh.contains(&before.handle())))
        {
            return Ok(false);
        }
        match place {
            Place::Object(handle) if is_object => {
                self.blur_as(handle, like)?;
            }
            _ => {
                let value = self.new_unknown(like.into_shared());
                if let Some(fresh) = fresh
                    && value.is_object()
                {
                    fresh.insert(value.handle());
                }
                self.put(place, value);
            }
        }
        self.note_unknowns();
        Ok(true)
    }

    fn put(&mut self, place: Place, value: Value) {
        let slot = match place {
            Place::Stack(at) => self.stack.get_mut(at),
            Place::Global(at) => self.globals.get_mut(at),
            Place::Object(handle) => match self.heap.get_mut(handle) {
                Some(Object::Cell(inside)) => Some(inside),
                _ => None,
            },
        };
        if let Some(slot) = slot {
            *slot = value;
        }
    }

    /// Lets it be unknown what an object holds.
    fn blur_as(&mut self, handle: Handle, unknown: AbstractValue) -> Result<(), Stop> {
        if let Object::Generator(_) = self.heap.get(handle) {
            // Who resumes it ends running ahead; so nothing in it is changed.
            if let Some(object) = self.heap.get_mut(handle) {
                *object = AbstractValue::new(Kinds::OTHER).into_object();
            }
            self.note_unknowns();
            return Ok(());
        }
        let mut inside = Vec::new();
        self.for_each_held(Value::object(kind_of(self.heap.get(handle)), handle), &mut |value| {
            if value.is_object() {
                inside.push(value.handle());
            }
        });
        if matches!(self.heap.get(handle), Object::Instance(_) | Object::Function(_)) {
            return Err(GiveUp);
        }
        if let Some(object) = self.heap.get_mut(handle) {
            *object = unknown.into_object();
        }
        self.note_unknowns();
        for handle in inside {
            self.blur(handle)?;
        }
        Ok(())
    }

    /// Lets it be unknown what an object holds, and all that can be reached from it: somebody may change it who is not known.
    /// Tells whether anything was known.
    pub(super) fn blur(&mut self, handle: Handle) -> Result<bool, Stop> {
        let mut changed = false;
        let mut seen = HashSet::new();
        let mut open = vec![handle];
        while let Some(handle) = open.pop() {
            if !seen.insert(handle) {
                continue;
            }
            self.meter.charge(1).map_err(|_| GiveUp)?;
            if let Some(unknown) = AbstractValue::from_object(self.heap.get(handle)) {
                if !unknown.shared && unknown.kinds.overlaps(Kinds::MUTABLE) {
                    if let Some(unknown) = self.heap.get_mut(handle).and_then(AbstractValue::from_object_mut) {
                        unknown.shared = true;
                    }
                    changed = true;
                }
                continue;
            }
            let object = self.heap.get(handle);
            let kind = kind_of(object);
            let is_mutable = match object {
                Object::List(_)
                | Object::Dict(_)
                | Object::Set(_)
                | Object::Deque(_)
                | Object::Iterator(_)
                | Object::Cell(_) => kind != Type::FrozenSet,
                Object::Generator(_) | Object::Instance(_) => return Err(GiveUp),
                Object::Tuple(_) | Object::DictView { .. } | Object::BoundMethod { .. } | Object::Record(_) => false,
                // What functions close over is changed by those who call them, and one that is not known can't be called.
                _ => continue,
            };
            self.for_each_held(Value::object(kind, handle), &mut |value| {
                if value.is_object() {
                    open.push(value.handle());
                }
            });
            if !is_mutable {
                continue;
            }
            let cell = match self.heap.get(handle) {
                Object::Cell(value) => Some(*value),
                _ => None,
            };
            let mut unknown = match cell {
                Some(value) => self.described(value),
                None => self.described(Value::object(kind, handle)),
            };
            // Whoever holds it may put in what is not known here.
            unknown.items = None;
            unknown.keys = None;
            unknown = unknown.with_other_items().into_shared();
            if cell.is_some() {
                let value = self.new_unknown(AbstractValue::any());
                self.put(Place::Object(handle), value);
            } else if let Some(object) = self.heap.get_mut(handle) {
                *object = unknown.into_object();
            }
            self.note_unknowns();
            changed = true;
        }
        Ok(changed)
    }
}

impl Interpreter {
    /// Returns what was left different since there were so many layers of trial.
    pub(super) fn changes(&self, before: &Control, layers: usize) -> Changes {
        let mut changes = Changes {
            frames: self.frames.clone(),
            guards: self.guards.len(),
            height: self.stack.len(),
            after: Vec::new(),
            shared: Vec::new(),
            parts: self
                .ahead
                .as_ref()
                .map(|ahead| ahead.known.parts.clone())
                .unwrap_or_default(),
        };
        let trial = self.heap.trial_since(layers);
        let pairs = |now: &[Value], before: &[Value]| -> Vec<(usize, Value)> {
            let differs = |(place, value): &(usize, &Value)| !before.get(*place).is_some_and(|old| old.same(**value));
            let now = now.iter().enumerate().filter(differs);
            now.map(|(place, value)| (place, *value)).collect()
        };
        for (place, value) in pairs(&self.stack, &before.stack) {
            let after = self.after(value, trial, &mut changes.shared);
            changes.after.push((Place::Stack(place), after));
        }
        for (place, value) in pairs(&self.globals, &before.globals) {
            let after = self.after(value, trial, &mut changes.shared);
            changes.after.push((Place::Global(place), after));
        }
        for handle in trial.written() {
            let after = match self.heap.get(handle) {
                // Texts are put together and filled in; they stay what they are.
                Object::Str(_) | Object::Free => continue,
                // It has yielded and was resumed.
                Object::Generator(generator) if matches!(generator.state, GeneratorState::Running(_)) => continue,
                Object::Cell(value) => self.after(*value, trial, &mut changes.shared),
                object => {
                    let value = Value::object(kind_of(object), handle);
                    self.for_each_held(value, &mut |value| self.note_shared(value, trial, &mut changes.shared));
                    After::Like(self.described(value).outliving(trial))
                }
            };
            changes.after.push((Place::Object(handle), after));
        }
        changes
            .parts
            .retain(|part| !trial.made(part.whole) && !trial.made(part.part));
        changes.after.sort_by_key(|(place, _)| *place);
        changes
    }

    /// Goes on from where the ways have met: what they have left different is not known.
    pub(super) fn meet(&mut self, met: &[Changes]) -> Result<(), Stop> {
        let first = met.first().ok_or(GiveUp)?;
        let alike = |other: &Changes| {
            other.height == first.height && other.guards == first.guards && same_frames(&other.frames, &first.frames)
        };
        if !met.iter().all(alike) {
            return Err(GiveUp);
        }
        let (frames, guards, height) = (first.frames.clone(), first.guards, first.height);
        if guards > self.guards.len() {
            return Err(GiveUp);
        }
        self.blend(met, height, None)?;
        self.frames = frames;
        self.note_running();
        self.guards.truncate(guards);
        self.join_guards();
        self.stack.truncate(height);
        self.settle_first = None;
        Ok(())
    }

    /// Lets the state be what it is or what the ways have left of it; tells whether it was not that already.
    pub(super) fn widen(&mut self, returned: &[Changes], fresh: &mut HashSet<Handle>) -> Result<bool, Stop> {
        let alike = |other: &Changes| {
            other.height == self.stack.len()
                && other.guards == self.guards.len()
                && same_frames(&other.frames, &self.frames)
        };
        if !returned.iter().all(alike) {
            return Err(GiveUp);
        }
        let height = self.stack.len();
        self.blend(returned, height, Some(fresh))
    }
}

/// Returns the type of the values that stand for an object; that of a set may be another.
pub(super) const fn kind_of(object: &Object) -> Type {
    match object {
        Object::List(_) => Type::List,
        Object::Tuple(_) => Type::Tuple,
        Object::Dict(_) => Type::Dict,
        Object::Set(_) => Type::Set,
        Object::Deque(_) => Type::Deque,
        Object::Iterator(_) => Type::Iterator,
        Object::DictView { .. } => Type::DictView,
        Object::Match(_) => Type::Match,
        Object::Str(_) => Type::Str,
        Object::Exception(_) => Type::Exception,
        _ => Type::Unknown,
    }
}

fn same_frames(left: &[Frame], right: &[Frame]) -> bool {
    let same = |a: &Frame, b: &Frame| {
        a.code == b.code && a.ip == b.ip && a.base == b.base && a.floor == b.floor && a.guards == b.guards
    };
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| same(a, b))
}
