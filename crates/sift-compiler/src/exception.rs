//! The fixed hierarchy of exception classes: a subset of Python's classes, and `CallFailed`.

/// A class of exceptions.
///
/// ```
/// use sift_compiler::exception::ExceptionClass;
///
/// let missing = ExceptionClass::from_name("KeyError");
/// assert_eq!(missing, Some(ExceptionClass::KeyError));
/// assert!(ExceptionClass::KeyError.is_a(ExceptionClass::LookupError));
/// assert!(!ExceptionClass::KeyboardInterrupt.is_a(ExceptionClass::Exception));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are Python's")]
pub enum ExceptionClass {
    BaseException,
    Exception,
    ArithmeticError,
    FloatingPointError,
    OverflowError,
    ZeroDivisionError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    ImportError,
    ModuleNotFoundError,
    LookupError,
    IndexError,
    KeyError,
    MemoryError,
    NameError,
    UnboundLocalError,
    OSError,
    FileNotFoundError,
    PermissionError,
    TimeoutError,
    ConnectionError,
    RuntimeError,
    NotImplementedError,
    RecursionError,
    /// A failed model call. The class is a subclass of `RuntimeError`, with the kind of failure and
    /// a hint.
    CallFailed,
    StopIteration,
    SyntaxError,
    IndentationError,
    TypeError,
    ValueError,
    UnicodeError,
    UnicodeDecodeError,
    UnicodeEncodeError,
    JsonDecodeError,
    /// The exception of the `re` module, `re.error`.
    RegexError,
    /// The exception of the `csv` module, `csv.Error`.
    CsvError,
    DecimalException,
    InvalidOperation,
    ConversionSyntax,
    DivisionImpossible,
    DivisionUndefined,
    DivisionByZero,
    /// The decimal signal `decimal.Overflow`.
    DecimalOverflow,
    StatisticsError,
    Warning,
    UserWarning,
    DeprecationWarning,
    GeneratorExit,
    KeyboardInterrupt,
    SystemExit,
    /// The exception that `FINAL` raises to end the program. No handler catches it, but `finally`
    /// blocks run.
    Final,
}

use ExceptionClass as E;

