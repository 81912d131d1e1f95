//! Budgets of tenants: how much all their runs may cost within a period.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use rlm_model::{Cost, Money, RunId};
use rlm_store::{RunStore, StoreError};
use rlm_trace::Millis;
use serde::{Deserialize, Serialize};

use crate::http::problem::Problem;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// The periods of budgets, with their names.
const PERIODS: [(&str, u64); 4] = [("hour", HOUR), ("day", DAY), ("week", 7 * DAY), ("month", 30 * DAY)];

/// The maximum cost of a tenant's runs within any period of a given length.
///
/// ```
/// use rlm_server::Budget;
///
/// let budget: Budget = "5.00/day".parse()?;
/// assert_eq!(budget.to_string(), "5.00/day");
/// assert!("5.00".parse::<Budget>().is_err());
/// # Ok::<(), rlm_server::ParseBudgetError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Budget {
    most: Money,
    /// The length of the period in milliseconds, one of [`PERIODS`].
    period: u64,
}

/// The error for a text that is no budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a budget: expected dollars per hour, day, week or month, such as `5.00/day`")]
pub struct ParseBudgetError;

impl FromStr for Budget {
    type Err = ParseBudgetError;

    fn from_str(text: &str) -> Result<Self, ParseBudgetError> {
        let (most, period) = text.split_once('/').ok_or(ParseBudgetError)?;
        let period = PERIODS
            .iter()
            .find(|(name, _)| *name == period)
            .ok_or(ParseBudgetError)?;
        Ok(Self {
            most: most.parse().map_err(|_| ParseBudgetError)?,
            period: period.1,
        })
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = PERIODS.iter().find(|(_, length)| *length == self.period);
        let dollars = self.most.to_string();
        let (dollars, name) = (dollars.trim_start_matches('$'), name.map_or("day", |(name, _)| name));
        write!(f, "{dollars}/{name}")
    }
}

impl TryFrom<String> for Budget {
    type Error = ParseBudgetError;

    fn try_from(text: String) -> Result<Self, ParseBudgetError> {
        text.parse()
    }
}

impl From<Budget> for String {
    fn from(budget: Budget) -> Self {
        budget.to_string()
    }
}

/// What the runs of a tenant have spent, or may still spend.
#[derive(Debug, Default)]
pub(crate) struct Spending(Mutex<Option<Vec<Spent>>>);

#[derive(Debug)]
struct Spent {
    run: RunId,
    /// The time at which the run started.
    since: Millis,
    /// The most that the run may cost while it is active, then its cost.
    cost: Money,
}

impl Spending {
    /// Reserves the cost of a run, and returns the most that it may cost: `most`, or less if less is
    /// left. The cost of a run that is resumed is replaced. Blocks: the first call reads the journals of
    /// earlier runs.
    ///
    /// # Errors
    /// A [`Problem`] if nothing is left.
    pub(crate) fn reserve(
        &self,
        budget: Budget,
        most: Option<Money>,
        run: &RunId,
        now: Millis,
        runs: &RunStore,
    ) -> Result<Money, Problem> {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = current(&mut spent, budget, now, runs)?;
        let left = left(budget, spent.iter().filter(|one| one.run != *run));
        if left == Money::ZERO {
            let detail = format!("the tenant's budget of ${budget} is spent or reserved by active runs");
            let next = spent.iter().map(|one| one.since.0.saturating_add(budget.period)).min();
            let minutes = next.unwrap_or_default().saturating_sub(now.0).div_ceil(60_000);
            return Err(Problem::new(StatusCode::PAYMENT_REQUIRED, "tenant_budget", detail)
                .hint(format!("more is available in {minutes} minutes, or when a run ends")));
        }
        let most = most.map_or(left, |most| most.min(left));
        spent.retain(|one| one.run != *run);
        spent.push(Spent {
            run: run.clone(),
            since: now,
            cost: most,
        });
        Ok(most)
    }

    /// Returns what is left of a budget, if an earlier call has read the journals.
    pub(crate) fn left(&self, budget: Budget, now: Millis) -> Option<Money> {
        let spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = spent.as_ref()?.iter();
        Some(left(
            budget,
            spent.filter(|one| one.since.0.saturating_add(budget.period) > now.0),
        ))
    }

    /// Returns what is left of a budget. The first call reads journals, and so blocks.
    pub(crate) fn read_left(&self, budget: Budget, now: Millis, runs: &RunStore) -> Result<Money, StoreError> {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(left(budget, current(&mut spent, budget, now, runs)?.iter()))
    }

    /// Replaces the reservation of a run by its cost. An unknown cost counts as all that was reserved.
    pub(crate) fn settle(&self, run: &RunId, cost: Cost) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = spent.iter_mut().flatten().rfind(|one| one.run == *run);
        if let (Some(one), Some(cost)) = (found, cost.known()) {
            one.cost = cost;
        }
    }
}

/// Returns what counts against a budget now.
fn current<'a>(
    spent: &'a mut Option<Vec<Spent>>,
    budget: Budget,
    now: Millis,
    runs: &RunStore,
) -> Result<&'a mut Vec<Spent>, StoreError> {
    let spent = match spent {
        Some(spent) => spent,
        unread => unread.insert(recorded(runs)?),
    };
    spent.retain(|one| one.since.0.saturating_add(budget.period) > now.0);
    Ok(spent)
}

fn left<'a>(budget: Budget, spent: impl Iterator<Item = &'a Spent>) -> Money {
    let sum = spent.fold(Money::ZERO, |sum, one| sum.saturating_add(one.cost));
    budget.most.saturating_sub(sum)
}

/// Returns what runs before this process have cost.
fn recorded(runs: &RunStore) -> Result<Vec<Spent>, StoreError> {
    let entries = runs.list()?.into_iter().filter_map(|entry| {
        Some(Spent {
            run: entry.id,
            since: entry.summary.started?.started?,
            cost: entry.summary.totals.cost_at_most().known().unwrap_or_default(),
        })
    });
    Ok(entries.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reservations_of_runs_at_once_never_exceed_the_budget() {
        let folder = tempfile::tempdir().expect("a folder");
        let runs = RunStore::open(folder.path()).expect("a store");
        let (spending, budget) = (Spending::default(), "1.00/hour".parse().expect("a budget"));
        let run = |name: &str| name.parse::<RunId>().expect("an id");
        let reserve = |name: &str, most: u64, now: u64| {
            let reserved = spending.reserve(budget, Some(Money(most)), &run(name), Millis(now), &runs);
            reserved.map(|Money(micros)| micros).map_err(|problem| problem.code)
        };
        assert_eq!(reserve("first", 600_000, 0), Ok(600_000));
        assert_eq!(reserve("second", 600_000, 1), Ok(400_000), "what is left");
        assert_eq!(reserve("third", 600_000, 2), Err("tenant_budget".to_owned()));
        spending.settle(&run("first"), Cost::Known(Money(100_000)));
        spending.settle(&run("second"), Cost::Unknown);
        assert_eq!(
            reserve("fourth", 600_000, 3),
            Ok(500_000),
            "the second counts as reserved"
        );
        assert_eq!(
            reserve("fourth", 600_000, 4),
            Ok(500_000),
            "a resumed run keeps its reservation"
        );
        assert_eq!(
            reserve("fifth", 600_000, HOUR + 1),
            Ok(500_000),
            "the first two are past"
        );
    }
}
