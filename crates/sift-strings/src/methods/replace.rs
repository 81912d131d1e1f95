//! The string method `replace`.

use super::search::occurrences;

/// Replaces occurrences of `old` by `new` from the left, at most `limit` times. An empty `old`
/// matches before and after every character.
///
/// ```
/// use sift_strings::methods::replace;
///
/// assert_eq!(replace("late late late", "late", "early", Some(2)), "early early late");
/// assert_eq!(replace("ab", "", "-", None), "-a-b-");
/// ```
#[must_use]
pub fn replace(text: &str, old: &str, new: &str, limit: Option<usize>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for at in occurrences(text, old, limit) {
        out.push_str(text.get(copied..at).unwrap_or_default());
        out.push_str(new);
        copied = at + old.len();
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}
