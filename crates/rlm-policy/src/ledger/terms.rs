//! What the ledger is asked with and answers with.

use std::fmt;

use rlm_model::{CallId, Cost, Money, Tokens};
use serde::{Deserialize, Serialize};

use crate::{Amount, LimitReached, Limits, Spend};

/// The number of a grant within its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GrantId(u32);

impl GrantId {
    /// The grant of the root run.
    pub const ROOT: Self = Self(0);

    pub(super) fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The part of its parent's initial grant that a child run gets, in percent.
///
/// ```
/// use rlm_policy::Share;
///
/// assert_eq!(Share::percent(120), Share::WHOLE, "nobody is given more than there is");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share(u8);

impl Share {
    /// Everything that the parent was given.
    pub const WHOLE: Self = Self(100);

    /// Makes a share of 0 to 100 percent; more than that is taken for 100.
    #[must_use]
    pub const fn percent(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// Returns this share of `whole`, rounded down.
    pub(super) fn of(self, whole: u64) -> u64 {
        let part = u128::from(whole).saturating_mul(u128::from(self.0)) / 100;
        u64::try_from(part).unwrap_or(u64::MAX)
    }
}

/// What to do with a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The call may be issued.
    Granted,
    /// The call may be issued with a shorter reply than was asked for: this amount is reserved.
    Shortened(Amount),
    /// Not enough is left beside what earlier calls may still use; settling them decides.
    Waits,
    /// The call may not be issued.
    Refused(LimitReached),
}

/// A call, and what became of its reservation.
pub type Decided = (CallId, Decision);

/// The answer to a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Reserved {
    /// The decision about the call itself.
    pub decision: Decision,
    /// Decisions about other calls that this one held up by its announcement, in call order.
    pub others: Vec<Decided>,
}

impl Reserved {
    /// Picks the decision about `id` out of all that were made; none means that it waits.
    pub(super) fn split(id: &CallId, decided: Vec<Decided>) -> Self {
        let (own, others): (Vec<_>, Vec<_>) = decided.into_iter().partition(|(decided, _)| decided == id);
        let decision = own.into_iter().next().map_or(Decision::Waits, |(_, decision)| decision);
        Self { decision, others }
    }
}

/// What is known of an attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailedAttempt {
    /// It was charged, and this is what it used.
    Used(Spend),
    /// It may have been charged; it counts at its reservation.
    Unknown,
}

/// The answer to a reservation for a child run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Opening {
    /// The child's grant; open once the reservation is granted.
    pub grant: GrantId,
    /// The decision about it.
    pub decision: Decision,
    /// Decisions about other calls, in call order.
    pub others: Vec<Decided>,
}

/// What settling a call brought about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Settlement {
    /// Decisions about waiting calls, in call order within each grant.
    pub decided: Vec<Decided>,
    /// The call's overrun, where it used more than was reserved.
    pub overrun: Option<Overrun>,
    /// What the call spent in all, failed attempts included.
    pub spent: Spend,
    /// The part of `spent` that stands for attempts of which nobody knows whether they were charged.
    pub doubtful: Spend,
}

/// What a run may still use beside what is reserved. `None` stands for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// The turns of this run.
    pub steps: u32,
    /// The retries of the tree.
    pub retries: u32,
    /// The sub-calls.
    pub calls: u64,
    /// The tokens, input and output together.
    pub tokens: Option<Tokens>,
    /// The tokens of sub-calls and child runs.
    #[serde(default)]
    pub subcall_tokens: Option<Tokens>,
    /// The output tokens.
    #[serde(default)]
    pub output_tokens: Option<Tokens>,
    /// The money.
    pub cost: Option<Money>,
    /// The whole seconds.
    pub seconds: Option<u64>,
}

/// A call used more than was reserved for it: its provider kept neither to the output limit nor to any tokenizer's bound,
/// or charged more than its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrun {
    /// The call.
    pub call: CallId,
    /// What was reserved.
    pub reserved: Spend,
    /// What it used.
    pub spent: Spend,
}

impl Overrun {
    pub(super) fn of(call: &CallId, reserved: Spend, spent: Spend, limits: &Limits) -> Option<Self> {
        // A reservation of unknown cost bounds no cost.
        let dearer = match reserved.total_cost() {
            Cost::Known(cost) => spent.cost > cost,
            Cost::Unknown => false,
        };
        let longer = limits.output_tokens.is_some() && spent.output_tokens > reserved.output_tokens;
        (dearer || longer || spent.tokens() > reserved.tokens()).then(|| Self {
            call: call.clone(),
            reserved,
            spent,
        })
    }

    /// Returns why nothing more may be issued, where what was overrun is limited.
    pub(super) fn reason(&self, limits: &Limits) -> Option<LimitReached> {
        let limits_tokens = limits.tokens.is_some() || limits.subcall_tokens.is_some();
        let tokens = limits_tokens && self.spent.tokens() > self.reserved.tokens();
        let output = limits.output_tokens.is_some() && self.spent.output_tokens > self.reserved.output_tokens;
        let cost = limits.cost.is_some() && self.spent.cost > self.reserved.cost;
        (tokens || output || cost).then(|| LimitReached::ReservationOverrun {
            call: self.call.clone(),
            reserved_tokens: self.reserved.tokens(),
            spent_tokens: self.spent.tokens(),
            reserved_cost: self.reserved.cost,
            spent_cost: self.spent.cost,
        })
    }
}
