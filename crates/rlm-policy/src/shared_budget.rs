//! A budget that several runs share.

use rlm_model::{Money, Tokens};

use crate::{LimitReached, Limits, Spend};

/// A budget of money and tokens that several runs share.
///
/// A run takes a slice when it starts and returns the rest when it ends. The slice becomes the
/// run's limits, which its journal records. So a run is independent of the others and can be
/// replayed on its own. The slices in use never exceed the budget, so it can't be overspent.
///
/// ```
/// use rlm_model::Money;
/// use rlm_policy::{BudgetSlice, Limits, SharedBudget, Spend};
///
/// let dollar = BudgetSlice { cost: Some(Money(1_000_000)), ..BudgetSlice::default() };
/// let mut budget = SharedBudget::new(dollar);
/// let first = budget.take(2)?;
/// let second = budget.take(1)?;
/// assert_eq!((first.cost, second.cost), (Some(Money(500_000)), Some(Money(500_000))));
/// assert!(budget.take(1).is_err(), "all of it is out");
/// budget.put_back(first, Spend { cost: Money(100_000), ..Spend::default() });
/// assert_eq!(budget.take(1)?.within(&Limits::default()).cost, Some(Money(400_000)));
/// # Ok::<(), rlm_policy::BudgetExhausted>(())
/// ```
///
/// ```
/// use rlm_model::Tokens;
/// use rlm_policy::{BudgetSlice, Limits, SharedBudget, Spend};
///
/// let mut budget = SharedBudget::new(BudgetSlice { tokens: Some(Tokens(900)), ..BudgetSlice::default() });
/// let (first, second) = (budget.take(3)?, budget.take(2)?); // two of three runs
/// assert_eq!((first.tokens, second.tokens), (Some(Tokens(300)), Some(Tokens(300))));
/// assert_eq!(first.within(&Limits::default()).tokens, Some(Tokens(300)));
///
/// // The first used little; the third has what it left, too.
/// budget.put_back(first, Spend { input_tokens: Tokens(40), ..Spend::default() });
/// assert_eq!(budget.take(1)?.tokens, Some(Tokens(560)));
/// assert!(budget.take(1).is_err());
/// # Ok::<(), rlm_policy::BudgetExhausted>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SharedBudget {
    whole: BudgetSlice,
    spent: Spend,
    /// The sum of the slices that running runs have taken and not returned.
    out: [u64; AMOUNTS],
}

/// The slice of a shared budget for a single run, or the whole budget. `None` means unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use = "a slice must be returned with the amounts spent"]
pub struct BudgetSlice {
    /// The maximum cost.
    pub cost: Option<Money>,
    /// The maximum number of input and output tokens together.
    pub tokens: Option<Tokens>,
    /// The maximum number of input tokens.
    pub input_tokens: Option<Tokens>,
    /// The maximum number of output tokens.
    pub output_tokens: Option<Tokens>,
}

/// The number of amounts that a budget can limit. Arrays hold them in the order of the fields of
/// [`BudgetSlice`].
const AMOUNTS: usize = 4;

/// The errors for each amount of which nothing is left, given the limit and what is used.
const EXHAUSTED: [fn(u64, u64) -> BudgetExhausted; AMOUNTS] = [
    |limit, spent| BudgetExhausted::Cost {
        limit: Money(limit),
        spent: Money(spent),
        wanted: Money::ZERO,
    },
    |limit, spent| BudgetExhausted::Tokens {
        limit: Tokens(limit),
        spent: Tokens(spent),
        wanted: Tokens(0),
    },
    |limit, spent| BudgetExhausted::InputTokens {
        limit: Tokens(limit),
        spent: Tokens(spent),
        wanted: Tokens(0),
    },
    |limit, spent| BudgetExhausted::OutputTokens {
        limit: Tokens(limit),
        spent: Tokens(spent),
        wanted: Tokens(0),
    },
];

/// The error for a shared budget that is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BudgetExhausted {
    /// No money is left.
    #[error("{} of {limit} is spent{}", spent.rounded_up(), next_call("cost", wanted.rounded_up(), Money::ZERO))]
    Cost {
        /// The cost limit of the shared budget.
        limit: Money,
        /// The money that is spent or held by other runs.
        spent: Money,
        /// The maximum of the call that was refused; 0 if none was.
        wanted: Money,
    },
    /// No tokens are left.
    #[error("{spent} of {limit} tokens are used{}", next_call("use", *wanted, Tokens(0)))]
    Tokens {
        /// The token limit of the shared budget.
        limit: Tokens,
        /// The tokens that are spent or held by other runs.
        spent: Tokens,
        /// The maximum of the call that was refused; 0 if none was.
        wanted: Tokens,
    },
    /// No input tokens are left.
    #[error("{spent} of {limit} input tokens are used{}", next_call("use", *wanted, Tokens(0)))]
    InputTokens {
        /// The limit of input tokens of the shared budget.
        limit: Tokens,
        /// The input tokens that are spent or held by other runs.
        spent: Tokens,
        /// The maximum of the call that was refused; 0 if none was.
        wanted: Tokens,
    },
    /// No output tokens are left.
    #[error("{spent} of {limit} output tokens are used{}", next_call("use", *wanted, Tokens(0)))]
    OutputTokens {
        /// The limit of output tokens of the shared budget.
        limit: Tokens,
        /// The output tokens that are spent or held by other runs.
        spent: Tokens,
        /// The maximum of the call that was refused; 0 if none was.
        wanted: Tokens,
    },
    /// The price of some calls is unknown.
    #[error("an unknown part of {limit} is spent ({calls} calls without a known price)")]
    Unknown {
        /// The cost limit of the shared budget.
        limit: Money,
        /// The number of calls without a known price.
        calls: u64,
    },
}

