//! The string methods that remove characters at the ends: `strip`, `lstrip`, `rstrip`,
//! `removeprefix` and `removesuffix`.

use std::collections::HashSet;
use std::ops::Range;

use super::split::{STRETCH, first_after, trimmed_len};
use super::unicode::is_space;

/// The sides of a text on which characters are stripped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Strips both sides of the text, as `strip` does.
    Both,
    /// Strips the start of the text, as `lstrip` does.
    Left,
    /// Strips the end of the text, as `rstrip` does.
    Right,
}

/// Returns the byte range of a text that remains after stripping white space, or the characters of
/// `chars`, on one or both sides.
///
/// ```
/// use sift_strings::methods::{Side, strip};
///
/// assert_eq!(strip("  late\n", Side::Both, None), 2..6);
/// assert_eq!(strip("--late--", Side::Left, Some("-")), 2..8);
/// ```
#[must_use]
pub fn strip(text: &str, side: Side, chars: Option<&str>) -> Range<usize> {
    strip_until(text, side, chars, || false)
}

/// Like [`strip`], but ends early if `stop`, which is checked regularly, returns `true`.
pub fn strip_until(text: &str, side: Side, chars: Option<&str>, stop: impl Fn() -> bool) -> Range<usize> {
    match chars {
        None => strip_matching(text, side, is_space, stop),
        Some(chars) if chars.is_ascii() => {
            let stretches = chars.as_bytes().chunks(STRETCH).take_while(|_| !stop());
            let set = stretches.flatten().fold(0_u128, |set, byte| set | 1 << byte);
            strip_matching(
                text,
                side,
                |char| char.is_ascii() && set >> u32::from(char) & 1 == 1,
                stop,
            )
        }
        Some(chars) => {
            let set: HashSet<char> = chars.chars().take_while(|_| !stop()).collect();
            strip_matching(text, side, |char| set.contains(&char), stop)
        }
    }
}

fn strip_matching(text: &str, side: Side, dropped: impl Fn(char) -> bool, stop: impl Fn() -> bool) -> Range<usize> {
    let end = match side {
        Side::Both | Side::Right => trimmed_len(text, &dropped, &stop),
        Side::Left => text.len(),
    };
    let kept = text.get(..end).unwrap_or_default();
    let start = match side {
        Side::Both | Side::Left => first_after(kept, 0, |char| !dropped(char), &stop).unwrap_or(end),
        Side::Right => 0,
    };
    start..end
}

/// Returns the byte range of a text without `prefix`, or of the whole text if it doesn't start with
/// `prefix`.
///
/// ```
/// use sift_strings::methods::remove_prefix;
///
/// assert_eq!(remove_prefix("minutes/may.md", "minutes/"), 8..14);
/// ```
#[must_use]
pub fn remove_prefix(text: &str, prefix: &str) -> Range<usize> {
    text.strip_prefix(prefix).map_or(0, |_| prefix.len())..text.len()
}

/// Returns the byte range of a text without `suffix`, or of the whole text if it doesn't end with
/// `suffix`.
///
/// ```
/// use sift_strings::methods::remove_suffix;
///
/// assert_eq!(remove_suffix("may.md", ".md"), 0..3);
/// ```
#[must_use]
pub fn remove_suffix(text: &str, suffix: &str) -> Range<usize> {
    0..text.strip_suffix(suffix).map_or(text.len(), str::len)
}
