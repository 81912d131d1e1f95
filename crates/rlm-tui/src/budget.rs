//! The budgets of a run: the limits, the usage so far, and the reservations of calls in flight.

use rlm_model::{Cost, Money};
use rlm_report::figures::{duration, grouped};
use rlm_trace::{Millis, Totals};

use crate::run::Run;

/// A budget of a run, displayed as a gauge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gauge {
    pub(crate) name: &'static str,
    pub(crate) used: u64,
    /// The amount reserved for calls in flight, in addition to the used amount.
    pub(crate) reserved: u64,
    /// The limit of the budget. `None` if there is no limit.
    pub(crate) allowed: Option<u64>,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Count,
    Money { is_known: bool },
    Time,
}

/// Returns the gauges for a run's budgets at the time `now`.
pub(crate) fn gauges(run: &Run, totals: &Totals, now: Millis) -> Vec<Gauge> {
    let usage = totals.usage();
    let (cost, is_known) = amount(totals.cost());
    let (reserved_cost, _) = amount(totals.in_doubt.cost);
    let gauge = |name, used, reserved, allowed, unit| Gauge {
        name,
        used,
        reserved,
        allowed,
        unit,
    };
    vec![
        gauge("steps", totals.turns.into(), 0, run.limit("steps"), Unit::Count),
        gauge(
            "calls",
            totals.sub.calls,
            run.calls_open(),
            run.limit("subcalls"),
            Unit::Count,
        ),
        gauge(
            "tokens",
            usage.total().0,
            totals.in_doubt.tokens.0,
            run.limit("tokens"),
            Unit::Count,
        ),
        gauge("cost", cost, reserved_cost, run.limit("cost"), Unit::Money { is_known }),
        gauge(
            "time",
            now.0,
            0,
            run.limit("seconds").map(|seconds| seconds.saturating_mul(1_000)),
            Unit::Time,
        ),
    ]
}

/// Formats an amount in thousands or millions: `12.3k`, `4.5M`.
fn thousands(amount: u64) -> String {
    let (tenths, unit) = match amount {
        ..1_000_000 => (amount / 100, "k"),
        1_000_000..1_000_000_000 => (amount / 100_000, "M"),
        1_000_000_000.. => (amount / 100_000_000, "G"),
    };
    match tenths % 10 {
        0 => format!("{}{unit}", grouped(tenths / 10)),
        tenth => format!("{}.{tenth}{unit}", grouped(tenths / 10)),
    }
}

const fn amount(cost: Cost) -> (u64, bool) {
    match cost {
        Cost::Known(Money(amount)) => (amount, true),
        Cost::Unknown => (0, false),
    }
}

impl Gauge {
    /// Returns the used share of the budget, and the used and reserved share together, in
    /// thousandths. `None` without a limit.
    pub(crate) fn shares(&self) -> Option<(u64, u64)> {
        let allowed = self.allowed?;
        let share = |part: u64| {
            let share = u128::from(part) * 1_000 / u128::from(allowed.max(1));
            u64::try_from(share.min(1_000)).unwrap_or(1_000)
        };
        Some((share(self.used), share(self.used.saturating_add(self.reserved))))
    }

    /// Returns the budget as a bar of `columns` columns: used, reserved, free. `None` without a
    /// limit.
    pub(crate) fn bar(&self, columns: usize) -> Option<String> {
        let (used, with_reserved) = self.shares()?;
        Some(bar(used, with_reserved, columns))
    }

    /// Returns the used, reserved and allowed amounts of the budget as text: `1,200 of 20,000, 800
    /// reserved`.
    pub(crate) fn text(&self) -> String {
        let mut text = match self.allowed {
            Some(allowed) => format!("{} of {}", self.shown(self.used), self.shown(allowed)),
            None => self.shown(self.used),
        };
        if self.reserved > 0 {
            text.push_str(&format!(", {} reserved", self.shown(self.reserved)));
        }
        text
    }

    /// Returns the amounts of the budget in few columns: `1.2k+0.8k/20k`.
    pub(crate) fn short(&self) -> String {
        let reserved = match self.reserved {
            0 => String::new(),
            reserved => format!("+{}", self.shortly(reserved)),
        };
        let allowed = self.allowed.map(|allowed| format!("/{}", self.shortly(allowed)));
        format!("{}{reserved}{}", self.shortly(self.used), allowed.unwrap_or_default())
    }

    fn shortly(&self, amount: u64) -> String {
        match (self.unit, amount) {
            (Unit::Count, 10_000..) => thousands(amount),
            _ => self.shown(amount),
        }
    }

    fn shown(&self, amount: u64) -> String {
        match self.unit {
            Unit::Count => grouped(amount),
            Unit::Money { is_known: false } if amount == self.used => "unknown".to_owned(),
            Unit::Money { .. } => Money(amount).rounded().to_string(),
            Unit::Time => duration(Millis(amount)),
        }
    }
}

/// Returns a bar of `columns` columns for two shares in thousandths. The second share includes the
/// first.
pub(crate) fn bar(first: u64, both: u64, columns: usize) -> String {
    let cells = |share: u64| {
        let columns = columns as u64;
        // A non-zero share fills at least one cell, and a partial share leaves at least one cell
        // free.
        let filled = (share * columns).div_ceil(1_000);
        usize::try_from(if share < 1_000 {
            filled.min(columns.saturating_sub(1))
        } else {
            columns
        })
        .unwrap_or(columns as usize)
    };
    let (first, both) = (cells(first), cells(both));
    let part = |symbol: &str, count: usize| symbol.repeat(count);
    format!(
        "{}{}{}",
        part("█", first),
        part("▒", both.saturating_sub(first)),
        part("░", columns.saturating_sub(both.max(first)))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_bars_show_small_and_nearly_full_amounts() {
        let shown: Vec<String> = [(0, 0), (1, 1), (500, 750), (999, 999), (1_000, 1_000)]
            .map(|(first, both)| bar(first, both, 8))
            .into();
        assert_eq!(shown, ["░░░░░░░░", "█░░░░░░░", "████▒▒░░", "███████░", "████████"]);
        assert_eq!(bar(700, 900, 0), "");
    }
}
