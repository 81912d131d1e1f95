//! Sending values and exceptions into generators.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::iterate::Advance;
use sift_runtime::runtime::{GeneratorStage, Invocation};
use sift_values::flow::Flow;
use sift_values::value::Value;

use super::run::Next;
use super::{Interpreter, OnReturn};

impl Interpreter {
    /// Resumes a generator whose current `yield` returns `value`. The next item of the generator
    /// replaces the operands.
    pub(super) fn send(&mut self, generator: Value, value: Value, operands: usize) -> Result<Invocation, Flow> {
        let default = Value::UNBOUND;
        let advance = self.resume_with(generator, value, OnReturn::Next { default })?;
        self.deliver_next(&advance, default, operands)
    }

    /// Resumes a generator by pushing its saved frame. The current `yield` returns `value`.
    fn resume_with(&mut self, generator: Value, value: Value, on_return: OnReturn) -> Result<Advance, Flow> {
        let stage = self.generator_stage(generator);
        if stage == GeneratorStage::JustStarted && !value.is_none() {
            return Err(self.type_error("can't send non-None value to a just-started generator"));
        }
        let advance = self.resume(generator, on_return)?;
        if stage == GeneratorStage::Suspended
            && let Some(worth) = self.stack.last_mut()
        {
            *worth = value;
        }
        Ok(advance)
    }

    /// Passes a value that was sent to a generator on to the inner iterator of its `yield from`, if
    /// the value is not `None`.
    pub(super) fn forward_sent(&mut self, exit: u32) -> Result<Next, Flow> {
        let (iterator, sent) = (self.peek(1), self.peek(0));
        if sent.is_none() {
            self.stack.pop();
            return Ok(Next::Op);
        }
        if !self.is_plain_generator(iterator) {
            return Err(self.no_attribute(iterator, "send"));
        }
        self.stack.pop();
        self.step_back(2);
        match self.resume_with(iterator, sent, OnReturn::Item { exit })? {
            Advance::Item(_) | Advance::Frame => Ok(Next::Frame),
            Advance::End => {
                self.stack.pop();
                Ok(Next::Jump(exit))
            }
        }
    }

    /// Moves the current frame back by `ops` instructions.
    fn step_back(&mut self, ops: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.ip = frame.ip.saturating_sub(ops);
        }
    }

    /// Raises an exception in a generator: at its current `yield`, or in the inner generator of its
    /// `yield from`. The next item of the generator replaces the operands.
    ///
    /// A prelude function above the generator's frame raises the exception.
    pub(super) fn throw(&mut self, generator: Value, exception: Value, operands: usize) -> Result<Invocation, Flow> {
        let closes = self.exception_class(exception) == Some(ExceptionClass::GeneratorExit);
        let mut inner = self.yields_from(generator);
        self.resume_for_next(generator, Value::UNBOUND, operands)?;
        while let Some((generator, exit)) = inner {
            self.meter.charge_items(1)?;
            match self.generator_stage(generator) {
                GeneratorStage::Ended => break,
                _ if closes => return self.enter_prelude("_close_and_raise", &[generator, exception]),
                _ => {}
            }
            inner = self.yields_from(generator);
            // The items of the inner generator are yielded again.
            self.stack.pop();
            self.step_back(1);
            if let Err(flow) = self.resume(generator, OnReturn::Item { exit }) {
                return match flow {
                    Flow::Raise(exception) => self.enter_prelude("_raise", &[exception]),
                    flow => Err(flow),
                };
            }
        }
        self.enter_prelude("_raise", &[exception])
    }
}
