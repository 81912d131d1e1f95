//! Creates and advances iterators.

use sift_compiler::exception::ExceptionClass;
use sift_values::flow::{Flow, OperandSlot, Outcome};
use sift_values::object::{DictPart, IteratorObject, IteratorSource, Object};
use sift_values::value::{Label, Type, Value};

use crate::runtime::Runtime;

/// Maximum depth of nested iterators: `enumerate(zip(reversed(…)))`.
const MAX_ITERATOR_DEPTH: u16 = 64;

/// The result of advancing an iterator.
#[derive(Debug)]
pub enum Advance {
    /// The iterator's next item.
    Item(Value),
    /// The iterator is exhausted.
    End,
    /// The frame of a generator was pushed and has to run. Its `on_return` determines where the
    /// item goes.
    Frame,
}

/// The number of items above which memory is reserved before they are collected.
const ASKED_FOR: usize = 4_096;

impl Runtime {
    /// Returns `true` if the value can be iterated.
    pub fn is_iterable(&self, value: Value) -> bool {
        matches!(
            value.kind(),
            Type::List
                | Type::Tuple
                | Type::Deque
                | Type::Record
                | Type::Str
                | Type::Range
                | Type::Dict
                | Type::Set
                | Type::FrozenSet
                | Type::DictView
                | Type::Iterator
                | Type::Generator
        ) || self.runs_code_to_iterate(value)
    }

    /// Returns `true` if iterating over the value runs code of the program or library, which only
    /// the machine can do.
    pub fn runs_code_to_iterate(&self, value: Value) -> bool {
        match value.kind() {
            Type::Generator => true,
            Type::Instance => self.is_iterable_instance(value),
            _ => false,
        }
    }

    /// Returns an iterator over `value`. A generator or an iterator is returned unchanged.
    pub fn iterate(&mut self, value: Value) -> Outcome {
        let type_name = self.iterator_name(value);
        let source = match value.kind() {
            Type::Iterator | Type::Generator => return Ok(value),
            Type::List | Type::Tuple | Type::Record => IteratorSource::Sequence { items: value, next: 0 },
            Type::Deque => IteratorSource::Deque {
                deque: value,
                next: 0,
                version: self.deque_of(value).map_or(0, |deque| deque.version),
            },
            Type::Str => IteratorSource::Chars {
                text: self.flat_text(value)?,
                next_byte: 0,
            },
            Type::Range => match self.heap.get(value.handle()) {
                Object::Range(range) => IteratorSource::Range {
                    next: range.start,
                    left: range.len(),
                    step: range.step,
                },
                _ => IteratorSource::Ended,
            },
            Type::Dict | Type::Set | Type::FrozenSet => self.dict_iterator(value, DictPart::Keys),
            Type::Instance if self.is_iterable_instance(value) => return self.iterate_instance(value),
            Type::DictView => match *self.heap.get(value.handle()) {
                Object::DictView { dict, part } => self.dict_iterator(dict, part),
                _ => IteratorSource::Ended,
            },
            _ => {
                let message = format!("'{}' object is not iterable", self.type_name(value));
                return Err(self.type_error(message));
            }
        };
        self.new_iterator(source, type_name, value.label(), 0)
    }

