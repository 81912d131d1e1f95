//! One run's part of the book.

use rlm_model::CallId;

use super::GrantId;
use super::queue::{Allowance, Queue};
use crate::Spend;
use crate::amount::SubcallTokens;

/// What one run may use and has used.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) parent: Option<Parent>,
    /// How many runs stand above.
    pub(super) depth: u32,
    pub(super) state: GrantState,
    /// The turns that were taken.
    pub(super) steps: u32,
    /// What the calls of this run spent, those of child runs left out.
    pub(super) spent: Spend,
    /// The part of `spent` that stands for attempts of which nobody knows whether they were charged.
    pub(super) doubtful: Spend,
    pub(super) queue: Queue,
}

/// The call that starts a child run, and the grant in which it stands.
#[derive(Debug, Clone)]
pub(super) struct Parent {
    pub(super) grant: GrantId,
    pub(super) call: CallId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantState {
    /// Its reservation in the parent's grant is not decided.
    Waiting,
    Open,
    Closed,
}

impl Grant {
    /// Makes the grant of the root run, open at once, or that of a child run, which waits for its reservation.
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

    /// Opens the grant of a child run, the start of which is a sub-call.
    pub(super) fn begin(&mut self) {
        self.state = GrantState::Open;
        self.count(&Spend::calls_only(1), &Spend::default(), SubcallTokens::All);
    }

    /// Counts what a call of this run spent, and how much of it is doubtful.
    pub(super) fn count(&mut self, spent: &Spend, doubtful: &Spend, subcall: SubcallTokens) {
        self.queue.add_settled(spent, subcall);
        self.spent = self.spent.plus(*spent);
        self.doubtful = self.doubtful.plus(*doubtful);
    }
}
