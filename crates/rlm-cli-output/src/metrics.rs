//! Formats metrics of a run for people: times, money, sizes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
pub use rlm_report::figures::{bytes, cost, duration};
use rlm_trace::{Millis, Totals};

use crate::text::{counted, grouped};

/// Formats the totals of a run in one line: steps, calls, cached calls, tokens, cost, time.
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
    let cancelled = totals.root.cancelled.saturating_add(totals.sub.cancelled);
    if cancelled > 0 {
        parts.push(format!(
            "{} counted at the maximum",
            counted(cancelled, "cancelled call")
        ));
    }
    if totals.in_doubt.calls > 0 {
        parts.push(format!("{} without a reply", counted(totals.in_doubt.calls, "call")));
    }
    parts.extend(totals.elapsed.map(duration));
    parts.join(", ")
}

/// Formats milliseconds since 1970 as a date and a time in the local time zone, such as
/// `2026-11-21 03:47`.
pub fn local_time(time: Millis) -> Option<String> {
    let time = Timestamp::from_millisecond(i64::try_from(time.0).ok()?).ok()?;
    Some(time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string())
}
