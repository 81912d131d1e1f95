//! Subscripts: reading, writing and deleting `object[index]`.

use std::ops::Range;

use num_traits::ToPrimitive as _;
use sift_compiler::exception::ExceptionClass;
use sift_text::Text;
use sift_values::classes::ClassId;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{DictKind, Object, RangeObject, list_bytes, list_growth};
use sift_values::value::{Type, Value};

use super::Number;
use crate::runtime::Runtime;

/// The indices that a slice selects in a sequence of known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Indices {
    start: i64,
    step: i64,
    count: usize,
}

impl Indices {
    fn iter(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |index| (self.start + index * self.step).unsigned_abs() as usize)
    }

    /// Collects the characters that a slice selects from `all`, at most `most` bytes. Stops early
    /// when `stop` returns `true`.
    fn chars(self, all: impl Iterator<Item = char>, most: usize, stop: impl Fn() -> bool) -> String {
        let step = usize::try_from(self.step.unsigned_abs()).unwrap_or(usize::MAX);
        let last = self.start + (self.count as i64 - 1).max(0) * self.step;
        let lowest = usize::try_from(last.min(self.start)).unwrap_or(0);
        let mut picked = String::with_capacity(most);
        let all = all.take_while(|_| !stop());
        picked.extend(all.skip(lowest).step_by(step).take(self.count));
        if self.step > 0 {
            picked.shrink_to_fit();
            return picked;
        }
        let mut reversed = String::with_capacity(picked.len());
        reversed.extend(picked.chars().rev());
        reversed
    }

    /// Returns the indices that a slice selects as a range, or `None` if its step is not 1.
    fn range(self) -> Option<Range<usize>> {
        let start = usize::try_from(self.start).ok()?;
        (self.step == 1).then(|| start..start + self.count)
    }
}

impl Runtime {
    /// Returns the item or slice `object[index]`.
    pub fn index(&mut self, object: Value, index: Value) -> Outcome {
        match object.kind() {
            Type::Str => self.index_text(object, index),
            Type::List | Type::Tuple => self.index_sequence(object, index),
            Type::Dict => match self.dict_get(object, index)? {
                Some(value) => Ok(value),
                None => self.missing_value(object, index),
            },
            Type::Range => self.index_range(object, index),
            Type::Deque => {
                let at = self.deque_index(object, index)?;
                Ok(self
                    .deque_of(object)
                    .and_then(|deque| deque.items.get(at))
                    .copied()
                    .unwrap_or(Value::NONE))
            }
            Type::Record => self.index_record(object, index),
            // `list[int]` occurs in annotations; it is the class itself.
            Type::Class if ClassId::of(object).is_some_and(ClassId::is_generic) => Ok(object),
            Type::Class => {
                let message = format!("type '{}' is not subscriptable", self.library.class_name(object));
                Err(self.type_error(message))
            }
            _ => {
                if let Some(item) = self.by_module([object], |operators, m| operators.index(m, object, index))? {
                    return Ok(item);
                }
                let message = format!("'{}' object is not subscriptable", self.type_name(object));
                Err(self.type_error(message))
            }
        }
    }

    /// Returns the default factory of a `defaultdict`, or `None` for other dicts.
    pub fn default_factory(&self, dict: Value) -> Option<Value> {
        match self.dict_kind(dict) {
            DictKind::Default(factory) if !factory.is_none() => Some(factory),
            _ => None,
        }
    }

    /// Returns the value of a missing key in a dict without a default factory: 0 for a `Counter`.
    /// Raises a `KeyError` for other dicts.
    pub fn missing_value(&mut self, dict: Value, key: Value) -> Outcome {
        match self.dict_kind(dict) {
            DictKind::Counter => Ok(Value::int(0)),
            _ => Err(self.key_error(key)),
        }
    }

