//! The results of a program for its host: output, resource use, and the exception that ended it.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::Printed;
use sift_syntax::Span;
use sift_values::pending_calls::{CallFailure, CallKey};
use sift_values::scanned::ScannedRange;
use smol_str::SmolStr;

/// The output and resource use of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The output that the program printed.
    pub printed: Printed,
    /// The fuel that the program used, in units.
    pub fuel: u64,
    /// An upper bound of the nominal bytes of live values at the program's end.
    pub memory_bytes: u64,
    /// The calls that failed and whose replies the program never read.
    pub unnoticed_failures: Vec<(CallKey, CallFailure)>,
    /// The calls that were issued early by speculation and that the program has reached since the
    /// last [`take_reached`](crate::Needs::take_reached).
    pub reached: Vec<CallKey>,
    /// The calls that were issued early by speculation and that the program did not reach.
    pub unreached: Vec<CallKey>,
    /// The ranges of the context's sources that the program read, sorted; no two touch. See
    /// [`ScannedRange`].
    pub scanned: Vec<ScannedRange>,
}

/// An exception that ended a program because no handler caught it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedError {
    /// The class of the exception.
    pub class: ExceptionClass,
    /// The message of the exception, `str(e)`.
    pub message: String,
    /// The line of the program that raised the exception, counted from 1.
    pub line: Option<u32>,
    /// The bytes of the program's source that raised the exception.
    pub span: Option<Span>,
    /// The function that raised the exception.
    pub function: SmolStr,
    /// A hint on how to fix the program.
    pub help: Option<String>,
    /// The exception with its class, message, line and hint, in a few lines of ASCII.
    pub rendered: String,
}

impl RaisedError {
    /// Returns the name of the exception's class, as `type(e).__name__` does.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.class.name()
    }
}

/// A global or local variable that a program has bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The variable's name.
    pub name: SmolStr,
    /// The name of the value's type.
    pub type_name: SmolStr,
    /// The size of the value, if it has one: `12 items`, `3,400 chars`.
    pub size: Option<String>,
}
