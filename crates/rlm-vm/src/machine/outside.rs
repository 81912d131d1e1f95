//! Values that are made while no program runs. They are kept on the machine's own stack meanwhile, so that memory can be
//! collected at any time.

use super::Interpreter;
use crate::flow::{Flow, Outcome};
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

impl Interpreter {
    /// Makes a value; where memory does not reach it is collected first, and the value made again from the start.
    ///
    /// # Errors
    /// As `make`, but for [`Flow::Collect`].
    pub(crate) fn collecting(&mut self, mut make: impl FnMut(&mut Runtime) -> Outcome) -> Outcome {
        let made = make(&mut self.runtime);
        if !matches!(made, Err(Flow::Collect)) {
            return made;
        }
        self.collect();
        self.just_collected = true;
        let made = make(&mut self.runtime);
        self.just_collected = false;
        made
    }
}
