//! Ops for iteration and unpacking.

use sift_runtime::runtime::iterate::Advance;
use sift_values::flow::Flow;

use crate::machine::run::Next;
use crate::machine::{Interpreter, OnReturn};

impl Interpreter {
    pub(super) fn make_iterator(&mut self) -> Result<(), Flow> {
        let iterable = self.peek(0);
        let iterator = self.iterate(iterable)?;
        self.replace_top(1, iterator.labelled(iterable.label()));
        Ok(())
    }

    /// Pushes the next item of the iterator on top of the stack. At the end of the items, drops the
    /// iterator and jumps to `exit`.
    pub(super) fn load_next(&mut self, exit: u32) -> Result<Next, Flow> {
        let iterator = self.peek(0);
        self.decide_by_iterator(iterator);
        Ok(match self.advance(iterator, OnReturn::Item { exit })? {
            Advance::Item(item) => {
                let label = self.decide_by_iterator(iterator);
                self.stack.push(item.labelled(label));
                Next::Op
            }
            Advance::End => {
                self.decide_by_iterator(iterator);
                self.stack.pop();
                Next::Jump(exit)
            }
            Advance::Frame => Next::Frame,
        })
    }

    pub(super) fn unpack_top(&mut self, count: u16) -> Result<(), Flow> {
        let sequence = self.peek(0);
        self.require_list(sequence, 0)?;
        let items = self.unpack(sequence, count as usize)?;
        self.stack.pop();
        self.stack.extend(items.into_iter().rev());
        Ok(())
    }

    pub(super) fn unpack_top_starred(&mut self, before: u16, after: u16) -> Result<(), Flow> {
        let sequence = self.peek(0);
        self.require_list(sequence, 0)?;
        let items = self.unpack_starred(sequence, before as usize, after as usize)?;
        self.stack.pop();
        self.stack.extend(items.into_iter().rev());
        Ok(())
    }
}