/// Returns a clause about the maximum of a call that was refused, if one was.
fn next_call<T: PartialEq + std::fmt::Display>(verb: &str, wanted: T, nothing: T) -> String {
    if wanted == nothing {
        return String::new();
    }
    format!(", and the next call may {verb} up to {wanted} more")
}

impl BudgetExhausted {
    /// Returns the limit that was reached.
    #[must_use]
    pub const fn limit(self) -> LimitReached {
        match self {
            Self::Cost { limit, spent, wanted } => LimitReached::CostExceeded {
                limit,
                spent,
                wanted,
                kept: Money::ZERO,
            },
            Self::Tokens { limit, spent, wanted } => LimitReached::MaxTokensExceeded {
                limit,
                spent,
                wanted,
                kept: Tokens(0),
            },
            Self::InputTokens { limit, spent, wanted } => LimitReached::MaxInputTokensExceeded {
                limit,
                spent,
                wanted,
                kept: Tokens(0),
            },
            Self::OutputTokens { limit, spent, wanted } => LimitReached::MaxOutputTokensExceeded {
                limit,
                spent,
                wanted,
                kept: Tokens(0),
            },
            Self::Unknown { limit, .. } => LimitReached::PriceUnknown { limit },
        }
    }
}

impl SharedBudget {
    /// Creates a budget of which nothing is spent.
    #[must_use]
    pub fn new(whole: BudgetSlice) -> Self {
        Self {
            whole,
            ..Self::default()
        }
    }

    /// Adds spending without a slice, such as that of an earlier process.
    pub const fn spend(&mut self, spend: Spend) {
        self.spent = self.spent.plus(spend);
    }

    /// Returns the spending of the runs that have ended.
    #[must_use]
    pub const fn spent(&self) -> Spend {
        self.spent
    }

    /// Takes a slice for one of `among` runs: an equal part of the rest.
    ///
    /// # Errors
    /// [`BudgetExhausted`] if nothing is left, or if the cost so far is unknown.
    pub fn take(&mut self, among: usize) -> Result<BudgetSlice, BudgetExhausted> {
        self.take_at_most(BudgetSlice::default(), among)
    }

    /// Takes the slice of a resumed run again, as far as the budget allows.
    ///
    /// # Errors
    /// The same as those of [`take`](Self::take).
    pub fn take_again(&mut self, given: BudgetSlice) -> Result<BudgetSlice, BudgetExhausted> {
        self.take_at_most(given, 1)
    }

    fn take_at_most(&mut self, most: BudgetSlice, among: usize) -> Result<BudgetSlice, BudgetExhausted> {
        if let (Some(limit), 1..) = (self.whole.cost, self.spent.unpriced) {
            return Err(BudgetExhausted::Unknown {
                limit,
                calls: self.spent.unpriced,
            });
        }
        let among = u64::try_from(among.max(1)).unwrap_or(u64::MAX);
        let Spend {
            cost,
            input_tokens,
            output_tokens,
            ..
        } = self.spent;
        let spent = [cost.0, self.spent.tokens().0, input_tokens.0, output_tokens.0];
        let used = spent
            .into_iter()
            .zip(self.out)
            .map(|(spent, out)| spent.saturating_add(out));
        let limits = self.whole.amounts().into_iter().zip(used).zip(most.amounts());
        let mut slice = [None; AMOUNTS];
        for ((part, ((limit, used), most)), exhausted) in slice.iter_mut().zip(limits).zip(EXHAUSTED) {
            let Some(limit) = limit else { continue };
            let shared = limit.saturating_sub(used).checked_div(among).unwrap_or_default();
            *part = Some(shared.min(most.unwrap_or(shared)));
            if *part == Some(0) {
                return Err(exhausted(limit, used));
            }
        }
        for (out, part) in self.out.iter_mut().zip(slice) {
            *out = out.saturating_add(part.unwrap_or_default());
        }
        Ok(BudgetSlice::of(slice))
    }

    /// Returns the slice of a run that has ended, and adds its spending.
    pub fn put_back(&mut self, slice: BudgetSlice, spent: Spend) {
        for (out, part) in self.out.iter_mut().zip(slice.amounts()) {
            *out = out.saturating_sub(part.unwrap_or_default());
        }
        self.spend(spent);
    }
}

