//! How figures are shown: times, money, sizes.

use rlm_model::Cost;
use rlm_trace::{Millis, Totals};

use crate::console::{counted, grouped};

/// Writes `45 ms`, `3.2 s`, `2 min 05 s`.
pub(crate) fn duration(time: Millis) -> String {
    let Millis(millis) = time;
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => {
            let tenths = millis / 100;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
        _ => format!("{} min {:02} s", millis / 60_000, millis / 1_000 % 60),
    }
}

/// Writes `999 B`, `1.2 MB`.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1_000 {
        return format!("{count} B");
    }
    let (mut tenths, mut unit) = (count / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// Writes the cost of some calls.
pub(crate) fn cost(cost: Cost) -> String {
    match cost {
        Cost::Known(money) => money.to_string(),
        Cost::Unknown => "cost unknown".to_owned(),
    }
}

/// Writes what a run took: steps, calls and how many of them were cached, tokens, cost, time.
pub(crate) fn totals(totals: &Totals) -> String {
    let calls = counted(totals.calls(), "call");
    let cached = totals.root.cached.saturating_add(totals.sub.cached);
    let cached = if cached > 0 {
        format!(" ({} cached)", grouped(cached))
    } else {
        String::new()
    };
    let usage = totals.usage();
    let about = if usage.estimated { "about " } else { "" };
    let mut parts = vec![
        counted(totals.turns, "step"),
        format!("{calls}{cached}"),
        format!(
            "{about}{} tokens in, {} out",
            grouped(usage.input.0),
            grouped(usage.output.0)
        ),
        cost(totals.cost()),
    ];
    if totals.in_doubt.calls > 0 {
        parts.push(format!("{} in doubt", counted(totals.in_doubt.calls, "call")));
    }
    parts.extend(totals.elapsed.map(duration));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_as_people_read_them() {
        assert_eq!(
            [0, 999, 1_000, 59_999, 60_000, 125_000].map(|time| duration(Millis(time))),
            ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min 00 s", "2 min 05 s"]
        );
        assert_eq!(
            [0, 999, 1_000, 1_250_000, u64::MAX].map(bytes),
            ["0 B", "999 B", "1.0 kB", "1.2 MB", "18446744.0 TB"]
        );
    }
}
