//! A book can only be kept in order.

use rlm_model::CallId;

use super::GrantId;

/// The ledger was asked for something that does not fit its state. This is a fault of the caller, not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The grant does not exist, is not granted yet, or is closed.
    #[error("grant {grant} is not open; reserve only between its grant and its close")]
    UnknownGrant {
        /// The grant.
        grant: GrantId,
    },
    /// The call is not one that this can be done to now.
    #[error("call {id} is not in flight; settle each granted call once")]
    UnknownCall {
        /// The call.
        id: CallId,
    },
    /// The call has a reservation already.
    #[error("call {id} has a reservation already; every call needs an id of its own")]
    DuplicateCall {
        /// The call.
        id: CallId,
    },
    /// The run can't be closed yet.
    #[error("grant {grant} has {calls} unsettled calls; settle or cancel them before it is closed")]
    Unsettled {
        /// The grant.
        grant: GrantId,
        /// How many calls are unsettled.
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
