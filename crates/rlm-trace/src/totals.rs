//! The totals of a run: its turns, calls, tokens, cost and time.

use rlm_model::{Cost, Money, Tokens, Usage};
use serde::{Deserialize, Serialize};

use crate::Millis;

/// The totals of a run, including its child runs.
///
/// ```
/// # use rlm_trace::{RecordedRun, Totals};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let totals = Totals::of(&RecordedRun::read(journal)?.records);
/// assert_eq!((totals.turns, totals.root.calls, totals.sub.calls), (2, 2, 6));
/// assert!(totals.usage().total() > totals.sub.usage.total());
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The number of turns of the root run.
    pub turns: u32,
    /// The number of turns of child runs.
    #[serde(default)]
    pub child_turns: u32,
    /// The totals of calls of root models, child runs' included.
    pub root: CallTotals,
    /// The totals of calls of sub-models by programs.
    pub sub: CallTotals,
    /// The number of host requests of programs other than model calls, such as searches.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub host_requests: u64,
    /// The number of failed attempts at model calls, whether or not a retry succeeded.
    #[serde(default)]
    pub failed_attempts: u64,
    /// The calls that were issued but never settled, with their reservations.
    #[serde(default)]
    pub in_doubt: InDoubt,
    /// The time of the run's last event, since its start. `None` if the journal holds no times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<Millis>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The totals of the settled model calls of one class (root or sub).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallTotals {
    /// The number of calls that were settled with a reply or a failure.
    pub calls: u64,
    /// The number of calls that a cache answered, included in `calls`.
    pub cached: u64,
    /// The number of calls that failed, included in `calls`.
    pub failed: u64,
    /// The number of calls that were stopped with their run, included in `calls`. Journals of
    /// earlier releases count them as failed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cancelled: u64,
    /// The number of calls that were never sent, not included in `calls`.
    pub unissued: u64,
    /// The tokens of the calls that no cache answered.
    pub usage: Usage,
    /// The cost of the settled calls.
    pub cost: Cost,
}

/// The totals of calls that were issued but never settled: in flight now, or when the process of
/// the run ended. Their usage is unknown, so their full reservation counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InDoubt {
    /// The number of calls in doubt.
    pub calls: u64,
    /// The tokens reserved for the input and output of the calls in doubt.
    pub tokens: Tokens,
    /// The cost reserved for the calls in doubt.
    pub cost: Cost,
}

impl Totals {
    /// Returns the number of settled calls of all classes, including those that a cache answered.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.root.calls.saturating_add(self.sub.calls)
    }

    /// Returns the tokens of all settled calls that no cache answered.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let mut usage = self.root.usage;
        usage.add(&self.sub.usage);
        usage
    }

    /// Returns the cost of all settled calls.
    #[must_use]
    pub const fn cost(&self) -> Cost {
        self.root.cost.plus(self.sub.cost)
    }

    /// Returns an upper bound of the cost: the cost of all settled calls and the reservations of
    /// calls in doubt.
    #[must_use]
    pub const fn cost_at_most(&self) -> Cost {
        self.cost().plus(self.in_doubt.cost)
    }
}

impl CallTotals {
    const NONE: Self = Self {
        calls: 0,
        cached: 0,
        failed: 0,
        cancelled: 0,
        unissued: 0,
        usage: NO_USAGE,
        cost: Cost::Known(Money::ZERO),
    };
}

impl InDoubt {
    const NONE: Self = Self {
        calls: 0,
        tokens: Tokens(0),
        cost: Cost::Known(Money::ZERO),
    };
}

const NO_USAGE: Usage = Usage {
    cache_written: Tokens(0),
    input: Tokens(0),
    cached_input: Tokens(0),
    output: Tokens(0),
    reasoning: Tokens(0),
    reported_cost: None,
    estimated: false,
};

impl Default for Totals {
    fn default() -> Self {
        Self {
            turns: 0,
            child_turns: 0,
            root: CallTotals::NONE,
            sub: CallTotals::NONE,
            host_requests: 0,
            failed_attempts: 0,
            in_doubt: InDoubt::NONE,
            elapsed: None,
        }
    }
}

impl Default for CallTotals {
    fn default() -> Self {
        Self::NONE
    }
}

impl Default for InDoubt {
    fn default() -> Self {
        Self::NONE
    }
}
