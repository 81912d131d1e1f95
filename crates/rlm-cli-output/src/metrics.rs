//! How figures are shown: times, money, sizes.

pub use rlm_report::figures::{bytes, cost, duration};
use rlm_trace::Totals;

use crate::text::{counted, grouped};

/// Writes what a run took: steps, calls and how many of them were cached, tokens, cost, time.
pub fn totals(totals: &Totals) -> String {
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
