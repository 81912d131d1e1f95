//! Ops that rearrange the stack, jump by its top value, or print it.

use sift_runtime::settings::Echo;
use sift_values::flow::Flow;

use crate::machine::Interpreter;
use crate::machine::run::Next;
use sift_runtime::runtime::RESULT;

impl Interpreter {
    pub(super) fn dup_two(&mut self) {
        let (a, b) = (self.peek(1), self.peek(0));
        self.stack.extend([a, b]);
    }

    pub(super) fn swap(&mut self) {
        if let [.., a, b] = self.stack.as_mut_slice() {
            std::mem::swap(a, b);
        }
    }

    /// Moves the top of the stack below the two values under it.
    pub(super) fn rotate_three(&mut self) {
        if let [.., a, b, c] = self.stack.as_mut_slice() {
            (*a, *b, *c) = (*c, *a, *b);
        }
    }

    /// Jumps and keeps the top of the stack if the truth of this value is `wanted`. Otherwise drops
    /// the value.
    pub(super) fn jump_or_pop(&mut self, target: u32, wanted: bool) -> Result<Next, Flow> {
        let top = self.peek(0);
        let truth = self.truth(top)?;
        self.decide(self.label_of_truth(top));
        if truth == wanted {
            return Ok(Next::Jump(target));
        }
        self.stack.pop();
        Ok(Next::Op)
    }

    /// Pops the value of a program's last expression, and prints or keeps it as the settings
    /// require.
    pub(super) fn echo_top(&mut self) -> Result<(), Flow> {
        let value = self.peek(0);
        match self.echo {
            Echo::On if !value.is_none() => self.print_value(value)?,
            Echo::Keep => {
                self.set_global(RESULT, value);
            }
            Echo::On | Echo::Off => {}
        }
        self.stack.pop();
        Ok(())
    }
}
