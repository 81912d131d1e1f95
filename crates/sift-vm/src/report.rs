//! What a host learns of a program that is over: what it used, showed and bound, and why it failed.

use sift_compiler::exception::ExceptionClass;
use sift_runtime::runtime::{CallFailure, CallKey, Printed};
use sift_syntax::Span;
use sift_values::scanned::ScannedRange;
use smol_str::SmolStr;

/// What a program used and showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What it printed.
    pub printed: Printed,
    /// Units of fuel.
    pub fuel: u64,
    /// Nominal bytes of live values at its end, at most.
    pub memory_bytes: u64,
    /// Calls that failed and whose replies the program never looked at.
    pub unnoticed_failures: Vec<(CallKey, CallFailure)>,
    /// Calls that had left early and that the program came to since it was last asked.
    pub reached: Vec<CallKey>,
    /// Calls that left early and that the program did not come to.
    pub unreached: Vec<CallKey>,
    /// What of the context the program read, as ranges of its sources: in order, none touching the next. See
    /// [`ScannedRange`].
    pub scanned: Vec<ScannedRange>,
}

/// An exception that was not caught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedError {
    /// The exception's class.
    pub class: ExceptionClass,
    /// Its text: `str(e)`.
    pub message: String,
    /// The line of the program where it was raised, counted from 1.
    pub line: Option<u32>,
    /// The bytes of the program that raised it.
    pub span: Option<Span>,
    /// The function in which it was raised.
    pub function: SmolStr,
    /// What to do about it.
    pub help: Option<String>,
    /// A few lines that show all of this, in ASCII.
    pub rendered: String,
}

impl RaisedError {
    /// Returns the class's name, as `type(e).__name__`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.class.name()
    }
}

/// A variable that programs have bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: SmolStr,
    /// The name of its type.
    pub type_name: SmolStr,
    /// Its size, where it has one: `12 items`, `3,400 chars`.
    pub size: Option<String>,
}
