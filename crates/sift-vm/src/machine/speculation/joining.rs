//! Joining of the abstract states of paths at their merge point.

use hashbrown::HashSet;
use sift_abstract::{AbstractValue, Kinds};
use sift_values::heap::Transaction;
use sift_values::object::{GeneratorState, Object};
use sift_values::value::{Handle, Type, Value};

use super::super::{Frame, Interpreter};
use super::state::Stop::{self, GiveUp};
use super::state::{ControlState, PathChanges, Slot, SlotState};

impl Interpreter {
    fn state_after(&self, value: Value, transaction: Transaction<'_>, shared: &mut Vec<Handle>) -> SlotState {
        if !value.is_object() || !transaction.made(value.handle()) {
            return SlotState::Value(value);
        }
        self.collect_aliased(value, transaction, shared);
        SlotState::Like(self.describe_value(value).surviving(transaction))
    }

    /// Appends to `shared` the objects from before the transaction to which a new object refers.
    fn collect_aliased(&self, value: Value, transaction: Transaction<'_>, shared: &mut Vec<Handle>) {
        let mut seen = HashSet::new();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if !value.is_object() || value.kind() == Type::Str || !seen.insert(value.handle()) {
                continue;
            }
            if transaction.made(value.handle()) {
                self.for_each_reachable(value, &mut |value| open.push(value));
            } else {
                shared.push(value.handle());
            }
        }
    }

    /// Joins the changes of all paths into the current state. Returns `true` if the state changes.
    ///
    /// For a loop, `created` are the values that earlier joins have created, and the current state
    /// is joined too.
    fn join_changes(
        &mut self,
        paths: &[PathChanges],
        height: usize,
        mut created: Option<&mut HashSet<Handle>>,
    ) -> Result<bool, Stop> {
        let mut slots: Vec<Slot> = paths
            .iter()
            .flat_map(|path| path.after.iter().map(|(slot, _)| *slot))
            .collect();
        slots.sort_unstable();
        slots.dedup();
        let mut shared: Vec<Handle> = paths.iter().flat_map(|path| path.shared.iter().copied()).collect();
        let mut changed = false;
        let stack = &mut self.stack;
        stack.resize(stack.len().max(height), Value::UNBOUND);
        for slot in slots {
            if matches!(slot, Slot::Stack(at) if at >= height) {
                continue;
            }
            let before = self.slot_value(slot);
            let mut afters: Vec<SlotState> = Vec::new();
            if created.is_some() {
                afters.extend(before.map(SlotState::Value));
            }
            for path in paths {
                let unchanged = || {
                    let before = before?;
                    Some(match path.contained_key(slot) {
                        Some(key) => SlotState::Like(AbstractValue {
                            has: Some(key),
                            ..self.describe_value(before)
                        }),
                        None => SlotState::Value(before),
                    })
                };
                afters.extend(path.get(slot).cloned().or_else(unchanged));
            }
            changed |= self.join_slot(slot, before, &afters, &mut shared, created.as_deref_mut())?;
        }
        shared.sort_unstable();
        shared.dedup();
        for handle in shared {
            changed |= self.invalidate(handle)?;
        }
        Ok(changed)
    }

    /// Returns the value in a slot. For an object other than a cell, this is the object itself.
    fn slot_value(&self, slot: Slot) -> Option<Value> {
        match slot {
            Slot::Stack(at) => self.stack.get(at).copied(),
            Slot::Global(at) => self.globals.get(at).copied(),
            Slot::Object(handle) => match self.heap.get(handle) {
                Object::Cell(value) => Some(*value),
                object => Some(Value::object(kind_of(object), handle)),
            },
        }
    }

    fn join_slot(
        &mut self,
        slot: Slot,
        before: Option<Value>,
        afters: &[SlotState],
        shared: &mut Vec<Handle>,
        created: Option<&mut HashSet<Handle>>,
    ) -> Result<bool, Stop> {
        let is_object = matches!(slot, Slot::Object(handle) if !matches!(self.heap.get(handle), Object::Cell(_)));
        let value_of = |after: &SlotState| match after {
            SlotState::Value(value) => Some(*value),
            SlotState::Like(_) => None,
        };
        let first = afters.first().and_then(value_of);
        let same = |after: &SlotState| matches!((value_of(after), first), (Some(a), Some(b)) if a.same(b));
        if let Some(first) = first
            && afters.iter().all(same)
        {
            let changes = !is_object && !before.is_some_and(|before| before.same(first));
            if changes {
                self.set_slot(slot, first);
            }
            return Ok(changes);
        }
        let mut like: Option<AbstractValue> = None;
        for after in afters {
            let described = match after {
                SlotState::Like(unknown) => unknown.clone(),
                // Reading a variable that may be unbound ends speculation.
                SlotState::Value(value) if value.is_unbound() => {
                    let was = before.is_some_and(Value::is_unbound);
                    self.set_slot(slot, Value::UNBOUND);
                    return Ok(!was);
                }
                SlotState::Value(value) => {
                    if value.is_object() && !is_object {
                        shared.push(value.handle());
                    }
                    self.describe_value(*value)
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
            && self.describe_value(before).covers(&like)
            // Facts about the previous value don't hold for the one that may be here now.
            && (is_object || created.as_ref().is_some_and(|created| created.contains(&before.handle())))
        {
            return Ok(false);
        }
        match slot {
            Slot::Object(handle) if is_object => {
                self.invalidate_as(handle, like)?;
            }
            _ => {
                let value = self.new_unknown(like.into_shared());
                if let Some(created) = created
                    && value.is_object()
                {
                    created.insert(value.handle());
                }
                self.set_slot(slot, value);
            }
        }
        self.note_unknowns();
        Ok(true)
    }

    fn set_slot(&mut self, slot: Slot, value: Value) {
        let slot = match slot {
            Slot::Stack(at) => self.stack.get_mut(at),
            Slot::Global(at) => self.globals.get_mut(at),
            Slot::Object(handle) => match self.heap.get_mut(handle) {
                Some(Object::Cell(inside)) => Some(inside),
                _ => None,
            },
        };
        if let Some(slot) = slot {
            *slot = value;
        }
    }

    /// Replaces the content of an object by an abstract value. Everything reachable from the object
    /// becomes unknown.
    fn invalidate_as(&mut self, handle: Handle, unknown: AbstractValue) -> Result<(), Stop> {
        if let Object::Generator(_) = self.heap.get(handle) {
            // Resuming it ends speculation, so nothing in it changes.
            if let Some(object) = self.heap.get_mut(handle) {
                *object = AbstractValue::new(Kinds::OTHER).into_object();
            }
            self.note_unknowns();
            return Ok(());
        }
        let mut inside = Vec::new();
        self.for_each_reachable(Value::object(kind_of(self.heap.get(handle)), handle), &mut |value| {
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
            self.invalidate(handle)?;
        }
        Ok(())
    }

    /// Makes the content of an object unknown, and that of all objects reachable from it, because
    /// an unknown alias may change them.
    ///
    /// Returns `true` if any of this content was known.
    pub(super) fn invalidate(&mut self, handle: Handle) -> Result<bool, Stop> {
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
                // Only a call changes the variables that a function closes over, and unknown
                // functions can't be called.
                _ => continue,
            };
            self.for_each_reachable(Value::object(kind, handle), &mut |value| {
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
                Some(value) => self.describe_value(value),
                None => self.describe_value(Value::object(kind, handle)),
            };
            // Aliases may insert items that are not seen here.
            unknown.items = None;
            unknown.keys = None;
            unknown = unknown.with_other_items().into_shared();
            if cell.is_some() {
                let value = self.new_unknown(AbstractValue::any());
                self.set_slot(Slot::Object(handle), value);
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
    /// Returns the state that has changed since `before`, when there were `layers` nested
    /// transactions.
    pub(super) fn changes(&self, before: &ControlState, layers: usize) -> PathChanges {
        let mut changes = PathChanges {
            frames: self.frames.clone(),
            guards: self.guards.len(),
            height: self.stack.len(),
            after: Vec::new(),
            shared: Vec::new(),
            containments: self
                .exploration
                .as_ref()
                .map(|exploration| exploration.known.containments.clone())
                .unwrap_or_default(),
        };
        let transaction = self.heap.transaction_since(layers);
        let pairs = |now: &[Value], before: &[Value]| -> Vec<(usize, Value)> {
            let differs = |(slot, value): &(usize, &Value)| !before.get(*slot).is_some_and(|old| old.same(**value));
            let now = now.iter().enumerate().filter(differs);
            now.map(|(slot, value)| (slot, *value)).collect()
        };
        for (slot, value) in pairs(&self.stack, &before.stack) {
            let after = self.state_after(value, transaction, &mut changes.shared);
            changes.after.push((Slot::Stack(slot), after));
        }
        for (slot, value) in pairs(&self.globals, &before.globals) {
            let after = self.state_after(value, transaction, &mut changes.shared);
            changes.after.push((Slot::Global(slot), after));
        }
        for handle in transaction.written() {
            let after = match self.heap.get(handle) {
                // Flattening and filling a text does not change its content.
                Object::Str(_) | Object::Free => continue,
                // It has yielded and was resumed.
                Object::Generator(generator) if matches!(generator.state, GeneratorState::Running(_)) => continue,
                Object::Cell(value) => self.state_after(*value, transaction, &mut changes.shared),
                object => {
                    let value = Value::object(kind_of(object), handle);
                    self.for_each_reachable(value, &mut |value| {
                        self.collect_aliased(value, transaction, &mut changes.shared)
                    });
                    SlotState::Like(self.describe_value(value).surviving(transaction))
                }
            };
            changes.after.push((Slot::Object(handle), after));
        }
        changes
            .containments
            .retain(|part| !transaction.made(part.whole) && !transaction.made(part.part));
        changes.after.sort_by_key(|(slot, _)| *slot);
        changes
    }

    /// Continues at the merge point with the joined state of all paths.
    pub(super) fn join_paths(&mut self, merged: &[PathChanges]) -> Result<(), Stop> {
        let first = merged.first().ok_or(GiveUp)?;
        let alike = |other: &PathChanges| {
            other.height == first.height && other.guards == first.guards && same_frames(&other.frames, &first.frames)
        };
        if !merged.iter().all(alike) {
            return Err(GiveUp);
        }
        let (frames, guards, height) = (first.frames.clone(), first.guards, first.height);
        if guards > self.guards.len() {
            return Err(GiveUp);
        }
        self.join_changes(merged, height, None)?;
        self.frames = frames;
        self.update_caller();
        self.guards.truncate(guards);
        self.join_guards();
        self.stack.truncate(height);
        self.settle_first = None;
        Ok(())
    }

    /// Joins the current state with the states in which the start of a loop was reached again.
    /// Returns `true` if the current state changes.
    pub(super) fn widen(&mut self, reached_again: &[PathChanges], created: &mut HashSet<Handle>) -> Result<bool, Stop> {
        let alike = |other: &PathChanges| {
            other.height == self.stack.len()
                && other.guards == self.guards.len()
                && same_frames(&other.frames, &self.frames)
        };
        if !reached_again.iter().all(alike) {
            return Err(GiveUp);
        }
        let height = self.stack.len();
        self.join_changes(reached_again, height, Some(created))
    }
}

/// Returns the type of the values that refer to a heap object. For a frozen set, returns the type
/// of a set.
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
