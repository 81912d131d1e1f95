//! Fast paths of the most frequent ops: they replace values on the stack in place and can't fail.
//!
//! Each fast path returns `false` if it does not apply. Then nothing has changed, and the op is run
//! on the slow path. The choice of path depends only on the values, and both paths cost the same
//! fuel.

use sift_runtime::operate::small_arithmetic;
use sift_syntax::ast::BinaryOp;
use sift_values::object::{IteratorSource, Object};
use sift_values::value::{Label, Type, Value};

use super::Interpreter;

impl Interpreter {
    /// Pushes the values of two local variables. Returns `false` if either is unbound.
    #[inline]
    pub(super) fn load_bound_pair(&mut self, base: usize, first: u16, second: u16) -> bool {
        let locals = self.stack.get(base..).unwrap_or_default();
        match (locals.get(first as usize), locals.get(second as usize)) {
            (Some(&a), Some(&b)) if !a.is_unbound() && !b.is_unbound() => self.stack.extend([a, b]),
            _ => return false,
        }
        true
    }

    /// Replaces the top of the stack by the result of an operator with an integer as right operand.
    /// Returns `false` if the top is not a small integer.
    #[inline]
    pub(super) fn apply_to_int(&mut self, op: BinaryOp, right: i32) -> bool {
        let right = Value::int(i64::from(right));
        match self.stack.last_mut() {
            Some(left) if let Some(result) = small_arithmetic(op, *left, right) => {
                *left = result;
                self.looked_at = self.looked_at.join(result.label());
                true
            }
            _ => false,
        }
    }

    /// Calls a library method by its fast path. Returns `false` if the method has no fast path or
    /// the fast path does not apply.
    #[inline]
    pub(super) fn call_fast(&mut self, name: u32, args: usize) -> bool {
        let number = match self.code.methods.get(name as usize) {
            Some(Some(number)) if number.has_fast_path() && self.coverage.is_none() && !self.is_speculating() => {
                *number
            }
            _ => return false,
        };
        let Some(row) = self.method_numbered(self.peek(args), number) else {
            return false;
        };
        let Some(value) = row.fast_path.and_then(|short| short(self, args)) else {
            return false;
        };
        let operands = self.stack.iter().rev().take(args + 1);
        let label = operands.fold(value.label(), |label, operand| label.join(operand.label()));
        let label = self.label_of_result(row, label, (Value::NONE, value), args + 1);
        self.replace_top(args + 1, value.labelled(label));
        // The op may have been run again after a collection.
        self.just_collected = false;
        if self.heap.wants_collection() {
            self.meter.stop_soon();
        }
        true
    }

    /// Pushes the next item of an iterator over a range, a list or a tuple. Returns `false` for
    /// other iterators, and at the end of the items.
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
        // Labels that also decide the step are noted by the slow path.
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
                    // The slow path handles the end.
                    None => return false,
                }
            }
            _ => return false,
        };
        self.stack.push(item.labelled(label));
        true
    }
}
