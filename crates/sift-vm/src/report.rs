//! What a host learns of a finished program: output, resource use, and the exception that ended it.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{CallFailure, CallKey, Printed};
use sift_syntax::Span;
use sift_values::scanned::ScannedRange;
use smol_str::SmolStr;

/// The output and resource use of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The printed output.
    pub printed: Printed,
    /// The fuel used, in units.
    pub fuel: u64,
    /// The nominal bytes of live values at the program's end, at most.
    pub memory_bytes: u64,
    /// Calls that failed and whose replies the program never read.
    pub unnoticed_failures: Vec<(CallKey, CallFailure)>,
    /// Calls that were issued early and that the program has reached since they were last taken.
    pub reached: Vec<CallKey>,
    /// Calls that were issued early and that the program did not reach.
    pub unreached: Vec<CallKey>,
    /// The ranges of the context's sources that the program read, sorted; no two touch. See
    /// [`ScannedRange`].
    pub scanned: Vec<ScannedRange>,
}

/// An uncaught exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedError {
    /// The exception's class.
    pub class: ExceptionClass,
    /// The exception's text, `str(e)`.
    pub message: String,
    /// The line of the program that raised it, counted from 1.
    pub line: Option<u32>,
    /// The bytes of the program that raised it.
    pub span: Option<Span>,
    /// The function that raised it.
    pub function: SmolStr,
    /// A hint on how to fix the program.
    pub help: Option<String>,
    /// A rendering of all of this in a few lines of ASCII.
    pub rendered: String,
}

impl RaisedError {
    /// Returns the name of the class, as `type(e).__name__`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.class.name()
    }
}

/// A variable that programs have bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The variable's name.
    pub name: SmolStr,
    /// The name of the value's type.
    pub type_name: SmolStr,
    /// The size of the value, if it has one: `12 items`, `3,400 chars`.
    pub size: Option<String>,
}
