//! What is wrong with a program, as data; how it is shown is the renderers' business.

use serde::Serialize;
use smol_str::SmolStr;

use crate::Span;

/// A stable code, such as `S0101`. Documented in `grammar/diagnostics.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The program is refused.
    Error,
    /// The program runs; something in it was read otherwise than written (an imagined output was cut).
    Note,
}

/// A further place that belongs to a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where it is.
    pub span: Span,
    /// What is to be seen there.
    pub text: String,
}

/// One thing that is wrong, where it is, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The Python exception that a Python runtime would have raised for it: `NameError`, `SyntaxError`, `TypeError`,
    /// `ModuleNotFoundError` or `AttributeError`.
    pub exception: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What was expected or what to do, in a few words.
    pub help: Option<String>,
    /// One corrected line that can be written instead.
    pub corrected: Option<String>,
    /// Names that are bound and near to the one that is not.
    pub near: Vec<SmolStr>,
    /// Further places.
    pub labels: Vec<Label>,
}
