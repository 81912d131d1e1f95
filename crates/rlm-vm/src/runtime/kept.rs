//! Values that the host holds while no program runs.

use crate::runtime::Runtime;
use crate::value::Value;

impl Runtime {
    /// Keeps a value alive.
    pub(crate) fn keep(&mut self, value: Value) {
        self.stack.push(value);
    }

    /// Returns how many values are kept.
    pub(crate) fn kept(&self) -> usize {
        self.stack.len()
    }

    /// Returns the values that were kept since there were `kept` of them.
    pub(crate) fn kept_since(&self, kept: usize) -> &[Value] {
        self.stack.get(kept..).unwrap_or_default()
    }

    /// Lets go of the values that were kept since there were `kept` of them.
    pub(crate) fn keep_only(&mut self, kept: usize) {
        self.stack.truncate(kept);
    }
}
