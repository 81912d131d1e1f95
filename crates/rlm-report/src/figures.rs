//! Formatting of numbers, times and costs, for pages and other output.

use rlm_model::Cost;
pub use rlm_model::grouped;
use rlm_trace::Millis;

/// Formats a duration: `45 ms`, `3.2 s`, `2 min 05 s`.
///
/// ```
/// use rlm_report::figures::duration;
/// use rlm_trace::Millis;
///
/// assert_eq!(duration(Millis(45)), "45 ms");
/// assert_eq!(duration(Millis(125_000)), "2 min 05 s");
/// ```
#[must_use]
pub fn duration(Millis(millis): Millis) -> String {
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{}.{} s", millis / 1_000, millis / 100 % 10),
        _ => format!("{} min {:02} s", millis / 60_000, millis / 1_000 % 60),
    }
}

/// Formats a number of bytes: `999 B`, `1.2 MB`.
///
/// ```
/// assert_eq!(rlm_report::figures::bytes(1_234_567), "1.2 MB");
/// ```
#[must_use]
pub fn bytes(count: u64) -> String {
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

/// Formats a cost with two significant digits, or whole cents from a dollar on: `$0.0021`, or `cost
/// unknown`.
///
/// ```
/// use rlm_model::{Cost, Money};
/// use rlm_report::figures::cost;
///
/// assert_eq!(cost(Cost::Known(Money(2_137))), "$0.0021");
/// assert_eq!(cost(Cost::Unknown), "cost unknown");
/// ```
#[must_use]
pub fn cost(cost: Cost) -> String {
    match cost {
        Cost::Known(money) => money.rounded().to_string(),
        Cost::Unknown => "cost unknown".to_owned(),
    }
}

/// Formats a count with its noun: `1 call`, `2 calls`, `12,000 calls`.
///
/// ```
/// use rlm_report::figures::counted;
///
/// assert_eq!((counted(1_u64, "call"), counted(12_000_u64, "call")), ("1 call".into(), "12,000 calls".into()));
/// ```
#[must_use]
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// Formats a share in whole per cent. Only a full share is `100 %`, and only an empty one is `0 %`.
///
/// ```
/// use rlm_report::figures::share;
///
/// assert_eq!((share(999, 1_000), share(0, 1_000), share(1_000, 1_000)), ("99 %".into(), "0 %".into(), "100 %".into()));
/// ```
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    match u128::from(part).saturating_mul(100) / u128::from(whole.max(1)) {
        0 if part > 0 => "under 1 %".to_owned(),
        percent => format!("{percent} %"),
    }
}

/// Formats a time since 1970-01-01 00:00 UTC: `2026-11-21 06:20 UTC`. Returns `None` if the time is
/// out of range.
///
/// ```
/// use rlm_report::figures::moment;
/// use rlm_trace::Millis;
///
/// assert_eq!(moment(Millis(1_795_242_037_779)).as_deref(), Some("2026-11-21 06:20 UTC"));
/// ```
#[must_use]
pub fn moment(Millis(millis): Millis) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?;
    Some(time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// Returns the first `most` characters of a text as one line, with an ellipsis if it was cut.
///
/// ```
/// use rlm_report::figures::shortened;
///
/// assert_eq!(shortened("Which orders\nare late?", 12), "Which order…");
/// ```
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    // Only the beginning of a long text is read.
    let mut words = text.split_whitespace();
    let mut line = String::new();
    let mut chars = 0_usize;
    while chars <= most
        && let Some(word) = words.next()
    {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        chars = line.chars().count();
    }
    match line.char_indices().nth(most.saturating_sub(1)) {
        Some((at, _)) if chars > most => {
            line.truncate(at);
            line.push('…');
            line
        }
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_formatted_for_reading() {
        assert_eq!(
            [0, 999, 1_000, 59_999, 60_000, 125_000].map(|time| duration(Millis(time))),
            ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min 00 s", "2 min 05 s"]
        );
        assert_eq!(
            [0, 999, 1_000, 1_250_000, u64::MAX].map(bytes),
            ["0 B", "999 B", "1.0 kB", "1.2 MB", "18446744.0 TB"]
        );
        assert_eq!(counted(1_usize, "call"), "1 call");
        assert_eq!(counted(0_u32, "call"), "0 calls");
        assert_eq!(counted(1_234_567_u64, "call"), "1,234,567 calls");
        assert_eq!(
            [(0, 5), (1, 1_000), (5, 5), (999, 1_000)].map(|(part, whole)| share(part, whole)),
            ["0 %", "under 1 %", "100 %", "99 %"]
        );
        assert_eq!(
            moment(Millis(1_795_242_437_349)).as_deref(),
            Some("2026-11-21 06:27 UTC")
        );
        assert_eq!(moment(Millis(u64::MAX)), None);
        assert_eq!(
            [shortened("größer\n als", 6), shortened("größer", 6), shortened("  ", 3)],
            ["größe…", "größer", ""]
        );
    }
}
