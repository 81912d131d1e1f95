//! Fast paths of common operations on the stack. Each performs the whole operation or changes
//! nothing.

use sift_syntax::ast::{BinaryOp, CompareOp};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::operate::small_arithmetic;
use crate::runtime::Runtime;

impl Runtime {
    /// Applies an arithmetic operator to two small numbers on top of the stack. Returns `false`,
    /// with no change, for other values.
    #[inline]
    pub fn small_arithmetic(&mut self, op: BinaryOp) -> bool {
        let [.., left, right] = self.stack.as_mut_slice() else {
            return false;
        };
        let Some(result) = small_arithmetic(op, *left, *right) else {
            return false;
        };
        *left = result;
        self.looked_at = self.looked_at.join(result.label());
        self.stack.pop();
        true
    }

    /// Compares two small integers on top of the stack. Returns `false`, with no change, for other
    /// values.
    #[inline]
    pub fn small_comparison(&mut self, op: CompareOp) -> bool {
        let [.., left, right] = self.stack.as_mut_slice() else {
            return false;
        };
        let (Type::Int, Type::Int) = (left.kind(), right.kind()) else {
            return false;
        };
        let (a, b) = (left.raw_int(), right.raw_int());
        let result = match op {
            CompareOp::Equal => a == b,
            CompareOp::NotEqual => a != b,
            CompareOp::Less => a < b,
            CompareOp::LessEqual => a <= b,
            CompareOp::Greater => a > b,
            CompareOp::GreaterEqual => a >= b,
            CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => return false,
        };
        let label = left.label().join(right.label());
        *left = Value::bool(result).labelled(label);
        self.looked_at = self.looked_at.join(label);
        self.stack.pop();
        true
    }

    /// Replaces a list or tuple and an index on top of the stack by the item. Returns `false`, with
    /// no change, for other values.
    #[inline]
    pub fn small_index(&mut self) -> bool {
        let [.., sequence, index] = self.stack.as_mut_slice() else {
            return false;
        };
        if index.kind() != Type::Int || !matches!(sequence.kind(), Type::List | Type::Tuple) {
            return false;
        }
        let items = match self.heap.get(sequence.handle()) {
            Object::List(items) => items.as_slice(),
            Object::Tuple(items) => items,
            _ => return false,
        };
        let place = usize::try_from(index.raw_int()).ok();
        let Some(item) = place.and_then(|place| items.get(place)).copied() else {
            return false;
        };
        let held = self.heap.label(sequence.handle());
        let label = sequence.label().join(index.label()).join(held);
        *sequence = item.labelled(label);
        self.looked_at = self.looked_at.join(label);
        self.stack.pop();
        true
    }

    /// Performs `dict[key] = value` if the key is that of the most recent lookup. Returns `false`,
    /// with no change, for another key.
    #[inline]
    pub fn set_index_fast(&mut self) -> bool {
        let [.., value, dict, key] = self.stack.as_slice() else {
            return false;
        };
        let (value, dict, key) = (*value, *dict, *key);
        if dict.kind() != Type::Dict || !self.set_at_last_lookup(dict, key, value.labelled(key.label())) {
            return false;
        }
        let label = value.label().join(key.label());
        self.note_held(label);
        self.note_looked_at(label.join(dict.label()));
        self.note_changed(dict, self.label_with_held(key));
        self.drop_top(3);
        true
    }
}
