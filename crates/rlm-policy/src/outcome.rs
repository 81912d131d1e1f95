//! The outcomes of runs.

use serde::{Deserialize, Serialize};

use crate::LimitReached;

/// The outcome of a run. In JSON, the field `outcome` is its name, and the field `limit` the limit
/// that was reached. Both can be flattened into a larger object.
///
/// ```
/// use rlm_policy::{Answer, LimitReached, Outcome};
///
/// let limit = LimitReached::MaxStepsExceeded { limit: 20 };
/// let shown = Outcome::at_limit(limit.clone(), Answer::BestEffort);
/// assert_eq!((shown.name(), shown.exit_code(), shown.limit()), ("partial", 3, Some(&limit)));
/// let nothing = Outcome::at_limit(limit, Answer::Nothing);
/// assert_eq!((nothing.name(), nothing.exit_code()), ("budget_exceeded", 5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The run has an answer.
    Complete,
    /// A limit was reached; the answer is a best-effort answer.
    Partial {
        /// The limit that was reached.
        limit: LimitReached,
    },
    /// The run ended without an answer, and not because of a limit.
    Unable,
    /// A limit other than the time limit was reached, without an answer.
    BudgetExceeded {
        /// The limit that was reached.
        limit: LimitReached,
    },
    /// The time limit was reached, without an answer.
    Timeout,
    /// The run was cancelled.
    Cancelled,
    /// A model can't be reached, or failed after all retries.
    ProviderError,
    /// A tool failed too often.
    ToolError,
    /// The request is invalid, such as a missing file or an invalid setting.
    InvalidRequest,
    /// All answers were rejected by the success criteria.
    VerificationFailed,
}

impl Outcome {
    /// Returns the outcome of a run that hit a limit: `Partial` if it has an answer.
    #[must_use]
    pub fn at_limit(limit: LimitReached, shown: Answer) -> Self {
        match (shown, limit) {
            (Answer::BestEffort, limit) => Self::Partial { limit },
            (Answer::Nothing, LimitReached::DeadlineExceeded { .. }) => Self::Timeout,
            (Answer::Nothing, limit) => Self::BudgetExceeded { limit },
        }
    }

    /// Returns the stable name that is used in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial { .. } => "partial",
            Self::Unable => "unable",
            Self::BudgetExceeded { .. } => "budget_exceeded",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::ProviderError => "provider_error",
            Self::ToolError => "tool_error",
            Self::InvalidRequest => "invalid_request",
            Self::VerificationFailed => "verification_failed",
        }
    }

    /// Returns the exit code of a process that executes only this run.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::InvalidRequest => 2,
            Self::Partial { .. } => 3,
            Self::ProviderError => 4,
            Self::BudgetExceeded { .. } | Self::Timeout => 5,
            Self::Unable => 6,
            Self::VerificationFailed => 7,
            Self::ToolError => 8,
            Self::Cancelled => 130,
        }
    }

    /// Returns the limit that ended the run, if there is one.
    #[must_use]
    pub const fn limit(&self) -> Option<&LimitReached> {
        match self {
            Self::Partial { limit } | Self::BudgetExceeded { limit } => Some(limit),
            Self::Complete
            | Self::Unable
            | Self::Timeout
            | Self::Cancelled
            | Self::ProviderError
            | Self::ToolError
            | Self::InvalidRequest
            | Self::VerificationFailed => None,
        }
    }
}

/// The answer of a run that hit a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A best-effort answer from the results so far.
    BestEffort,
    /// The run has no answer.
    Nothing,
}
