//! Windows of long texts, between which work that was charged in advance checks the cancel flag.

use std::ops::Range;

use crate::flow::Flow;
use crate::meter::{Meter, WINDOW_BYTES};

/// Splits a text into ranges of about [`WINDOW_BYTES`] at character boundaries.
pub fn windows(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let end = text.floor_char_boundary(start.saturating_add(WINDOW_BYTES));
        let window = start..end;
        start = end;
        Some(window)
    })
}

/// Calls `work` with each window of a text until it returns `false`. Returns `true` if that never
/// happens.
///
/// # Errors
/// [`Flow::End`] if the program was cancelled meanwhile.
pub fn all_windows(meter: &Meter, text: &str, mut work: impl FnMut(&str) -> bool) -> Result<bool, Flow> {
    for window in windows(text) {
        meter.look()?;
        if !work(text.get(window).unwrap_or_default()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Collects the items of an iterator, and checks the cancel flag at regular intervals.
///
/// # Errors
/// [`Flow::End`] if the program was cancelled meanwhile.
pub fn collect_looking<T, C: Default + Extend<T>>(
    meter: &Meter,
    items: impl IntoIterator<Item = T>,
) -> Result<C, Flow> {
    const ITEMS: usize = 1 << 16;
    let mut items = items.into_iter().fuse();
    let mut collected = C::default();
    loop {
        let mut taken = 0;
        collected.extend(items.by_ref().take(ITEMS).inspect(|_| taken += 1));
        if taken < ITEMS {
            return Ok(collected);
        }
        meter.look()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_contain_whole_code_points_and_cover_the_text() {
        let text = "日本語 x".repeat(WINDOW_BYTES / 4);
        let mut at = 0;
        for window in windows(&text) {
            assert_eq!(window.start, at);
            assert!(text.is_char_boundary(window.end) && window.len() <= WINDOW_BYTES);
            at = window.end;
        }
        assert_eq!(at, text.len());
        assert_eq!(windows("").count(), 0);
    }

    #[test]
    fn a_cancelled_program_ends_within_a_window() {
        let meter = Meter::new(u64::MAX);
        let text = "x".repeat(4 * WINDOW_BYTES);
        let mut seen = 0;
        let ended = all_windows(&meter, &text, |_| {
            seen += 1;
            meter.cancel_flag().store(true, std::sync::atomic::Ordering::Relaxed);
            true
        });
        assert!(ended.is_err() && seen == 1, "{seen} windows");
        let collected: Result<Vec<u8>, Flow> = collect_looking(&meter, text.bytes());
        assert!(collected.is_err());
    }
}
