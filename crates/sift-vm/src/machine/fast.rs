//! The short ways of the commonest ops: values that are replaced on the stack in place, without anything that can fail.
//!
//! Each tells whether it went: if not, nothing has changed, and the op is done in full. Which way is taken depends on the
//! values alone, and both cost the same.

use sift_values::object::{IteratorSource, Object};
use sift_values::value::{Label, Type, Value};

use super::Interpreter;

impl Interpreter {
    /// Calls a method of the library its short way, in place; false if it has none, or can't go it.
    #[inline]
    pub(super) fn call_short(&mut self, name: u32, args: usize) -> bool {
        let number = match self.code.methods.get(name as usize) {
            Some(Some(number)) if number.has_short() && self.coverage.is_none() && !self.is_ahead() => *number,
            _ => return false,
        };
        let Some(row) = self.method_numbered(self.peek(args), number) else {
            return false;
        };
        let Some(value) = row.short.and_then(|short| short(self, args)) else {
            return false;
        };
        let operands = self.stack.iter().rev().take(args + 1);
        let label = operands.fold(value.label(), |label, operand| label.join(operand.label()));
        let label = self.label_of_result(row, label, (Value::NONE, value), args + 1);
        self.replace_top(args + 1, value.labelled(label));
        // It may have been run again after a collection.
        self.just_collected = false;
        if self.heap.wants_collection() {
            self.meter.stop_soon();
        }
        true
    }

    /// Pushes the next item of an iterator over a range, a list or a tuple; false if it is another, or at its end.
    #[inline]
    pub(super) fn plain_next(&mut self) -> bool {
        let Some(&iterator) = self.stack.last() else {
            return false;
        };
        if iterator.kind() != Type::Iterator {
            return false;
        }
        let Object::Iterator(state) = self.heap.get(iterator.handle()) else {
            return false;
        };
        // What else decides that it moves is noted in full.
        let label = state.label;
        let is_decided = self.frames.last().is_some_and(|frame| frame.label != Label::PROGRAM);
        if is_decided || !label.holds(self.label_of(iterator)) {
            return false;
        }
        self.decide(label);
        let Some(Object::Iterator(state)) = self.heap.get_mut(iterator.handle()) else {
            return false;
        };
        let item = match &mut state.source {
            IteratorSource::Range { next, left, step } if *left > 0 => {
                let item = Value::int(*next);
                *next = next.wrapping_add(*step);
                *left -= 1;
                item
            }
            IteratorSource::Sequence { items, next } => {
                let (items, place) = (*items, *next);
                *next += 1;
                let item = match self.heap.get(items.handle()) {
                    Object::List(items) => items.get(place),
                    Object::Tuple(items) => items.get(place),
                    _ => None,
                };
                match item {
                    Some(item) => *item,
                    // The end is left to the iterator itself.
                    None => return false,
                }
            }
            _ => return false,
        };
        self.stack.push(item.labelled(label));
        true
    }
}
