//! The errors of compiling and running programs.

use sift_syntax::{Diagnostic, Severity};
use sift_vm::{Limit, RaisedError, ValueError};

/// The error for a program that was rejected before it started, because checking it found
/// errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rendered}")]
pub struct Refused {
    /// All diagnostics of the program, at least one of which is an error.
    pub diagnostics: Vec<Diagnostic>,
    /// The diagnostics as plain text, each with the source lines that it refers to.
    pub rendered: String,
}

impl Refused {
    /// Returns the first diagnostic that is an error rather than a warning.
    #[must_use]
    pub fn first(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|one| one.severity == Severity::Error)
    }
}

/// The reason why a program returned no value, or did not complete.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The program was rejected before it started, because it has errors.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The program raised an exception that it did not catch. Variables that it has set are kept.
    #[error("{}", .0.rendered)]
    Raised(Box<RaisedError>),
    /// The program reached a limit, such as its fuel. Variables that it has set are kept.
    #[error("{}", limit_message(*.0))]
    Limit(Limit),
    /// The program was cancelled. Variables that it has set are kept.
    #[error("the program was cancelled")]
    Cancelled,
    /// The program called `FINAL`, so it has no value.
    #[error("the program ended with FINAL; read its answer from `Session::exec`")]
    Final,
    /// The value of the program can't be converted to the requested Rust type.
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// Returns the error message for a limit that a program reached.
pub(crate) const fn limit_message(limit: Limit) -> &'static str {
    match limit {
        Limit::Fuel => "the program used all of its fuel",
        Limit::Memory => "the values that are alive take more than their memory",
        Limit::Nesting => "values are nested too deeply",
    }
}