    fn index_text(&mut self, object: Value, index: Value) -> Outcome {
        self.settle_text(object)?;
        let Object::Str(text) = self.heap.get(object.handle()) else {
            return Ok(object);
        };
        let text = text.clone();
        let Ok(settled) = text.settled() else { return Ok(object) };
        let len = settled.len_chars();
        if index.kind() == Type::Slice {
            let indices = self.indices(index, len)?;
            let piece = match indices.range() {
                Some(range) => {
                    self.meter.charge_places(&text, len, 2)?;
                    settled.slice_chars(range)
                }
                None => {
                    self.meter.charge_items(settled.len_bytes().max(indices.count))?;
                    self.meter.note_read(&text);
                    let most = settled.len_bytes().min(indices.count.saturating_mul(4));
                    self.meter.charge(1)?;
                    self.reserve(most.saturating_mul(2))?;
                    let picked = indices.chars(settled.chars(), most, self.meter.stop());
                    self.meter.look()?;
                    return Ok(self.new_text(Text::from_string(picked)));
                }
            };
            self.meter.charge(1)?;
            return self.alloc_slice(piece);
        }
        let at = self.sequence_index(index, len, "string", "string")?;
        self.meter.charge_places(&text, len, 1)?;
        let piece = settled.char_text(at).unwrap_or_default();
        self.alloc(Type::Str, Object::Str(piece))
    }

    fn index_sequence(&mut self, object: Value, index: Value) -> Outcome {
        let len = self.sequence_len(object);
        let what = if object.kind() == Type::List { "list" } else { "tuple" };
        if index.kind() == Type::Slice {
            let indices = self.indices(index, len)?;
            self.meter.charge_items(indices.count)?;
            self.reserve(list_bytes(indices.count))?;
            let items = match self.heap.get(object.handle()) {
                Object::List(items) => items.as_slice(),
                Object::Tuple(items) => items,
                _ => &[],
            };
            let items: Vec<Value> = match indices.range() {
                Some(range) => items.get(range).unwrap_or_default().to_vec(),
                None => indices.iter().filter_map(|index| items.get(index)).copied().collect(),
            };
            return if object.kind() == Type::List {
                self.alloc_list(items)
            } else {
                self.alloc_tuple(items)
            };
        }
        let at = self.sequence_index(index, len, what, what)?;
        Ok(match self.heap.get(object.handle()) {
            Object::List(items) => items.get(at).copied(),
            Object::Tuple(items) => items.get(at).copied(),
            _ => None,
        }
        .unwrap_or(Value::NONE))
    }

    fn sequence_len(&self, sequence: Value) -> usize {
        match self.heap.get(sequence.handle()) {
            Object::List(items) => items.len(),
            Object::Tuple(items) => items.len(),
            Object::Record(record) => record.values.len(),
            _ => 0,
        }
    }

    fn index_range(&mut self, object: Value, index: Value) -> Outcome {
        let Object::Range(range) = self.heap.get(object.handle()) else {
            return Ok(object);
        };
        let range = *range.as_ref();
        let len = usize::try_from(range.len()).unwrap_or(usize::MAX);
        if index.kind() == Type::Slice {
            let (start, stop, step) = self.slice_bounds(index, len)?;
            let number_at = |place: i64| range.start.saturating_add(range.step.saturating_mul(place));
            let (start, stop) = (number_at(start), number_at(stop));
            let step = range.step.saturating_mul(step);
            return self.alloc(Type::Range, Object::Range(Box::new(RangeObject { start, stop, step })));
        }
        let at = self.sequence_index(index, len, "range object", "range")?;
        Ok(Value::int(range.at(at as u64)))
    }

