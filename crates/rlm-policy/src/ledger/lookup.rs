//! Lookup of grants and unsettled calls.

use rlm_model::CallId;

use super::grant::{Grant, GrantState};
use super::{Entry, GrantId, Ledger, LedgerError};

impl Ledger {
    pub(super) fn entry(&self, id: &CallId) -> Result<Entry, LedgerError> {
        let unknown = || LedgerError::UnknownCall { id: id.clone() };
        self.calls.get(id).copied().ok_or_else(unknown)
    }

    /// Returns the grant of a call in flight that does not start a child run.
    pub(super) fn in_flight(&self, id: &CallId) -> Result<GrantId, LedgerError> {
        let entry = self.entry(id)?;
        let flies = entry.opens.is_none() && self.grant(entry.grant)?.queue.is_in_flight(id);
        flies
            .then_some(entry.grant)
            .ok_or_else(|| LedgerError::UnknownCall { id: id.clone() })
    }

    pub(super) fn grant(&self, grant: GrantId) -> Result<&Grant, LedgerError> {
        self.grants
            .get(grant.index())
            .ok_or(LedgerError::UnknownGrant { grant })
    }

    pub(super) fn grant_mut(&mut self, grant: GrantId) -> Result<&mut Grant, LedgerError> {
        self.grants
            .get_mut(grant.index())
            .ok_or(LedgerError::UnknownGrant { grant })
    }

    pub(super) fn open_grant(&mut self, grant: GrantId) -> Result<&mut Grant, LedgerError> {
        let run = self.grant_mut(grant)?;
        match run.state {
            GrantState::Open => Ok(run),
            GrantState::Waiting | GrantState::Closed => Err(LedgerError::UnknownGrant { grant }),
        }
    }
}
