//! Values that the host holds while no program runs.

use sift_values::value::Value;

use crate::runtime::Runtime;

impl Runtime {
    /// Keeps a value alive.
    pub fn keep(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// Returns how many values are kept.
    pub fn kept(&self) -> usize {
        self.stack.len()
    }

    /// Returns the values that were kept since there were `kept` of them.
    pub fn kept_since(&self, kept: usize) -> &[Value] {
        self.stack.get(kept..).unwrap_or_default()
    }

    /// Lets go of the values that were kept since there were `kept` of them.
    pub fn keep_only(&mut self, kept: usize) {
        self.stack.truncate(kept);
    }
}
