//! How a run that a limit ends gets its best answer.

use serde::{Deserialize, Serialize};

/// How a run that a limit ends gets its best answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default = "BestEffort::at_steps", deny_unknown_fields)]
pub struct BestEffort {
    /// Whether the root model is asked for it at any limit; otherwise only at the limits of steps and of replies without a program.
    pub at_any_limit: bool,
    /// The maximum seconds that this may take beyond the time limit; 0 allows none.
    pub grace_seconds: u64,
    /// The maximum share of a run's tokens and money that is reserved for it, in percent.
    pub reserve_percent: u8,
}

impl Default for BestEffort {
    /// At any limit, with 30 seconds and 10 percent.
    fn default() -> Self {
        Self {
            at_any_limit: true,
            grace_seconds: 30,
            reserve_percent: 10,
        }
    }
}

impl BestEffort {
    /// Asks only at the limits of steps and of replies without a program, as earlier releases did.
    #[must_use]
    pub const fn at_steps() -> Self {
        Self {
            at_any_limit: false,
            grace_seconds: 0,
            reserve_percent: 0,
        }
    }

    pub(crate) fn is_at_steps(&self) -> bool {
        *self == Self::at_steps()
    }
}
