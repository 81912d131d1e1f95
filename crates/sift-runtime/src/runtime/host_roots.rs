//! Values that the host keeps alive while no program runs.

use sift_values::value::Value;

use crate::runtime::Runtime;

impl Runtime {
    /// Keeps a value alive for the host, as a root of garbage collection.
    pub fn push_host_root(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// Returns the number of values that are kept alive for the host.
    pub fn host_roots(&self) -> usize {
        self.stack.len()
    }

    /// Returns the values kept alive for the host, without the first `kept` ones.
    pub fn host_roots_since(&self, kept: usize) -> &[Value] {
        self.stack.get(kept..).unwrap_or_default()
    }

    /// Keeps only the first `kept` values alive for the host, and drops the others.
    pub fn truncate_host_roots(&mut self, kept: usize) {
        self.stack.truncate(kept);
    }
}
