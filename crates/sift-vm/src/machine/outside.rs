//! Creates values while no program runs. They are rooted on the machine's stack, so that garbage
//! can be collected at any time.

use sift_runtime::runtime::Runtime;
use sift_values::flow::{Flow, Outcome};

use super::Interpreter;

impl Interpreter {
    /// Creates a value. If memory does not suffice, collects garbage and starts over.
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
