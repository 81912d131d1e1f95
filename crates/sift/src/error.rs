//! The errors of programs.

use sift_syntax::{Diagnostic, Severity};
use sift_vm::{Limit, RaisedError, ValueError};

/// A program that was refused before its first step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rendered}")]
pub struct Refused {
    /// All diagnostics, at least one of which is an error.
    pub diagnostics: Vec<Diagnostic>,
    /// The diagnostics with the lines that they are about, as plain text.
    pub rendered: String,
}

impl Refused {
    /// Returns the first error.
    #[must_use]
    pub fn first(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|one| one.severity == Severity::Error)
    }
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The program was refused before its first step.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The program raised an exception that it did not catch. What was bound stays bound.
    #[error("{}", .0.rendered)]
    Raised(Box<RaisedError>),
    /// The program reached a limit. What was bound stays bound.
    #[error("{}", limit_message(*.0))]
    Limit(Limit),
    /// The program was cancelled. What was bound stays bound.
    #[error("the program was cancelled")]
    Cancelled,
    /// The program called `FINAL`, so it has no value.
    #[error("the program ended with FINAL; read its answer from `Session::exec`")]
    Final,
    /// The value has no counterpart of the Rust type.
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// Describes a limit that a program reached.
pub(crate) const fn limit_message(limit: Limit) -> &'static str {
    match limit {
        Limit::Fuel => "the program used all of its fuel",
        Limit::Memory => "the values that are alive take more than their memory",
        Limit::Nesting => "values are nested too deeply",
    }
}
