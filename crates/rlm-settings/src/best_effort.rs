//! The settings of the best-effort answer that a run gives when it hits a limit.

use serde::{Deserialize, Serialize};

/// The settings of the best-effort answer that a run gives when it hits a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default = "BestEffort::at_steps", deny_unknown_fields)]
pub struct BestEffort {
    /// Whether the root model is asked for a best-effort answer at any limit. Otherwise it is asked
    /// only at the limit of steps and at the limit of replies without a program.
    pub at_any_limit: bool,
    /// The maximum time in seconds that the best-effort answer may take beyond the time limit; 0
    /// allows none.
    pub grace_seconds: u64,
    /// The maximum percentage of a run's tokens and money that is reserved for the best-effort
    /// answer. If a short answer needs more, up to half is reserved.
    pub reserve_percent: u8,
}

impl Default for BestEffort {
    /// Enables a best-effort answer at any limit, with a grace period of 30 seconds and a reserve
    /// of 10 percent.
    fn default() -> Self {
        Self {
            at_any_limit: true,
            grace_seconds: 30,
            reserve_percent: 10,
        }
    }
}

impl BestEffort {
    /// Enables a best-effort answer only at the limit of steps and at the limit of replies without
    /// a program, as in earlier releases.
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
