//! Ops that raise exceptions, and ops of exception handlers.

use sift_compiler::exception::ExceptionClass;
use sift_values::flow::Flow;
use sift_values::value::{Label, Value};

use crate::machine::{Guard, Interpreter};

impl Interpreter {
    pub(super) fn push_handler(&mut self, target: u32, catches_call_failure: bool) {
        self.push_guard(Guard {
            frames: self.frames.len(),
            target,
            height: self.stack.len(),
            catches_call_failure,
            before: Label::PROGRAM,
        });
    }

    pub(super) fn pop_handler(&mut self) {
        self.leave_guards(self.guards.len().saturating_sub(1));
    }

    /// Raises the exception on top of the stack.
    pub(super) fn raise_top(&mut self) -> Flow {
        let exception = self.peek(0);
        self.raise_caused(exception, Value::NONE)
    }

    /// Raises the exception that is on the stack below its cause, for `raise … from`.
    pub(super) fn raise_from_top(&mut self) -> Flow {
        let (exception, cause) = (self.peek(1), self.peek(0));
        self.raise_caused(exception, cause)
    }

    fn raise_caused(&mut self, exception: Value, cause: Value) -> Flow {
        let (Ok(flow) | Err(flow)) = self.raise_value(exception, cause);
        flow
    }

    pub(super) fn raise_runtime_error(&mut self) -> Flow {
        let message = self.peek(0);
        self.raise_with(ExceptionClass::RuntimeError, vec![message])
    }

    /// Raises the error of a failed `assert`, whose message on the stack may be missing.
    pub(super) fn raise_assertion_error(&mut self) -> Flow {
        let args = self.peek(0).given().into_iter().collect();
        self.raise_with(ExceptionClass::AssertionError, args)
    }

    pub(super) fn match_exception(&mut self) -> Result<(), Flow> {
        let (exception, class) = (self.peek(1), self.peek(0));
        let matches = self.exception_matches(exception, class)?;
        self.replace_top(1, Value::bool(matches));
        Ok(())
    }

    /// Pushes whether a bare `except` catches the exception on top of the stack.
    pub(super) fn match_any_exception(&mut self) {
        let matches = self.is_catchable(self.peek(0));
        self.stack.push(Value::bool(matches));
    }
}
