//! The arguments and results of the ledger's operations.

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

/// The percentage of its parent's initial grant that a child run gets.
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
    /// The whole initial grant of the parent.
    pub const WHOLE: Self = Self(100);

    /// Creates a share of 0 to 100 percent. Higher values count as 100.
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

/// The decision about a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The call may be issued.
    Granted,
    /// The call may be issued with a shorter reply than requested; this amount is reserved.
    Shortened(Amount),
    /// The amount does not fit beside those of earlier calls. The decision is made when these
    /// settle.
    Waits,
    /// The call may not be issued.
    Refused(LimitReached),
}

/// A call and the decision about its reservation.
pub type Decided = (CallId, Decision);

/// The result of a request for a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Reserved {
    /// The decision about the call.
    pub decision: Decision,
    /// Decisions about other calls that were waiting because of this call's announcement, in the
    /// order of their ids.
    pub others: Vec<Decided>,
}

impl Reserved {
    /// Splits decisions into the one about `id` and the others. If none is about `id`, the call
    /// waits.
    pub(super) fn split(id: &CallId, decided: Vec<Decided>) -> Self {
        let (own, others): (Vec<_>, Vec<_>) = decided.into_iter().partition(|(decided, _)| decided == id);
        let decision = own.into_iter().next().map_or(Decision::Waits, |(_, decision)| decision);
        Self { decision, others }
    }
}

/// The spending of a failed attempt, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailedAttempt {
    /// The attempt was charged and used this amount.
    Used(Spend),
    /// The attempt may have been charged, so it counts with its reservation.
    Unknown,
}

/// The result of a request for the grant of a child run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Opening {
    /// The child's grant, which is open once the reservation is granted.
    pub grant: GrantId,
    /// The decision about the grant.
    pub decision: Decision,
    /// Decisions about other calls, in the order of their ids.
    pub others: Vec<Decided>,
}

/// The result of settling a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Settlement {
    /// Decisions about waiting calls, in the order of their ids within each grant.
    pub decided: Vec<Decided>,
    /// The overrun of the call, if it exceeded its reservation.
    pub overrun: Option<Overrun>,
    /// The total spending of the call, including failed attempts.
    pub spent: Spend,
    /// The part of `spent` that is the reservations of attempts that may not have been charged.
    pub doubtful: Spend,
}

/// The remaining budget of a run, without reserved amounts. `None` means unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// The remaining turns of this run.
    pub steps: u32,
    /// The remaining retries of the tree.
    pub retries: u32,
    /// The remaining sub-calls.
    pub calls: u64,
    /// The remaining input and output tokens.
    pub tokens: Option<Tokens>,
    /// The remaining tokens of sub-calls and child runs.
    #[serde(default)]
    pub subcall_tokens: Option<Tokens>,
    /// The remaining input tokens.
    #[serde(default)]
    pub input_tokens: Option<Tokens>,
    /// The remaining output tokens.
    #[serde(default)]
    pub output_tokens: Option<Tokens>,
    /// The remaining money.
    pub cost: Option<Money>,
    /// The remaining time in whole seconds.
    pub seconds: Option<u64>,
}

/// A call that exceeded its reservation: its provider ignored the output limit, counted more tokens
/// than any tokenizer can produce, or charged more than its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrun {
    /// The id of the call.
    pub call: CallId,
    /// The reserved amount.
    pub reserved: Spend,
    /// The actual spending.
    pub spent: Spend,
}

impl Overrun {
    pub(super) fn of(call: &CallId, reserved: Spend, spent: Spend, limits: &Limits) -> Option<Self> {
        // A reservation of unknown cost sets no bound for the cost.
        let dearer = match reserved.total_cost() {
            Cost::Known(cost) => spent.cost > cost,
            Cost::Unknown => false,
        };
        let longer = limits.output_tokens.is_some() && spent.output_tokens > reserved.output_tokens;
        let larger = limits.input_tokens.is_some() && spent.input_tokens > reserved.input_tokens;
        (dearer || longer || larger || spent.tokens() > reserved.tokens()).then(|| Self {
            call: call.clone(),
            reserved,
            spent,
        })
    }

    /// Returns the reason to issue no more calls, if the exceeded amount is limited.
    pub(super) fn reason(&self, limits: &Limits) -> Option<LimitReached> {
        let limits_tokens = limits.tokens.is_some() || limits.subcall_tokens.is_some();
        let tokens = limits_tokens && self.spent.tokens() > self.reserved.tokens();
        let output = limits.output_tokens.is_some() && self.spent.output_tokens > self.reserved.output_tokens;
        let input = limits.input_tokens.is_some() && self.spent.input_tokens > self.reserved.input_tokens;
        let cost = limits.cost.is_some() && self.spent.cost > self.reserved.cost;
        (tokens || input || output || cost).then(|| LimitReached::ReservationOverrun {
            call: self.call.clone(),
            reserved_tokens: self.reserved.tokens(),
            spent_tokens: self.spent.tokens(),
            reserved_cost: self.reserved.cost,
            spent_cost: self.spent.cost,
        })
    }
}
