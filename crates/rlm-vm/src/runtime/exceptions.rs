//! The classes of exceptions, and raising them.

use crate::classes::ClassId;
use crate::exception::ExceptionClass;
use crate::flow::Flow;
use crate::object::Object;
use crate::runtime::Runtime;
use crate::value::{Type, Value};

impl Runtime {
    pub(crate) fn exception_class(&self, exception: Value) -> Option<ExceptionClass> {
        match self.heap.get(exception.handle()) {
            Object::Exception(exception) => Some(exception.class),
            _ => None,
        }
    }

    pub(crate) fn is_catchable(&self, exception: Value) -> bool {
        self.exception_class(exception) != Some(ExceptionClass::Final)
    }

    /// Tells whether `except class` catches the exception; `class` may be a tuple of classes.
    pub(crate) fn exception_matches(&mut self, exception: Value, class: Value) -> Result<bool, Flow> {
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
    pub(crate) fn raise_value(&mut self, value: Value, cause: Value) -> Result<Flow, Flow> {
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