    fn index_record(&mut self, object: Value, index: Value) -> Outcome {
        let Object::Record(record) = self.heap.get(object.handle()) else {
            return Ok(object);
        };
        let (names, values) = (record.names.clone(), record.values.clone());
        if index.kind() == Type::Str {
            let name = self.text(index)?;
            let place = names.iter().position(|field| Some(field.as_str()) == name.as_str());
            return match place.and_then(|place| values.get(place)) {
                Some(value) => Ok(*value),
                None => Err(self.key_error(index)),
            };
        }
        let at = self.sequence_index(index, values.len(), "record", "record")?;
        Ok(values.get(at).copied().unwrap_or(Value::NONE))
    }

    /// Converts an integer value to an index of a sequence with `len` items. Negative indices count
    /// from the end.
    fn sequence_index(&mut self, index: Value, len: usize, what: &str, type_name: &str) -> Result<usize, Flow> {
        let found = match self.number(index) {
            Some(Number::Int(index)) => {
                let from_end = if index < 0 {
                    index.checked_add_unsigned(len as u64)
                } else {
                    Some(index)
                };
                from_end
                    .and_then(|index| usize::try_from(index).ok())
                    .filter(|index| *index < len)
            }
            Some(Number::Big(_)) => {
                return Err(self.raise(
                    ExceptionClass::IndexError,
                    "cannot fit 'int' into an index-sized integer",
                ));
            }
            _ => {
                let kind = self.type_name(index).to_owned();
                let message = match type_name {
                    "string" => format!("string indices must be integers, not '{kind}'"),
                    type_name => format!("{type_name} indices must be integers or slices, not {kind}"),
                };
                return Err(self.type_error(message));
            }
        };
        match found {
            Some(index) => Ok(index),
            None => {
                let message = format!("{what} index out of range");
                let flow = self.raise(ExceptionClass::IndexError, message);
                Err(self.with_help(flow, format!("the length is {len}")))
            }
        }
    }

    /// Computes the indices that a slice selects in a sequence of length `len`, as Python does.
    fn indices(&mut self, slice: Value, len: usize) -> Result<Indices, Flow> {
        let (start, stop, step) = self.slice_bounds(slice, len)?;
        let distance = i128::from(stop) - i128::from(start);
        let step_wide = i128::from(step);
        let count = if (distance > 0) == (step > 0) && distance != 0 {
            (distance + step_wide - step_wide.signum()) / step_wide
        } else {
            0
        };
        Ok(Indices {
            start,
            step,
            count: usize::try_from(count).unwrap_or(0),
        })
    }

    /// Returns the start, stop and step of a slice for a sequence of `len` items, as
    /// `slice.indices` does.
    pub fn slice_bounds(&mut self, slice: Value, len: usize) -> Result<(i64, i64, i64), Flow> {
        let Object::Slice(parts) = self.heap.get(slice.handle()) else {
            return Ok((0, 0, 1));
        };
        let [start, stop, step] = **parts;
        let len = i64::try_from(len).unwrap_or(i64::MAX);
        let step = match self.slice_part(step)? {
            None => 1,
            Some(0) => return Err(self.value_error("slice step cannot be zero")),
            Some(step) => step,
        };
        let clamp = |index: i64| {
            let index = if index < 0 { index.saturating_add(len) } else { index };
            if step > 0 {
                index.clamp(0, len)
            } else {
                index.clamp(-1, len - 1)
            }
        };
        let start = self
            .slice_part(start)?
            .map_or(if step > 0 { 0 } else { len - 1 }, clamp);
        let stop = self.slice_part(stop)?.map_or(if step > 0 { len } else { -1 }, clamp);
        Ok((start, stop, step))
    }

    /// Returns the start, stop or step of a slice as an `i64`, clamped to 64 bits. Returns `None`
    /// for Python's `None`.
    pub fn slice_part(&mut self, part: Value) -> Result<Option<i64>, Flow> {
        if part.is_none() {
            return Ok(None);
        }
        match self.number(part) {
            Some(Number::Int(value)) => Ok(Some(value)),
            Some(Number::Big(value)) => Ok(Some(value.to_i64().unwrap_or(
                if value.sign() == num_bigint::Sign::Minus {
                    i64::MIN
                } else {
                    i64::MAX
                },
            ))),
            _ => Err(self.type_error("slice indices must be integers or None or have an __index__ method")),
        }
    }

