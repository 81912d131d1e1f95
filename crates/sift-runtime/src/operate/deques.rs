//! Deques: access to their items, and their operators.

use sift_compiler::exception::ExceptionClass;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{DequeObject, Object, deque_growth, list_bytes};
use sift_values::value::{Type, Value};

use crate::operate::Number;
use crate::runtime::Runtime;

/// An end of a deque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The left end of a deque, with its first item.
    Left,
    /// The right end of a deque, with its last item.
    Right,
}

/// Adds an item at one end of a deque. The caller has reserved the memory.
pub fn put(m: &mut Runtime, deque: Value, item: Value, side: Side) {
    let Some(deque) = m.deque_mut(deque) else { return };
    if deque.maxlen == Some(0) {
        return;
    }
    deque.version = deque.version.wrapping_add(1);
    let full = deque.maxlen.is_some_and(|maxlen| deque.items.len() >= maxlen);
    match side {
        Side::Right => {
            if full {
                deque.items.pop_front();
            }
            deque.items.push_back(item);
        }
        Side::Left => {
            if full {
                deque.items.pop_back();
            }
            deque.items.push_front(item);
        }
    }
    if !full {
        m.heap.grow(deque_growth(1));
    }
}

/// Adds the items of an iterable, one by one, at an end of a deque. Returns Python's `None`.
pub fn extend(m: &mut Runtime, deque: Value, items: Value, side: Side) -> Outcome {
    let items = m.items(items)?;
    let maxlen = m.deque_of(deque).and_then(|deque| deque.maxlen);
    let added = items.len().min(maxlen.unwrap_or(usize::MAX));
    m.reserve(deque_growth(added))?;
    for item in items {
        put(m, deque, item, side);
    }
    Ok(Value::NONE)
}

/// Returns the number of items in a deque, or 0 for other values.
pub fn len(m: &Runtime, deque: Value) -> usize {
    m.deque_of(deque).map_or(0, |deque| deque.items.len())
}

impl Runtime {
    /// Returns the deque object of a value, or `None` for other values.
    pub fn deque_of(&self, value: Value) -> Option<&DequeObject> {
        match self.heap.get(value.handle()) {
            Object::Deque(deque) => Some(deque),
            _ => None,
        }
    }

    /// Returns the deque object of a value for writing, or `None` for other values.
    pub fn deque_mut(&mut self, value: Value) -> Option<&mut DequeObject> {
        match self.heap.get_mut(value.handle()) {
            Some(Object::Deque(deque)) => Some(deque),
            _ => None,
        }
    }

    /// Allocates an empty deque that keeps at most `maxlen` items.
    pub fn new_deque(&mut self, maxlen: Option<usize>) -> Outcome {
        let deque = DequeObject {
            maxlen,
            ..DequeObject::default()
        };
        self.alloc(Type::Deque, Object::Deque(Box::new(deque)))
    }

    /// Converts an integer value to an index within a deque. Negative indices count from the end.
    pub(crate) fn deque_index(&mut self, deque: Value, index: Value) -> Result<usize, Flow> {
        let len = len(self, deque);
        let index = match self.number(index) {
            Some(Number::Int(index)) => index,
            Some(Number::Big(_)) => {
                let message = "cannot fit 'int' into an index-sized integer";
                return Err(self.raise(ExceptionClass::IndexError, message));
            }
            _ => {
                let message = format!("sequence index must be integer, not '{}'", self.type_name(index));
                return Err(self.type_error(message));
            }
        };
        let from_end = if index < 0 {
            index.saturating_add_unsigned(len as u64)
        } else {
            index
        };
        match usize::try_from(from_end).ok().filter(|index| *index < len) {
            Some(index) => Ok(index),
            None => Err(self.raise(ExceptionClass::IndexError, "deque index out of range")),
        }
    }

    /// Removes the item of a deque at an index counted from the left.
    pub fn remove_from_deque(&mut self, deque: Value, at: usize) -> Result<(), Flow> {
        let len = len(self, deque);
        self.meter.charge_items(at.min(len.saturating_sub(at)) / 16)?;
        if let Some(deque) = self.deque_mut(deque) {
            deque.version = deque.version.wrapping_add(1);
            deque.items.remove(at);
        }
        Ok(())
    }

    /// Implements `deque += items`.
    pub(crate) fn extend_deque(&mut self, deque: Value, items: Value) -> Result<(), Flow> {
        extend(self, deque, items, Side::Right).map(|_| ())
    }

    /// Returns `left + right` for two deques. The result has the `maxlen` of `left`.
    pub(crate) fn concat_deques(&mut self, left: Value, right: Value) -> Outcome {
        let maxlen = self.deque_of(left).and_then(|deque| deque.maxlen);
        let joined = self.new_deque(maxlen)?;
        extend(self, joined, left, Side::Right)?;
        extend(self, joined, right, Side::Right)?;
        Ok(joined)
    }

    /// Returns `deque * count`, or `None` if `count` is not an integer.
    pub(crate) fn repeat_deque(&mut self, deque: Value, count: Value) -> Result<Option<Value>, Flow> {
        let count = match self.number(count) {
            Some(Number::Int(count)) => usize::try_from(count).unwrap_or(0),
            Some(Number::Big(count)) if count.sign() == num_bigint::Sign::Minus => 0,
            Some(Number::Big(_)) => usize::MAX,
            Some(Number::Float(_)) | None => return Ok(None),
        };
        let maxlen = self.deque_of(deque).and_then(|deque| deque.maxlen);
        let total = len(self, deque).saturating_mul(count);
        self.meter.charge_items(total)?;
        self.reserve(list_bytes(total.min(maxlen.unwrap_or(usize::MAX))))?;
        let repeated = self.new_deque(maxlen)?;
        if total > 0 {
            for _ in 0..count {
                extend(self, repeated, deque, Side::Right)?;
            }
        }
        Ok(Some(repeated))
    }
}
