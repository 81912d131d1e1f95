//! `replace`.

use super::search::occurrences;

/// Replaces `old` by `new`, from the left, at most `limit` times; an empty `old` stands around every character.
#[must_use]
pub fn replace(text: &str, old: &str, new: &str, limit: Option<usize>) -> String {
    let mut out = String::new();
    let mut copied = 0;
    for at in occurrences(text, old, limit) {
        out.push_str(text.get(copied..at).unwrap_or_default());
        out.push_str(new);
        copied = at + old.len();
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

/// Returns how many bytes [`replace`] will make; takes as long as a search through the text.
#[must_use]
pub fn replaced_len(text: &str, old: &str, new: &str, limit: Option<usize>) -> usize {
    let hits = occurrences(text, old, limit).count();
    // Never below zero: the occurrences of `old` do not overlap.
    text.len()
        .saturating_sub(hits.saturating_mul(old.len()))
        .saturating_add(hits.saturating_mul(new.len()))
}
