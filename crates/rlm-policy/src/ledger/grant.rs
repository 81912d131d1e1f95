//! The grant of a run within the ledger.

use rlm_model::CallId;

use super::GrantId;
use super::queue::{Allowance, Queue};
use crate::Spend;
use crate::amount::SubcallTokens;

/// The budget and the spending of a run.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) parent: Option<Parent>,
    /// The number of ancestors of the run.
    pub(super) depth: u32,
    pub(super) state: GrantState,
    /// The number of turns so far.
    pub(super) steps: u32,
    /// The spending of this run's calls, without those of child runs.
    pub(super) spent: Spend,
    /// The part of `spent` that is the reservations of attempts that may not have been charged.
    pub(super) doubtful: Spend,
    pub(super) queue: Queue,
}

/// The call that starts a child run, and the grant to which it belongs.
#[derive(Debug, Clone)]
pub(super) struct Parent {
    pub(super) grant: GrantId,
    pub(super) call: CallId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantState {
    /// The reservation in the parent's grant is undecided.
    Waiting,
    Open,
    Closed,
}

impl Grant {
    /// Creates the grant of the root run, which is open, or that of a child run, which waits for
    /// its reservation.
    pub(super) fn new(parent: Option<Parent>, depth: u32, allowance: Allowance) -> Self {
        let state = match parent {
            None => GrantState::Open,
            Some(_) => GrantState::Waiting,
        };
        Self {
            parent,
            depth,
            state,
            steps: 0,
            spent: Spend::default(),
            doubtful: Spend::default(),
            queue: Queue::new(allowance),
        }
    }

    /// Opens the grant of a child run, and counts its start as a sub-call.
    pub(super) fn begin(&mut self) {
        self.state = GrantState::Open;
        self.count(&Spend::calls_only(1), &Spend::default(), SubcallTokens::All);
    }

    /// Counts the spending of a call of this run, and the part of it that is only estimated because
    /// the provider reported no usage.
    pub(super) fn count(&mut self, spent: &Spend, doubtful: &Spend, subcall: SubcallTokens) {
        self.queue.add_settled(spent, subcall);
        self.spent = self.spent.plus(*spent);
        self.doubtful = self.doubtful.plus(*doubtful);
    }
}
