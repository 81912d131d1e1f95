//! Values that the host keeps alive while no program runs.

use sift_values::value::Value;

use crate::runtime::Runtime;

impl Runtime {
    /// Roots a value.
    pub fn push_host_root(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// Returns the number of roots.
    pub fn host_roots(&self) -> usize {
        self.stack.len()
    }

    /// Returns the roots beyond the first `kept`.
    pub fn host_roots_since(&self, kept: usize) -> &[Value] {
        self.stack.get(kept..).unwrap_or_default()
    }

    /// Drops the roots beyond the first `kept`.
    pub fn truncate_host_roots(&mut self, kept: usize) {
        self.stack.truncate(kept);
    }
}