/// Every exception class with its name and its parent. Programs can't refer to `Final` by name.
const CLASSES: [(ExceptionClass, &str, ExceptionClass); 53] = [
    (E::BaseException, "BaseException", E::BaseException),
    (E::Exception, "Exception", E::BaseException),
    (E::ArithmeticError, "ArithmeticError", E::Exception),
    (E::FloatingPointError, "FloatingPointError", E::ArithmeticError),
    (E::OverflowError, "OverflowError", E::ArithmeticError),
    (E::ZeroDivisionError, "ZeroDivisionError", E::ArithmeticError),
    (E::AssertionError, "AssertionError", E::Exception),
    (E::AttributeError, "AttributeError", E::Exception),
    (E::BufferError, "BufferError", E::Exception),
    (E::EOFError, "EOFError", E::Exception),
    (E::ImportError, "ImportError", E::Exception),
    (E::ModuleNotFoundError, "ModuleNotFoundError", E::ImportError),
    (E::LookupError, "LookupError", E::Exception),
    (E::IndexError, "IndexError", E::LookupError),
    (E::KeyError, "KeyError", E::LookupError),
    (E::MemoryError, "MemoryError", E::Exception),
    (E::NameError, "NameError", E::Exception),
    (E::UnboundLocalError, "UnboundLocalError", E::NameError),
    (E::OSError, "OSError", E::Exception),
    (E::FileNotFoundError, "FileNotFoundError", E::OSError),
    (E::PermissionError, "PermissionError", E::OSError),
    (E::TimeoutError, "TimeoutError", E::OSError),
    (E::ConnectionError, "ConnectionError", E::OSError),
    (E::RuntimeError, "RuntimeError", E::Exception),
    (E::NotImplementedError, "NotImplementedError", E::RuntimeError),
    (E::RecursionError, "RecursionError", E::RuntimeError),
    (E::CallFailed, "CallFailed", E::RuntimeError),
    (E::StopIteration, "StopIteration", E::Exception),
    (E::SyntaxError, "SyntaxError", E::Exception),
    (E::IndentationError, "IndentationError", E::SyntaxError),
    (E::TypeError, "TypeError", E::Exception),
    (E::ValueError, "ValueError", E::Exception),
    (E::UnicodeError, "UnicodeError", E::ValueError),
    (E::UnicodeDecodeError, "UnicodeDecodeError", E::UnicodeError),
    (E::UnicodeEncodeError, "UnicodeEncodeError", E::UnicodeError),
    (E::JsonDecodeError, "JSONDecodeError", E::ValueError),
    (E::RegexError, "error", E::Exception),
    (E::CsvError, "Error", E::Exception),
    (E::DecimalException, "DecimalException", E::ArithmeticError),
    (E::InvalidOperation, "InvalidOperation", E::DecimalException),
    (E::ConversionSyntax, "ConversionSyntax", E::InvalidOperation),
    (E::DivisionImpossible, "DivisionImpossible", E::InvalidOperation),
    (E::DivisionUndefined, "DivisionUndefined", E::InvalidOperation),
    (E::DivisionByZero, "DivisionByZero", E::DecimalException),
    (E::DecimalOverflow, "Overflow", E::DecimalException),
    (E::StatisticsError, "StatisticsError", E::ValueError),
    (E::Warning, "Warning", E::Exception),
    (E::UserWarning, "UserWarning", E::Warning),
    (E::DeprecationWarning, "DeprecationWarning", E::Warning),
    (E::GeneratorExit, "GeneratorExit", E::BaseException),
    (E::KeyboardInterrupt, "KeyboardInterrupt", E::BaseException),
    (E::SystemExit, "SystemExit", E::BaseException),
    (E::Final, "", E::BaseException),
];

impl ExceptionClass {
    /// Returns all classes that programs can refer to by name.
    pub fn all() -> impl Iterator<Item = Self> {
        CLASSES
            .iter()
            .map(|(class, ..)| *class)
            .filter(|class| *class != Self::Final)
    }

    /// Returns the name of the exception class as shown by `type(e).__name__`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Returns the exception class with this name, or `None` if programs can't refer to any such
    /// class.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|class| class.name() == name)
    }

    fn row(self) -> (Self, &'static str, Self) {
        CLASSES
            .get(self as usize)
            .copied()
            .unwrap_or((Self::Exception, "Exception", Self::BaseException))
    }

    /// Returns `true` if a handler for the class `other` catches exceptions of this class.
    #[must_use]
    pub fn is_a(self, other: Self) -> bool {
        if self == Self::Final {
            return false;
        }
        // These classes have a second parent.
        if matches!(self, Self::DivisionByZero | Self::DivisionUndefined) && other == Self::ZeroDivisionError {
            return true;
        }
        let mut class = self;
        loop {
            if class == other {
                return true;
            }
            let parent = class.row().2;
            if parent == class {
                return false;
            }
            class = parent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exception_table_follows_the_enum_order() {
        for (index, (class, ..)) in CLASSES.iter().enumerate() {
            assert_eq!(*class as usize, index, "{class:?}");
        }
    }

    #[test]
    fn call_failed_is_a_runtime_error_and_final_is_uncatchable() {
        assert!(E::CallFailed.is_a(E::RuntimeError) && E::CallFailed.is_a(E::Exception));
        assert!(!E::CallFailed.is_a(E::ValueError));
        assert!(!E::Final.is_a(E::BaseException));
        assert_eq!(ExceptionClass::from_name("JSONDecodeError"), Some(E::JsonDecodeError));
        assert_eq!(ExceptionClass::from_name(""), None);
    }
}
