//! The classes of exceptions, and the `raise` and `except` of programs.

use sift_compiler::exception::ExceptionClass;
use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::runtime::Runtime;

impl Runtime {
    /// Returns the class of an exception; `None` for other values.
    pub fn exception_class(&self, exception: Value) -> Option<ExceptionClass> {
        match self.heap.get(exception.handle()) {
            Object::Exception(exception) => Some(exception.class),
            _ => None,
        }
    }

    /// Returns `true` if a handler may catch the exception. Only the exception that implements
    /// `FINAL` can't be caught.
    pub fn is_catchable(&self, exception: Value) -> bool {
        self.exception_class(exception) != Some(ExceptionClass::Final)
    }

    /// Returns `true` if the clause `except class` catches the exception. The class may also be a
    /// tuple of classes.
    pub fn exception_matches(&mut self, exception: Value, class: Value) -> Result<bool, Flow> {
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

    /// Returns the flow for the statement `raise value from cause`.
    pub fn raise_value(&mut self, value: Value, cause: Value) -> Result<Flow, Flow> {
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
