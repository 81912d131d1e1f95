//! The errors of the ledger.

use rlm_model::CallId;

use super::GrantId;

/// An operation that is invalid in the state of the ledger. This is a bug of the caller, not a
/// reached limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The grant does not exist, waits for its reservation, or is closed.
    #[error("grant {grant} is not open; reserve only while it is open")]
    UnknownGrant {
        /// The grant that is not open.
        grant: GrantId,
    },
    /// The call is not in flight, or is unknown.
    #[error("call {id} is not in flight; settle each granted call once")]
    UnknownCall {
        /// The id of the call.
        id: CallId,
    },
    /// The call already has a reservation.
    #[error("call {id} already has a reservation; call ids must be unique")]
    DuplicateCall {
        /// The id of the call.
        id: CallId,
    },
    /// The run can't be closed because it has unsettled calls.
    #[error("grant {grant} has {calls} unsettled calls; settle or cancel them before closing it")]
    Unsettled {
        /// The grant of the run.
        grant: GrantId,
        /// The number of unsettled calls.
        calls: usize,
    },
}

impl LedgerError {
    /// Returns a stable code for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownGrant { .. } => "grant_not_open",
            Self::UnknownCall { .. } => "call_not_in_flight",
            Self::DuplicateCall { .. } => "call_reserved_twice",
            Self::Unsettled { .. } => "grant_unsettled",
        }
    }
}
