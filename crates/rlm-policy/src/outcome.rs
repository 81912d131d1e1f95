//! How a run ended.

use serde::{Deserialize, Serialize};

use crate::LimitReached;

/// How a run ended. In JSON, a field `outcome` holds its name and a field `limit` the limit where one was reached, so
/// that it can be flattened into a larger object.
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
    /// The run gave its answer.
    Complete,
    /// A limit was reached, and the answer is the best that could be given within it.
    Partial {
        /// The limit.
        limit: LimitReached,
    },
    /// The run ended by itself without an answer.
    Unable,
    /// A limit was reached with nothing to show.
    BudgetExceeded {
        /// The limit.
        limit: LimitReached,
    },
    /// The time was over with nothing to show.
    Timeout,
    /// Somebody stopped the run.
    Cancelled,
    /// A model could not be reached or failed for good.
    ProviderError,
    /// A tool that the run can't do without failed for good.
    ToolError,
    /// What was asked for can't be run: no such file, a wrong setting.
    InvalidRequest,
    /// The run gave answers, and none of them met what was asked of answers.
    VerificationFailed,
}

impl Outcome {
    /// Returns the outcome of a run that `limit` ended: partial where there is something to show.
    #[must_use]
    pub fn at_limit(limit: LimitReached, shown: Answer) -> Self {
        match (shown, limit) {
            (Answer::BestEffort, limit) => Self::Partial { limit },
            (Answer::Nothing, LimitReached::DeadlineExceeded { .. }) => Self::Timeout,
            (Answer::Nothing, limit) => Self::BudgetExceeded { limit },
        }
    }

    /// Returns the stable name, as in JSON.
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

    /// Returns the exit code of a process that ran just this run.
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

    /// Returns the limit that ended the run, where it is recorded with the outcome.
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

/// What a run that a limit ended has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// An answer from what it had found by then.
    BestEffort,
    /// None.
    Nothing,
}