    /// Performs the assignment `object[index] = value`.
    pub fn set_index(&mut self, object: Value, index: Value, value: Value) -> Result<(), Flow> {
        match object.kind() {
            Type::Dict => self.dict_set(object, index, value),
            Type::List if index.kind() == Type::Slice => self.set_slice(object, index, value),
            Type::List => {
                let len = self.sequence_len(object);
                let at = self.sequence_index(index, len, "list assignment", "list")?;
                if let Some(Object::List(items)) = self.heap.get_mut(object.handle())
                    && let Some(item) = items.get_mut(at)
                {
                    *item = value;
                }
                Ok(())
            }
            Type::Deque => {
                let at = self.deque_index(object, index)?;
                if let Some(item) = self.deque_mut(object).and_then(|deque| deque.items.get_mut(at)) {
                    *item = value;
                }
                Ok(())
            }
            _ => {
                let message = format!("'{}' object does not support item assignment", self.type_name(object));
                Err(self.type_error(message))
            }
        }
    }

    fn set_slice(&mut self, list: Value, slice: Value, values: Value) -> Result<(), Flow> {
        let new = match self.items(values) {
            Ok(new) => new,
            Err(Flow::Raise(_)) => return Err(self.type_error("can only assign an iterable")),
            Err(flow) => return Err(flow),
        };
        let len = self.sequence_len(list);
        let indices = self.indices(slice, len)?;
        self.meter.charge_items(len)?;
        self.reserve(list_bytes(new.len()))?;
        if indices.step != 1 && new.len() != indices.count {
            let message = format!(
                "attempt to assign sequence of size {} to extended slice of size {}",
                new.len(),
                indices.count
            );
            return Err(self.value_error(message));
        }
        self.heap.grow(list_growth(len, new.len()));
        if let Some(Object::List(items)) = self.heap.get_mut(list.handle()) {
            match indices.range() {
                Some(range) => {
                    items.splice(range, new);
                }
                None => {
                    for (at, value) in indices.iter().zip(new) {
                        if let Some(item) = items.get_mut(at) {
                            *item = value;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Performs the deletion `del object[index]`.
    pub fn delete_index(&mut self, object: Value, index: Value) -> Result<(), Flow> {
        match object.kind() {
            Type::Dict => match self.dict_remove(object, index)? {
                Some(_) => Ok(()),
                // A Counter ignores missing keys.
                None if matches!(self.dict_kind(object), DictKind::Counter) => Ok(()),
                None => Err(self.key_error(index)),
            },
            Type::Deque => {
                let at = self.deque_index(object, index)?;
                self.remove_from_deque(object, at).map(|_| ())
            }
            Type::List => {
                let len = self.sequence_len(object);
                self.meter.charge_items(len / 16)?;
                let mut places: Vec<usize> = if index.kind() == Type::Slice {
                    self.indices(index, len)?.iter().collect()
                } else {
                    vec![self.sequence_index(index, len, "list assignment", "list")?]
                };
                places.sort_unstable();
                if let Some(Object::List(items)) = self.heap.get_mut(object.handle()) {
                    let mut places = places.into_iter().peekable();
                    let mut at = 0;
                    items.retain(|_| {
                        let gone = places.next_if_eq(&at).is_some();
                        at += 1;
                        !gone
                    });
                }
                Ok(())
            }
            _ => {
                // CPython has two messages; sequences have their own.
                let is_index = index.as_int().is_some();
                let sequence = matches!(object.kind(), Type::Str | Type::Tuple | Type::Range);
                let verb = if is_index && sequence { "doesn't" } else { "does not" };
                let message = format!("'{}' object {verb} support item deletion", self.type_name(object));
                Err(self.type_error(message))
            }
        }
    }
}
