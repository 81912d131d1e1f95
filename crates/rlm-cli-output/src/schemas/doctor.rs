//! The JSON output of `rlm doctor`.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Check {
    /// The subject of the check.
    pub of: String,
    pub state: State,
    pub found: String,
    /// A hint how to fix the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// The state of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    /// Runs work, but with restrictions.
    Warning,
    /// Runs that need it fail.
    Failed,
}

impl State {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }

    /// Returns the ANSI colour code for the state of a check.
    pub const fn color(self) -> &'static str {
        match self {
            Self::Ok => "32",
            Self::Warning => "33",
            Self::Failed => "31",
        }
    }
}

impl Check {
    pub fn ok(of: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            of: of.into(),
            state: State::Ok,
            found: found.into(),
            advice: None,
        }
    }

    pub fn warning(of: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Warning,
            advice: Some(advice.into()),
            ..Self::ok(of, found)
        }
    }

    pub fn failed(of: impl Into<String>, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state: State::Failed,
            ..Self::warning(of, found, advice)
        }
    }

    /// Creates a failed check from the error of a command.
    pub fn failure(of: impl Into<String>, failure: &Failure) -> Self {
        Self {
            state: State::Failed,
            advice: failure.hint(),
            ..Self::ok(of, failure.to_string())
        }
    }
}

/// The report of all checks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Report {
    pub failed: usize,
    pub warnings: usize,
    pub checks: Vec<Check>,
}
