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
/// use rlm_model::{Money, Tokens};
/// use rlm_policy::{Limits, SharedBudget, Spend};
///
/// let mut budget = SharedBudget::new(Some(Money(1_000_000)), None);
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
/// use rlm_policy::{Limits, SharedBudget, Spend};
///
/// let mut budget = SharedBudget::new(None, Some(Tokens(900)));
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
    cost: Option<Money>,
    tokens: Option<Tokens>,
    spent: Spend,
    out: Out,
}

/// The sum of the slices that running runs have taken and not returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Out {
    cost: Money,
    tokens: Tokens,
}

/// The slice of a shared budget for a single run. `None` means unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a slice must be returned with the amounts spent"]
pub struct BudgetSlice {
    /// The maximum cost.
    pub cost: Option<Money>,
    /// The maximum number of input and output tokens.
    pub tokens: Option<Tokens>,
}

/// The error for a shared budget that is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BudgetExhausted {
    /// No money is left.
    #[error("{spent} of {limit} is spent")]
    Cost {
        /// The cost limit of the shared budget.
        limit: Money,
        /// The money that is spent or held by other runs.
        spent: Money,
    },
    /// No tokens are left.
    #[error("{spent} of {limit} tokens are used")]
    Tokens {
        /// The token limit of the shared budget.
        limit: Tokens,
        /// The tokens that are spent or held by other runs.
        spent: Tokens,
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

impl BudgetExhausted {
    /// Returns the limit that was reached.
    #[must_use]
    pub const fn limit(self) -> LimitReached {
        match self {
            Self::Cost { limit, spent } => LimitReached::CostExceeded {
                limit,
                spent,
                wanted: Money::ZERO,
                kept: Money::ZERO,
            },
            Self::Tokens { limit, spent } => LimitReached::MaxTokensExceeded {
                limit,
                spent,
                wanted: Tokens(0),
                kept: Tokens(0),
            },
            Self::Unknown { limit, .. } => LimitReached::PriceUnknown { limit },
        }
    }
}

impl SharedBudget {
    /// Creates a budget; `None` means unlimited.
    #[must_use]
    pub fn new(cost: Option<Money>, tokens: Option<Tokens>) -> Self {
        Self {
            cost,
            tokens,
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
        let unlimited = BudgetSlice {
            cost: None,
            tokens: None,
        };
        self.take_at_most(unlimited, among)
    }

    /// Takes the slice of a resumed run again, as far as the budget allows.
    ///
    /// # Errors
    /// The same as those of [`take`](Self::take).
    pub fn take_again(&mut self, given: BudgetSlice) -> Result<BudgetSlice, BudgetExhausted> {
        self.take_at_most(given, 1)
    }

    fn take_at_most(&mut self, most: BudgetSlice, among: usize) -> Result<BudgetSlice, BudgetExhausted> {
        let among = u64::try_from(among.max(1)).unwrap_or(u64::MAX);
        let spent_cost = self.spent.cost.saturating_add(self.out.cost);
        let spent_tokens = self.spent.tokens().saturating_add(self.out.tokens);
        let shared_cost = self.cost.map(|limit| Money(share(limit.0, spent_cost.0, among)));
        let shared_tokens = self.tokens.map(|limit| Tokens(share(limit.0, spent_tokens.0, among)));
        let slice = BudgetSlice {
            cost: shared_cost.map(|shared| shared.min(most.cost.unwrap_or(shared))),
            tokens: shared_tokens.map(|shared| shared.min(most.tokens.unwrap_or(shared))),
        };
        match (self.cost, self.tokens) {
            (Some(limit), _) if self.spent.unpriced > 0 => Err(BudgetExhausted::Unknown {
                limit,
                calls: self.spent.unpriced,
            }),
            (Some(limit), _) if slice.cost == Some(Money(0)) => Err(BudgetExhausted::Cost {
                limit,
                spent: spent_cost,
            }),
            (_, Some(limit)) if slice.tokens == Some(Tokens(0)) => Err(BudgetExhausted::Tokens {
                limit,
                spent: spent_tokens,
            }),
            _ => {
                self.out = Out {
                    cost: self.out.cost.saturating_add(slice.cost.unwrap_or_default()),
                    tokens: self.out.tokens.saturating_add(slice.tokens.unwrap_or_default()),
                };
                Ok(slice)
            }
        }
    }

    /// Returns the slice of a run that has ended, and adds its spending.
    pub fn put_back(&mut self, slice: BudgetSlice, spent: Spend) {
        self.out = Out {
            cost: Money(self.out.cost.0.saturating_sub(slice.cost.unwrap_or_default().0)),
            tokens: Tokens(self.out.tokens.0.saturating_sub(slice.tokens.unwrap_or_default().0)),
        };
        self.spend(spent);
    }
}

impl BudgetSlice {
    /// Returns `limits` with the cost and tokens reduced to the slice.
    #[must_use]
    pub fn within(&self, limits: &Limits) -> Limits {
        Limits {
            cost: least(self.cost, limits.cost),
            tokens: least(self.tokens, limits.tokens),
            ..limits.clone()
        }
    }
}

fn share(limit: u64, spent: u64, among: u64) -> u64 {
    limit.saturating_sub(spent).checked_div(among).unwrap_or_default()
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

    #[test]
    fn exhausted_shared_budget_is_described() {
        let mut budget = SharedBudget::new(Some(Money(50_000)), Some(Tokens(1_200)));
        budget.spend(Spend {
            input_tokens: Tokens(1_300),
            ..Spend::default()
        });
        let said = |budget: &mut SharedBudget| budget.take(1).unwrap_err().to_string();
        assert_eq!(said(&mut budget), "1300 of 1200 tokens are used");
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
        let slice = |tokens| BudgetSlice {
            cost: None,
            tokens: Some(Tokens(tokens)),
        };
        let mut budget = SharedBudget::new(None, Some(Tokens(1_000)));
        assert_eq!(budget.take_again(slice(300)), Ok(slice(300)));
        assert_eq!(budget.take_again(slice(900)), Ok(slice(700)), "no more than is left");
        assert!(budget.take_again(slice(1)).is_err());
        let unlimited = BudgetSlice {
            cost: None,
            tokens: None,
        };
        assert_eq!(
            SharedBudget::new(None, Some(Tokens(9))).take_again(unlimited),
            Ok(slice(9))
        );
    }

    proptest! {
        #[test]
        fn runs_within_their_slices_stay_within_the_shared_budget(
            limit in 0_u64..10_000, steps in prop::collection::vec((any::<bool>(), 1_usize..8, 0_u64..=100), 0..60),
        ) {
            let mut budget = SharedBudget::new(None, Some(Tokens(limit)));
            let mut out: Vec<BudgetSlice> = Vec::new();
            for (takes, among, percent) in steps {
                if takes {
                    out.extend(budget.take(among));
                } else if let Some(slice) = out.pop() {
                    let used = slice.tokens.unwrap_or_default().0 * percent / 100;
                    budget.put_back(slice, Spend { input_tokens: Tokens(used), ..Spend::default() });
                }
                let promised: u64 = out.iter().map(|slice| slice.tokens.unwrap_or_default().0).sum();
                prop_assert!(budget.spent().tokens().0 + promised <= limit);
            }
        }
    }
}
