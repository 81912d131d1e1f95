//! Exceptions on their way to a handler.

use super::{Frame, Interpreter, Pause};
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow};
use crate::library::ClassId;
use crate::object::{GeneratorState, Object};
use crate::runtime::Runtime;
use crate::runtime::coverage::Ending;
use crate::value::{Label, Type, Value};

impl Runtime {
    pub(crate) fn exception_class(&self, exception: Value) -> Option<ExceptionClass> {
        match self.heap.get(exception.handle()) {
            Object::Exception(exception) => Some(exception.class),
            _ => None,
        }
    }

    pub(super) fn is_catchable(&self, exception: Value) -> bool {
        self.exception_class(exception) != Some(ExceptionClass::Final)
    }

    /// Tells whether `except class` catches the exception; `class` may be a tuple of classes.
    pub(super) fn exception_matches(&mut self, exception: Value, class: Value) -> Result<bool, Flow> {
        let Some(raised) = self.exception_class(exception) else {
            return Ok(false);
        };
        let classes = match self.heap.get(class.handle()) {
            Object::Tuple(classes) if class.kind() == Type::Tuple => classes.to_vec(),
            _ => vec![class],
        };
        let mut matches = false;
        for class in classes {
            match ClassId::of(class).and_then(ClassId::exception) {
                Some(class) => matches |= raised.is_a(class),
                None => {
                    return Err(
                        self.type_error("catching classes that do not inherit from BaseException is not allowed")
                    );
                }
            }
        }
        Ok(matches)
    }

    /// Makes what `raise value from cause` raises.
    pub(super) fn raise_value(&mut self, value: Value, cause: Value) -> Result<Flow, Flow> {
        let exception = match (value.kind(), ClassId::of(value).and_then(ClassId::exception)) {
            (Type::Exception, _) => value,
            (Type::Class, Some(class)) => self.exception(class, Vec::new()),
            _ => return Ok(self.type_error("exceptions must derive from BaseException")),
        };
        if let Some(Object::Exception(object)) = self.heap.get_mut(exception.handle())
            && cause.kind() == Type::Exception
        {
            object.cause = cause;
        }
        Ok(Flow::Raise(exception))
    }
}

impl Interpreter {
    /// Goes on at the innermost guard; without one, the program ends.
    pub(super) fn unwind(&mut self, exception: Value) -> Option<Pause> {
        self.note_place(exception);
        let mut exception = exception;
        loop {
            let Some(guard) = self.guards.last().copied() else {
                self.abandon_frames(0);
                // It is described when the last replies have arrived, and garbage may be collected before that.
                self.stack.clear();
                self.stack.push(exception);
                return Some(match self.exception_class(exception) {
                    Some(ExceptionClass::Final) => Pause::Ended(End::Final),
                    _ => Pause::Raised(exception),
                });
            };
            // A generator that is left by StopIteration turns it into a RuntimeError, as in Python.
            while self.frames.len() > guard.frames {
                let Some(frame) = self.pop_frame() else { break };
                exception = self.leave_frame(&frame, exception);
            }
            self.drop_guards(self.guards.len().saturating_sub(1));
            if self.is_ahead() {
                self.note_thrown(&guard);
            }
            self.stack.truncate(guard.height);
            // Its text may tell of whatever was looked at.
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
        self.note_written(frame.code, Ending::Raised);
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

    /// Takes frames off until so many are left; their generators have ended.
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

    /// Remembers where an exception was raised first.
    fn note_place(&mut self, exception: Value) {
        let place = self.current_place();
        if let Some(Object::Exception(exception)) = self.heap.get_mut(exception.handle())
            && exception.raised_at.is_none()
        {
            exception.raised_at = place;
        }
    }
}
