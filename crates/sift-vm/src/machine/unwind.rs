//! Stack unwinding: finds the handler of an exception.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::coverage::CallEnd;
use sift_values::flow::{End, Flow};
use sift_values::object::{GeneratorState, Object};
use sift_values::value::{Label, Value};

use super::{Frame, Interpreter, Pause};

impl Interpreter {
    /// Continues execution at the innermost exception handler. Without a handler, the program ends.
    pub(super) fn unwind(&mut self, exception: Value) -> Option<Pause> {
        self.note_place(exception);
        let mut exception = exception;
        loop {
            let Some(guard) = self.guards.last().copied() else {
                self.abandon_frames(0);
                // The exception is described after the last replies have arrived, and garbage may
                // be collected before.
                self.stack.clear();
                self.stack.push(exception);
                return Some(match self.exception_class(exception) {
                    Some(ExceptionClass::Final) => Pause::Ended(End::Final),
                    _ => Pause::Raised(exception),
                });
            };
            // StopIteration that leaves a generator becomes RuntimeError, as in Python.
            while self.frames.len() > guard.frames {
                let Some(frame) = self.pop_frame() else { break };
                exception = self.leave_frame(&frame, exception);
            }
            self.drop_guards(self.guards.len().saturating_sub(1));
            if self.is_speculating() {
                self.record_handler(&guard);
            }
            self.stack.truncate(guard.height);
            // Its text may reveal anything that was read.
            self.stack.push(exception.labelled(Label::ANY));
            self.note_caught();
            if let Some(frame) = self.frames.last_mut() {
                frame.ip = guard.target as usize;
                return None;
            }
        }
    }

    fn leave_frame(&mut self, frame: &Frame, exception: Value) -> Value {
        self.drop_guards(frame.guards);
        self.note_written(frame.code, CallEnd::Raised);
        let Some(generator) = frame.generator else {
            return exception;
        };
        if let Some(Object::Generator(generator)) = self.heap.get_mut(generator.handle()) {
            generator.state = GeneratorState::Ended;
        }
        if self.exception_class(exception) != Some(ExceptionClass::StopIteration) {
            return exception;
        }
        match self.raise(ExceptionClass::RuntimeError, "generator raised StopIteration") {
            Flow::Raise(replaced) => {
                if let Some(Object::Exception(object)) = self.heap.get_mut(replaced.handle()) {
                    object.cause = exception;
                }
                replaced
            }
            _ => exception,
        }
    }

    /// Pops frames until `keep` are left, and ends the generators of the popped frames.
    pub(super) fn abandon_frames(&mut self, keep: usize) {
        if keep == 0 {
            self.loading.clear();
        }
        while self.frames.len() > keep {
            if let Some(frame) = self.pop_frame()
                && let Some(generator) = frame.generator
                && let Some(Object::Generator(generator)) = self.heap.get_mut(generator.handle())
            {
                generator.state = GeneratorState::Ended;
            }
        }
    }

    /// Records where an exception was first raised.
    fn note_place(&mut self, exception: Value) {
        let place = self.current_place();
        if let Some(Object::Exception(exception)) = self.heap.get_mut(exception.handle())
            && exception.raised_at.is_none()
        {
            exception.raised_at = place;
        }
    }
}
