//! How a call ended.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::{Cost, ModelError, Reply};
use rlm_policy::{LedgerError, LimitReached, Overrun, Remaining, Spend};

use crate::NotRecorded;

/// Where a reply came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The model, asked for this call.
    Model,
    /// The cache.
    Cache,
    /// An equal call, which was on its way or, where equal calls of a run are one, answered before.
    Joined,
}

/// A call that was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The reply.
    pub reply: Arc<Reply>,
    /// Where it came from.
    pub source: Source,
    /// The attempts that were made for this call: none for a reply from the cache.
    pub attempts: u32,
    /// The time from the call to its last attempt that no attempt was under way: for its budget, for rates and slots, and between
    /// attempts.
    pub waited: Duration,
    /// What the reply cost; nothing if no provider was asked for this call.
    pub cost: Cost,
    /// What is counted for the call in the ledger, failed attempts included.
    pub spent: Spend,
    /// The part of `spent` that stands for attempts of which nobody knows whether they were charged.
    pub doubtful: Spend,
    /// What the run may still use beside what is reserved.
    pub left: Option<Remaining>,
    /// Set if more was used than was reserved.
    pub overrun: Option<Overrun>,
    /// The time from the call to its end, waiting included.
    pub elapsed: Duration,
}

impl Settled {
    /// Returns whether the reply was there without asking a provider for this call.
    #[must_use]
    pub const fn is_cached(&self) -> bool {
        match self.source {
            Source::Cache | Source::Joined => true,
            Source::Model => false,
        }
    }
}

/// A call that was not answered.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct CallFailure {
    /// Why.
    #[source]
    pub kind: FailureKind,
    /// The attempts that were made.
    pub attempts: u32,
    /// What is counted for the call in the ledger.
    pub spent: Spend,
    /// The time from the call to its end, waiting included.
    pub elapsed: Duration,
}

/// Why a call was not answered.
#[derive(Debug, thiserror::Error)]
pub enum FailureKind {
    /// The model failed for good, or once too often.
    #[error(transparent)]
    Model(ModelError),
    /// The model's server could not be reached, or failed at everything, for too long.
    #[error("{0}; its server has been out for too long")]
    Outage(ModelError),
    /// A limit refused it, or ended it.
    #[error(transparent)]
    Refused(LimitReached),
    /// Somebody stopped it.
    #[error("the call was cancelled")]
    Cancelled,
    /// It could not be recorded, so it was not made.
    #[error("the call could not be recorded, so it was not made: {0}")]
    NotRecorded(NotRecorded),
    /// The ledger was asked for something impossible: a fault of the caller.
    #[error("a fault of rlm: {0}")]
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

    /// Returns what to do about it, where anything can be done.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Model(error) | Self::Outage(error) => error.hint.as_deref(),
            Self::Refused(limit) => Some(limit.hint()),
            Self::Cancelled | Self::NotRecorded(_) | Self::Ledger(_) => None,
        }
    }
}
