//! Queries of the ledger: spent, reserved and remaining amounts.

use rlm_model::{Money, Tokens};

use super::grant::Grant;
use super::{GrantId, Ledger, LedgerError, Overrun, Remaining};
use crate::{Amount, LimitReached, Limits, Spend};

impl Ledger {
    /// Returns the budget of a run that is neither spent nor reserved.
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if there is no such grant.
    pub fn remaining(&self, grant: GrantId) -> Result<Remaining, LedgerError> {
        let run = self.grant(grant)?;
        let left = run.queue.left();
        Ok(Remaining {
            steps: self.steps_of(grant).saturating_sub(run.steps),
            retries: self.retries,
            calls: left.calls,
            tokens: left.tokens.map(Tokens),
            subcall_tokens: left.subcall.map(Tokens),
            input_tokens: left.input.map(Tokens),
            output_tokens: left.output.map(Tokens),
            cost: left.cost.map(Money),
            seconds: self
                .limits
                .duration()
                .map(|limit| limit.saturating_sub(self.elapsed).as_secs()),
        })
    }

    /// Returns `true` if a call of this amount would be granted if it were requested now.
    #[must_use]
    pub fn can_pay(&self, grant: GrantId, amount: &Amount) -> bool {
        let is_free = matches!(self.refused_outright(grant, amount), Ok(None));
        let load = Self::subcall_tokens(grant, amount.calls).load_of(&amount.as_spend());
        let has_room = |run: &Grant| run.queue.left().has_room_for(load);
        is_free && self.grant(grant).is_ok_and(has_room)
    }

    /// Returns the spending of the whole tree.
    #[must_use]
    pub fn spent(&self) -> Spend {
        self.grants
            .iter()
            .fold(Spend::default(), |sum, run| sum.plus(run.spent))
    }

    /// Returns the spending of a run and of the child runs under it.
    #[must_use]
    pub fn spent_by(&self, grant: GrantId) -> Spend {
        let within = |(index, run): (usize, &Grant)| self.is_within(GrantId::at(index), grant).then_some(run.spent);
        self.grants
            .iter()
            .enumerate()
            .filter_map(within)
            .fold(Spend::default(), Spend::plus)
    }

    /// Returns the part of [`spent`](Self::spent) that is the reservations of attempts that may not
    /// have been charged.
    #[must_use]
    pub fn doubtful(&self) -> Spend {
        self.grants
            .iter()
            .fold(Spend::default(), |sum, run| sum.plus(run.doubtful))
    }

    /// Returns the amount that the unsettled calls of a run hold, including its child runs.
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if there is no such grant.
    pub fn reserved(&self, grant: GrantId) -> Result<Spend, LedgerError> {
        Ok(self.grant(grant)?.queue.reserved())
    }

    /// Returns the calls that exceeded their reservations, in the order in which they settled.
    #[must_use]
    pub fn overruns(&self) -> &[Overrun] {
        &self.overruns
    }

    /// Returns the reason why no more calls are issued in the whole tree, if there is one.
    #[must_use]
    pub const fn stopped(&self) -> Option<&LimitReached> {
        self.stopped.as_ref()
    }

    /// Returns the limits of the tree.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns `true` if `run` is `top` or one of its descendants.
    fn is_within(&self, run: GrantId, top: GrantId) -> bool {
        let parent = |run: &GrantId| self.grants.get(run.index())?.parent.as_ref().map(|parent| parent.grant);
        std::iter::successors(Some(run), parent).any(|above| above == top)
    }
}
