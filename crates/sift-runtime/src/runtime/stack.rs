//! The value stack: operands and local variables of all frames.

use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::runtime::Runtime;

impl Runtime {
    /// Returns the value at an index of the stack, counted from the bottom. Returns the unbound
    /// value past the top.
    #[inline]
    pub fn stack_value(&self, place: usize) -> Value {
        self.stack.get(place).copied().unwrap_or(Value::UNBOUND)
    }

    /// Returns the value at a depth below the top of the stack; depth 0 is the top.
    #[inline]
    pub fn peek(&self, depth: usize) -> Value {
        self.stack.iter().nth_back(depth).copied().unwrap_or(Value::UNBOUND)
    }

    /// Removes the top `count` values of the stack.
    #[inline]
    pub fn drop_top(&mut self, count: usize) {
        let len = self.stack.len().saturating_sub(count);
        self.stack.truncate(len);
    }

    /// Replaces the top `count` values of the stack by one value.
    #[inline]
    pub fn replace_top(&mut self, count: usize, value: Value) {
        self.drop_top(count);
        self.stack.push(value);
    }

    /// Returns the value inside a closure cell. Other values are returned unchanged.
    #[inline]
    pub fn unwrap_cell(&self, value: Value) -> Value {
        match self.heap.get(value.handle()) {
            Object::Cell(inside) if value.kind() == Type::Cell => *inside,
            _ => value,
        }
    }

    /// Returns the top `count` values of the stack, the topmost last.
    #[inline]
    pub fn top(&self, count: u32) -> &[Value] {
        let start = self.stack.len().saturating_sub(count as usize);
        self.stack.get(start..).unwrap_or_default()
    }

    /// Stores a value in a local slot of the frame that starts at the stack index `base`.
    #[inline]
    pub fn set_local(&mut self, base: usize, slot: u16, value: Value) {
        if let Some(local) = self.stack.get_mut(base + slot as usize) {
            *local = value;
        }
    }

    /// Stores a value in the closure cell in a local slot of the frame that starts at the stack
    /// index `base`.
    #[inline]
    pub fn set_cell(&mut self, base: usize, slot: u16, value: Value) {
        let cell = self.stack_value(base + slot as usize);
        if let Some(Object::Cell(inside)) = self.heap.get_mut(cell.handle()) {
            *inside = value;
        }
    }
}
