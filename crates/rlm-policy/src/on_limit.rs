//! What a run does at a limit.

use serde::{Deserialize, Serialize};

/// What a run does when a limit ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLimit {
    /// It asks for a best-effort answer; the outcome names the limit.
    #[default]
    Finalize,
    /// It ends with an error that names the limit and holds the partial result; no further call is made.
    Error,
}
