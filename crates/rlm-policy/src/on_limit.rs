//! The behaviour of a run that hits a limit.

use serde::{Deserialize, Serialize};

/// The behaviour of a run that hits a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLimit {
    /// The run makes a best-effort answer; the outcome names the limit.
    #[default]
    Finalize,
    /// The run ends with an error that names the limit and contains the partial result. No further
    /// call is made.
    Error,
}
