//! Creation of values while no program runs. The values are rooted on the machine's stack, so that
//! garbage can be collected at any time.

use sift_runtime::runtime::Runtime;
use sift_values::flow::{Flow, Outcome};

use super::Interpreter;

impl Interpreter {
    /// Creates a value with `make`. If the memory is insufficient, collects garbage and calls
    /// `make` again.
    ///
    /// # Errors
    /// The errors of `make`, except for [`Flow::Collect`].
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
