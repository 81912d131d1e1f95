//! What a run does at a limit.

use serde::{Deserialize, Serialize};

/// What a run does when a limit ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLimit {
    /// The best answer that what was found by then allows; the outcome names the limit.
    #[default]
    Finalize,
    /// An error that names the limit and carries what there is of the run; nothing more is asked.
    Error,
}
