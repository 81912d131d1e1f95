//! Values that are made while no program runs. They are kept on the machine's own stack meanwhile, so that memory can be
//! collected at any time.

use sift_runtime::runtime::Runtime;
use sift_values::flow::{Flow, Outcome};

use super::Interpreter;

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
