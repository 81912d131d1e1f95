//! Errors of tools.

use rlm_core::RunError;

/// An error of a tool: a stable code, what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolError {
    /// The stable code, such as `invalid_arguments`.
    pub code: String,
    /// What happened, in one line.
    pub detail: String,
    /// What to do.
    pub hint: String,
}

impl ToolError {
    /// Creates an error.
    pub fn new(code: &str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            detail: detail.into(),
            hint: hint.into(),
        }
    }

    pub(crate) fn invalid(detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new("invalid_arguments", detail, hint)
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new("internal", detail, "try again; if it fails again, restart the server")
    }

    /// Returns the text that the client shows to its model.
    pub(crate) fn text(&self) -> String {
        format!("{}: {}\nhint: {}", self.code, self.detail, self.hint)
    }
}

impl From<&RunError> for ToolError {
    fn from(error: &RunError) -> Self {
        Self::new(error.code(), error.to_string(), error.hint())
    }
}
