//! The grants of child runs. They are opened as a reservation in the parent's grant, and return the
//! unspent rest when they are closed.

use rlm_model::CallId;

use super::grant::{Grant, GrantState, Parent};
use super::{Decided, Decision, GrantId, Ledger, LedgerError, Opening, Reserved, Share};
use crate::amount::SubcallTokens;

impl Ledger {
    /// Requests the grant of a child run that the call `id` starts: `share` of the parent's initial
    /// grant. Starting a run counts as a sub-call, which the share pays. The share has enough calls
    /// for a chain of runs down to the last level.
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if the parent's grant is not open,
    /// [`LedgerError::DuplicateCall`] if the call already requested a reservation.
    pub fn open(&mut self, parent: GrantId, id: &CallId, share: Share) -> Result<Opening, LedgerError> {
        let parent_run = self.open_grant(parent)?;
        let (depth, initial) = (parent_run.depth.saturating_add(1), parent_run.queue.allowance());
        // One call each for its start and for the start of each run below it in a chain, including
        // a plain call at the end.
        let least = u64::from(self.limits.depth.saturating_sub(depth)).saturating_add(1);
        let calls = share.of(initial.calls).max(least.min(initial.calls)).max(1);
        let allowance = initial.share(share, calls);
        let child = GrantId::at(self.grants.len());
        self.enter(parent, id, Some(child))?;
        let link = Parent {
            grant: parent,
            call: id.clone(),
        };
        self.grants.push(Grant::new(Some(link), depth, allowance));
        // The calls of a child run are one level below it.
        let level = depth.saturating_add(1);
        let refused = self.stopped.clone().or_else(|| self.too_deep(level));
        let reserved = match refused {
            Some(reason) => Reserved {
                decision: Decision::Refused(reason),
                others: self.withdraw(parent, id)?.decided,
            },
            None => {
                let subcall = SubcallTokens::OfChild {
                    subcall: allowance.subcall.unwrap_or_default(),
                    input: allowance.input.unwrap_or_default(),
                };
                self.request(parent, id, allowance.as_amount().into(), subcall)?
            }
        };
        if let Decision::Refused(_) = reserved.decision {
            self.grant_mut(child)?.state = GrantState::Closed;
        }
        Ok(Opening {
            grant: child,
            decision: reserved.decision,
            others: reserved.others,
        })
    }

    /// Closes a child run. The unspent rest returns to its parent. Returns the decisions that
    /// become possible.
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if the grant is not that of a child run, or is not open.
    /// [`LedgerError::Unsettled`] if it has unsettled calls.
    pub fn close(&mut self, grant: GrantId) -> Result<Vec<Decided>, LedgerError> {
        let unsettled = self.open_grant(grant)?.queue.unsettled();
        if unsettled > 0 {
            return Err(LedgerError::Unsettled {
                grant,
                calls: unsettled,
            });
        }
        let Some(parent) = self.grant(grant)?.parent.clone() else {
            return Err(LedgerError::UnknownGrant { grant });
        };
        let spent = self.spent_by(grant);
        self.grant_mut(grant)?.state = GrantState::Closed;
        self.calls.remove(&parent.call);
        let queue = &mut self.grant_mut(parent.grant)?.queue;
        let _ = queue.release(&parent.call);
        queue.add_settled(&spent, SubcallTokens::All);
        self.decide(parent.grant)
    }
}
