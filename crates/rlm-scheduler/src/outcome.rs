//! The results of calls.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::{Cost, ModelError, Reply};
use rlm_policy::{LedgerError, LimitReached, Overrun, Remaining, Spend};

use crate::NotRecorded;

/// The place from which the reply to a call comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The reply comes from the model, which was called for this call.
    Model,
    /// The reply comes from the cache.
    Cache,
    /// The reply is shared with an equal call, which was in flight, or which was answered earlier
    /// if equal calls of a run share a reply.
    Joined,
}

/// The result of a successful call.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The reply to the call.
    pub reply: Arc<Reply>,
    /// The source of the reply.
    pub source: Source,
    /// The number of attempts that were made for this call; 0 for a reply from the cache.
    pub attempts: u32,
    /// The total time before the last attempt in which no attempt was in flight. The call waited
    /// for its budget, for rate limits and slots, and between attempts.
    pub waited: Duration,
    /// The cost of the reply; zero if no provider was called.
    pub cost: Cost,
    /// The spending that the ledger counts for the call, including failed attempts.
    pub spent: Spend,
    /// The doubtful part of the call's spending: reservations of attempts that may not have been
    /// charged.
    pub doubtful: Spend,
    /// The remaining budget of the run, without reserved amounts.
    pub left: Option<Remaining>,
    /// The overrun of the call, if it exceeded its reservation.
    pub overrun: Option<Overrun>,
    /// The time from the call's issue to its end, including pauses between attempts; for a call that
    /// was not issued, the time that it waited.
    pub elapsed: Duration,
}

impl Settled {
    /// Returns `true` if the reply was available without calling a provider.
    #[must_use]
    pub const fn is_cached(&self) -> bool {
        match self.source {
            Source::Cache | Source::Joined => true,
            Source::Model => false,
        }
    }
}

/// The failure of a call, with its reason and its cost.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct CallFailure {
    /// The reason why the call failed.
    #[source]
    pub kind: FailureKind,
    /// The number of attempts that were made before the call failed.
    pub attempts: u32,
    /// The spending that the ledger counts for the call.
    pub spent: Spend,
    /// The time from the call's issue to its end, including pauses between attempts; for a call that
    /// was not issued, the time that it waited.
    pub elapsed: Duration,
}

/// The reason why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum FailureKind {
    /// The model failed permanently, or all attempts failed.
    #[error(transparent)]
    Model(ModelError),
    /// The model's server was unreachable or failed all requests for too long.
    #[error("{0}; the server has been unavailable for too long")]
    Outage(ModelError),
    /// A limit refused or ended the call.
    #[error(transparent)]
    Refused(LimitReached),
    /// The call was cancelled.
    #[error("the call was cancelled")]
    Cancelled,
    /// The observer could not record the call, so it was not made.
    #[error("can't record the call, so it was not made: {0}")]
    NotRecorded(NotRecorded),
    /// An invalid operation on the ledger, which is a bug of the caller.
    #[error("internal error: {0}")]
    Ledger(LedgerError),
}

impl FailureKind {
    /// Returns a stable code for journals and machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Model(error) => error.kind.code(),
            Self::Outage(_) => "provider_outage",
            Self::Refused(limit) => limit.name(),
            Self::Cancelled => "cancelled",
            Self::NotRecorded(_) => "not_recorded",
            Self::Ledger(error) => error.code(),
        }
    }

    /// Returns a hint at how to fix the failure of a call, if there is one.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Model(error) | Self::Outage(error) => error.hint.as_deref(),
            Self::Refused(limit) => Some(limit.hint()),
            Self::Cancelled | Self::NotRecorded(_) | Self::Ledger(_) => None,
        }
    }
}