impl BudgetSlice {
    /// Returns the budget of a run with these limits.
    pub const fn whole(limits: &Limits) -> Self {
        Self {
            cost: limits.cost,
            tokens: limits.tokens,
            input_tokens: limits.input_tokens,
            output_tokens: limits.output_tokens,
        }
    }

    fn of([cost, tokens, input, output]: [Option<u64>; AMOUNTS]) -> Self {
        Self {
            cost: cost.map(Money),
            tokens: tokens.map(Tokens),
            input_tokens: input.map(Tokens),
            output_tokens: output.map(Tokens),
        }
    }

    fn amounts(&self) -> [Option<u64>; AMOUNTS] {
        let tokens = [self.tokens, self.input_tokens, self.output_tokens].map(|tokens| Some(tokens?.0));
        let [total, input, output] = tokens;
        [self.cost.map(|cost| cost.0), total, input, output]
    }

    /// Returns `limits` with the cost and tokens reduced to the slice.
    #[must_use]
    pub fn within(&self, limits: &Limits) -> Limits {
        Limits {
            cost: least(self.cost, limits.cost),
            tokens: least(self.tokens, limits.tokens),
            input_tokens: least(self.input_tokens, limits.input_tokens),
            output_tokens: least(self.output_tokens, limits.output_tokens),
            ..limits.clone()
        }
    }
}

/// Returns the lower of two limits. `None` means unlimited.
fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_tokens(tokens: u64) -> BudgetSlice {
        BudgetSlice {
            tokens: Some(Tokens(tokens)),
            ..BudgetSlice::default()
        }
    }

    #[test]
    fn exhausted_shared_budget_is_described() {
        let mut budget = SharedBudget::new(BudgetSlice {
            cost: Some(Money(50_000)),
            ..of_tokens(1_200)
        });
        budget.spend(Spend {
            input_tokens: Tokens(1_300),
            ..Spend::default()
        });
        let said = |budget: &mut SharedBudget| budget.take(1).unwrap_err().to_string();
        assert_eq!(said(&mut budget), "1300 of 1200 tokens are used");
        let mut of_replies = SharedBudget::new(BudgetSlice {
            output_tokens: Some(Tokens(700)),
            ..BudgetSlice::default()
        });
        of_replies.spend(Spend {
            input_tokens: Tokens(9_000),
            output_tokens: Tokens(700),
            ..Spend::default()
        });
        assert_eq!(said(&mut of_replies), "700 of 700 output tokens are used");
        budget.spend(Spend {
            cost: Money(50_000),
            ..Spend::default()
        });
        assert_eq!(said(&mut budget), "$0.05 of $0.05 is spent");
        budget.spend(Spend {
            unpriced: 2,
            ..Spend::default()
        });
        assert_eq!(
            said(&mut budget),
            "an unknown part of $0.05 is spent (2 calls without a known price)"
        );
    }

    #[test]
    fn resumed_run_gets_its_previous_budget_slice() {
        let mut budget = SharedBudget::new(of_tokens(1_000));
        assert_eq!(budget.take_again(of_tokens(300)), Ok(of_tokens(300)));
        assert_eq!(
            budget.take_again(of_tokens(900)),
            Ok(of_tokens(700)),
            "no more than is left"
        );
        assert!(budget.take_again(of_tokens(1)).is_err());
        let mut small = SharedBudget::new(of_tokens(9));
        assert_eq!(small.take_again(BudgetSlice::default()), Ok(of_tokens(9)));
    }

    proptest! {
        #[test]
        fn runs_within_their_slices_stay_within_the_shared_budget(
            limit in 0_u64..10_000, replies in 0_u64..10_000, steps in prop::collection::vec((any::<bool>(), 1_usize..8, 0_u64..=100), 0..60),
        ) {
            let output_tokens = Some(Tokens(replies));
            let mut budget = SharedBudget::new(BudgetSlice { output_tokens, ..of_tokens(limit) });
            let mut out: Vec<BudgetSlice> = Vec::new();
            for (takes, among, percent) in steps {
                if takes {
                    out.extend(budget.take(among));
                } else if let Some(slice) = out.pop() {
                    let output = slice.output_tokens.unwrap_or_default().min(slice.tokens.unwrap_or_default()).0 * percent / 100;
                    let input = (slice.tokens.unwrap_or_default().0 - output) * percent / 100;
                    let (input_tokens, output_tokens) = (Tokens(input), Tokens(output));
                    budget.put_back(slice, Spend { input_tokens, output_tokens, ..Spend::default() });
                }
                let promised: u64 = out.iter().map(|slice| slice.tokens.unwrap_or_default().0).sum();
                prop_assert!(budget.spent().tokens().0 + promised <= limit);
                let promised: u64 = out.iter().map(|slice| slice.output_tokens.unwrap_or_default().0).sum();
                prop_assert!(budget.spent().output_tokens.0 + promised <= replies);
            }
        }
    }
}