    /// Returns the type name of the iterators over a value, such as `list_iterator`.
    fn iterator_name(&self, value: Value) -> &'static str {
        match (value.kind(), self.heap.get(value.handle())) {
            (Type::List, _) => "list_iterator",
            (Type::Tuple | Type::Record, _) => "tuple_iterator",
            (Type::Deque, _) => "_collections._deque_iterator",
            (Type::Str, Object::Str(text)) => match text.settled() {
                Ok(text) if text.is_ascii() => "str_ascii_iterator",
                _ => "str_iterator",
            },
            (Type::Range, _) => "range_iterator",
            (Type::Set | Type::FrozenSet, _) => "set_iterator",
            (Type::Dict, _) if self.is_ordered(value) => "odict_iterator",
            (Type::DictView, &Object::DictView { dict, .. }) if self.is_ordered(dict) => "odict_iterator",
            (Type::DictView, Object::DictView { part, .. }) => match part {
                DictPart::Keys => "dict_keyiterator",
                DictPart::Values => "dict_valueiterator",
                DictPart::Items => "dict_itemiterator",
            },
            (Type::Dict, _) => "dict_keyiterator",
            _ => "iterator",
        }
    }

    /// Returns the type name of the reverse iterators over a value, such as `list_reverseiterator`.
    pub fn reverse_iterator_name(&self, value: Value) -> &'static str {
        match self.iterator_name(value) {
            "list_iterator" => "list_reverseiterator",
            "_collections._deque_iterator" => "_collections._deque_reverse_iterator",
            "dict_keyiterator" => "dict_reversekeyiterator",
            "dict_valueiterator" => "dict_reversevalueiterator",
            "dict_itemiterator" => "dict_reverseitemiterator",
            same @ ("range_iterator" | "odict_iterator") => same,
            _ => "reversed",
        }
    }

    fn dict_iterator(&self, dict: Value, part: DictPart) -> IteratorSource {
        let (version, len) = self.dict_of(dict).map_or((0, 0), |dict| (dict.version(), dict.len()));
        IteratorSource::Dict {
            dict,
            part,
            next: 0,
            version,
            len,
        }
    }

    /// Allocates an iterator. `inner` is the greatest depth of the iterators inside it, or 0.
    pub fn new_iterator(
        &mut self,
        source: IteratorSource,
        type_name: &'static str,
        label: Label,
        inner: u16,
    ) -> Outcome {
        let depth = inner.saturating_add(1);
        if depth > MAX_ITERATOR_DEPTH {
            let message = format!("iterators nested more than {MAX_ITERATOR_DEPTH} deep");
            return Err(self.raise(ExceptionClass::RecursionError, message));
        }
        self.alloc(
            Type::Iterator,
            Object::Iterator(Box::new(IteratorObject {
                source,
                type_name,
                depth,
                label,
            })),
        )
    }

    /// Returns the nesting depth of an iterator, or 0 for other values.
    pub fn iterator_depth(&self, iterator: Value) -> u16 {
        match self.heap.get(iterator.handle()) {
            Object::Iterator(iterator) => iterator.depth,
            _ => 0,
        }
    }

    /// Advances an iterator other than a generator, and returns its next item.
    pub fn next_item(&mut self, iterator: Value) -> Result<Option<Value>, Flow> {
        let Object::Iterator(state) = self.heap.get(iterator.handle()) else {
            return Ok(None);
        };
        let own = state.label;
        // Copies only what the item needs; the position is written back with the item.
        let item = match &state.source {
            IteratorSource::Ended => None,
            &IteratorSource::Sequence { items, next } => {
                let item = self.sequence_item(items, next);
                self.with_source(iterator, |source| {
                    if let IteratorSource::Sequence { next, .. } = source {
                        *next += 1;
                    }
                });
                item
            }
            &IteratorSource::Deque { deque, next, version } => {
                if self.deque_of(deque).is_none_or(|deque| deque.version != version) {
                    return Err(self.runtime_error("deque mutated during iteration"));
                }
                self.with_source(iterator, |source| {
                    if let IteratorSource::Deque { next, .. } = source {
                        *next += 1;
                    }
                });
                self.sequence_item(deque, next)
            }
            &IteratorSource::Reversed { items, left } => match left.checked_sub(1) {
                None => None,
                Some(index) => {
                    let item = self.sequence_item(items, index);
                    self.with_source(iterator, |source| {
                        if let IteratorSource::Reversed { left, .. } = source {
                            *left = index;
                        }
                    });
                    item
                }
            },
            &IteratorSource::Range { next, left, step } => left.checked_sub(1).map(|rest| {
                self.with_source(iterator, |source| {
                    *source = IteratorSource::Range {
                        next: next.wrapping_add(step),
                        left: rest,
                        step,
                    };
                });
                Value::int(next)
            }),
            IteratorSource::Chars { text, next_byte } => {
                let (text, start) = (text.clone(), *next_byte);
                self.next_char(iterator, &text, start)?
            }
            &IteratorSource::Dict {
                dict,
                part,
                next,
                version,
                len,
            } => self.next_entry(iterator, dict, part, next, (version, len))?,
            &IteratorSource::Enumerate { inner, next } => self.next_enumerated(iterator, inner, next)?,
            IteratorSource::Zip { inners } => {
                let inners = inners.clone();
                self.next_of_zip(iterator, &inners)?
            }
            IteratorSource::Matches { .. } => match self.library.operators(Type::Pattern) {
                Some(operators) => operators.next_item(self, iterator)?,
                None => None,
            },
        };
        let label = self.label_of(iterator);
        match item {
            Some(item) => Ok(Some(item.labelled(own.join(label)))),
            None => {
                self.with_source(iterator, |source| *source = IteratorSource::Ended);
                Ok(None)
            }
        }
    }

    /// Changes the state of an iterator by a closure. Does nothing for other values.
    pub fn with_source(&mut self, iterator: Value, change: impl FnOnce(&mut IteratorSource)) {
        if let Some(Object::Iterator(state)) = self.heap.get_mut(iterator.handle()) {
            change(&mut state.source);
        }
    }

    /// Returns the item at an index of a list, a tuple, a deque or a record.
    pub fn sequence_item(&self, items: Value, index: usize) -> Option<Value> {
        match self.heap.get(items.handle()) {
            Object::List(items) => items.get(index).copied(),
            Object::Tuple(items) => items.get(index).copied(),
            Object::Deque(deque) => deque.items.get(index).copied(),
            Object::Record(record) => record.values.get(index).copied(),
            _ => None,
        }
    }

    fn next_char(&mut self, iterator: Value, text: &sift_text::Text, start: usize) -> Result<Option<Value>, Flow> {
        let rest = text.as_str().and_then(|text| text.get(start..)).unwrap_or_default();
        let Some(char) = rest.chars().next() else {
            return Ok(None);
        };
        let end = start + char.len_utf8();
        let piece = text
            .settled()
            .ok()
            .and_then(|text| text.slice_bytes(start..end))
            .unwrap_or_default();
        self.meter.note_read(&piece);
        let item = self.alloc(Type::Str, Object::Str(piece))?;
        self.with_source(iterator, |source| {
            if let IteratorSource::Chars { next_byte, .. } = source {
                *next_byte = end;
            }
        });
        Ok(Some(item))
    }

    fn next_entry(
        &mut self,
        iterator: Value,
        dict: Value,
        part: DictPart,
        next: usize,
        expected: (u32, usize),
    ) -> Result<Option<Value>, Flow> {
        let Some(entries) = self.dict_of(dict) else {
            return Ok(None);
        };
        let changed = entries.len() != expected.1;
        if changed || entries.version() != expected.0 {
            let kind = if dict.kind() == Type::Dict { "dictionary" } else { "Set" };
            let what = if changed { "changed size" } else { "keys changed" };
            return Err(self.runtime_error(format!("{kind} {what} during iteration")));
        }
        let Some((after, key, value)) = entries.next_from(next) else {
            return Ok(None);
        };
        // Skipping removed entries is charged.
        self.meter.charge_items(after.saturating_sub(next + 1) / 8)?;
        let item = match part {
            DictPart::Keys => key,
            DictPart::Values => value,
            DictPart::Items => self.alloc_tuple([key, value])?,
        };
        self.with_source(iterator, |source| {
            if let IteratorSource::Dict { next, .. } = source {
                *next = after;
            }
        });
        Ok(Some(item))
    }

    fn next_enumerated(&mut self, iterator: Value, inner: Value, index: i64) -> Result<Option<Value>, Flow> {
        // Reserve the pair first: the inner iterator must not advance if this runs again.
        self.reserve(sift_values::object::list_bytes(2))?;
        let item = self.next_item(inner)?;
        self.note_changed(iterator, self.label_of(inner));
        let Some(item) = item else {
            return Ok(None);
        };
        let pair = self
            .heap
            .add(Type::Tuple, Object::Tuple([Value::int(index), item].into()));
        self.with_source(iterator, |source| {
            if let IteratorSource::Enumerate { next, .. } = source {
                *next = index.saturating_add(1);
            }
        });
        Ok(Some(pair))
    }

    fn next_of_zip(&mut self, iterator: Value, inners: &[Value]) -> Result<Option<Value>, Flow> {
        let item = self.next_zipped(inners)?;
        // The position of each inner iterator depends on all of them.
        let label = inners
            .iter()
            .fold(Label::PROGRAM, |label, inner| label.join(self.label_of(*inner)));
        self.note_changed(iterator, label);
        Ok(item)
    }

    fn next_zipped(&mut self, inners: &[Value]) -> Result<Option<Value>, Flow> {
        if inners.is_empty() {
            return Ok(None);
        }
        self.meter.charge_items(inners.len())?;
        // Reserve the row first: no inner iterator may advance if this runs again.
        self.reserve(sift_values::object::list_bytes(inners.len()).saturating_mul(4))?;
        let mut items = Vec::with_capacity(inners.len());
        for inner in inners {
            match self.next_item(*inner)? {
                Some(item) => items.push(item),
                None => return Ok(None),
            }
        }
        Ok(Some(self.heap.add(Type::Tuple, Object::Tuple(items.into()))))
    }

    /// Returns all items of an iterable. A generator must have been converted to a list before.
    ///
    /// # Errors
    /// A `TypeError` if the value is not iterable, and exceptions raised by iterating.
    pub fn items(&mut self, value: Value) -> Result<Vec<Value>, Flow> {
        // Collect no more items than the fuel pays for.
        let payable = usize::try_from(self.meter.left()).unwrap_or(usize::MAX);
        let count = self.known_count(value).min(payable);
        if count > ASKED_FOR {
            self.reserve(count.saturating_mul(size_of::<Value>()))?;
        }
        let items = match self.heap.get(value.handle()) {
            Object::List(items) if value.kind() == Type::List => Some(items.clone()),
            Object::Tuple(items) if value.kind() == Type::Tuple => Some(items.to_vec()),
            Object::Deque(deque) => Some(deque.items.iter().copied().collect()),
            Object::Set(items) => Some(items.keys().collect()),
            Object::Dict(dict) if value.kind() == Type::Dict => Some(dict.items.keys().collect()),
            _ => None,
        };
        let label = self.label_of(value);
        if let Some(mut items) = items {
            self.meter.charge_items(items.len())?;
            if label != Label::PROGRAM {
                items.iter_mut().for_each(|item| *item = item.labelled(label));
            }
            return Ok(items);
        }
        self.remember(value);
        let iterator = self.iterate(value)?;
        let mut items = Vec::new();
        while let Some(item) = self.next_item(iterator)? {
            self.meter.charge_items(1)?;
            items.push(item.labelled(label));
            if items.len() % 4096 == 0 {
                self.reserve(items.len().saturating_mul(size_of::<Value>()))?;
            }
        }
        if value.kind() == Type::Iterator {
            self.note_changed(value, self.label_of(value));
        }
        Ok(items)
    }

    /// Returns the number of items in a collection, or 0 if it can't be known without iterating.
    fn known_count(&self, value: Value) -> usize {
        match self.heap.get(value.handle()) {
            Object::List(items) => items.len(),
            Object::Tuple(items) => items.len(),
            Object::Deque(deque) => deque.items.len(),
            Object::Set(items) => items.len(),
            Object::Dict(dict) => dict.items.len(),
            Object::Range(range) => usize::try_from(range.len()).unwrap_or(usize::MAX),
            _ => 0,
        }
    }

    /// Saves the states of an iterator and of the iterators inside it, in case the op is run again.
    pub(crate) fn remember(&mut self, iterator: Value) {
        let mut pending = vec![iterator];
        while let Some(iterator) = pending.pop() {
            let Object::Iterator(state) = self.heap.get(iterator.handle()) else {
                continue;
            };
            if iterator.kind() != Type::Iterator {
                continue;
            }
            match &state.source {
                IteratorSource::Enumerate { inner, .. } => pending.push(*inner),
                IteratorSource::Zip { inners } => pending.extend(inners),
                _ => {}
            }
            self.consumed.push((iterator, state.source.clone()));
        }
    }

    /// Restores the saved states of the iterators that the op has advanced, before the op is run
    /// again.
    pub fn put_back_consumed(&mut self) {
        // The first saved state of an iterator is the oldest.
        while let Some((iterator, before)) = self.consumed.pop() {
            self.with_source(iterator, |source| *source = before);
        }
    }

    /// Interrupts the op if the operand at this depth of the stack is a generator, so that the
    /// machine replaces it by a list of its items.
    pub fn require_list(&self, value: Value, depth: usize) -> Result<(), Flow> {
        if self.runs_code_to_iterate(value) {
            let place = self.stack.len().saturating_sub(depth + 1);
            return Err(Flow::Materialise(OperandSlot::Stack(place)));
        }
        Ok(())
    }

    /// Returns the value of an operand of the op. If it is an argument that doesn't exist, returns
    /// Python's `None`.
    pub fn operand(&self, slot: OperandSlot) -> Value {
        match slot {
            OperandSlot::Stack(place) => self.stack_value(place),
            OperandSlot::Argument { holder, index } => {
                let holder = self.stack_value(holder);
                let argument = match self.heap.get(holder.handle()) {
                    Object::Dict(named) => named.items.at(index).map(|(_, value)| value),
                    _ => self.sequence_item(holder, index),
                };
                argument.unwrap_or(Value::NONE)
            }
        }
    }

    /// Replaces the value of an operand on the stack, or in a collection of arguments.
    pub fn replace_operand(&mut self, slot: OperandSlot, value: Value) {
        match slot {
            OperandSlot::Stack(place) => {
                if let Some(slot) = self.stack.get_mut(place) {
                    *slot = value;
                }
            }
            OperandSlot::Argument { holder, index } => match self.heap.get_mut(self.stack_value(holder).handle()) {
                Some(Object::Dict(named)) => named.items.set_at(index, value),
                Some(Object::List(arguments)) => {
                    if let Some(slot) = arguments.get_mut(index) {
                        *slot = value;
                    }
                }
                _ => {}
            },
        }
    }

    /// Returns the items of an iterable for an assignment to `count` targets. Raises a `ValueError`
    /// for any other number of items.
    pub fn unpack(&mut self, sequence: Value, count: usize) -> Result<Vec<Value>, Flow> {
        let items = self.unpackable(sequence)?;
        if items.len() > count {
            return Err(self.value_error(format!("too many values to unpack (expected {count})")));
        }
        if items.len() < count {
            let message = format!("not enough values to unpack (expected {count}, got {})", items.len());
            return Err(self.value_error(message));
        }
        Ok(items)
    }

    /// Returns the items for an assignment with a starred target, such as `a, *b, c = items`:
    /// `before` items, a list of the middle ones, and `after` items.
    pub fn unpack_starred(&mut self, sequence: Value, before: usize, after: usize) -> Result<Vec<Value>, Flow> {
        let mut items = self.unpackable(sequence)?;
        if items.len() < before + after {
            let message = format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                items.len()
            );
            return Err(self.value_error(message));
        }
        let last = items.split_off(items.len() - after);
        let rest = items.split_off(before);
        // How many there are depends on what was unpacked.
        let rest = self.alloc_list(rest)?.labelled(self.label_of(sequence));
        items.push(rest);
        items.extend(last);
        Ok(items)
    }

    fn unpackable(&mut self, sequence: Value) -> Result<Vec<Value>, Flow> {
        if !self.is_iterable(sequence) {
            let message = format!("cannot unpack non-iterable {} object", self.type_name(sequence));
            return Err(self.type_error(message));
        }
        self.items(sequence)
    }
}
