//! Suggestions of similar known names for an unknown name.

use smol_str::SmolStr;

/// The maximum number of similar names to suggest.
const MAX_NEAR: usize = 3;

/// The maximum length of a name that is compared with others.
const MAX_LENGTH: usize = 64;

/// Returns the known names nearest to an unknown one, nearest first. There are at most three, and
/// each differs in at most a third of its letters.
///
/// ```
/// use sift_syntax::nearest;
///
/// let names = ["reviews", "review_count", "total"].map(Into::into);
/// assert_eq!(nearest("reveiws", names.iter()), ["reviews"]);
/// ```
#[must_use]
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n SmolStr>) -> Vec<SmolStr> {
    let length = name.chars().count();
    if length > MAX_LENGTH {
        return Vec::new();
    }
    // One edit turns any short name into any other, so only an omitted letter counts.
    let limit = match length {
        0..=1 => 0,
        length => (length / 3).clamp(1, 4),
    };
    let is_likely = |other: &SmolStr| length > 2 || other.chars().count() > 2 || other.eq_ignore_ascii_case(name);
    let mut near: Vec<(usize, &SmolStr)> = known
        .filter(|other| other.as_str() != name && is_likely(other))
        .filter(|other| other.chars().count().abs_diff(length) <= limit)
        .filter_map(|other| Some((distance(name, other, limit)?, other)))
        .collect();
    near.sort();
    near.dedup_by_key(|(_, other)| other.as_str());
    near.into_iter()
        .take(MAX_NEAR)
        .map(|(_, other)| other.clone())
        .collect()
}

/// Returns the number of edits (insertion, deletion, replacement, transposition) between two names,
/// or `None` if it exceeds the limit. A difference only in case counts as one edit, whatever the
/// limit.
fn distance(name: &str, other: &str, limit: usize) -> Option<usize> {
    if name.to_lowercase() == other.to_lowercase() {
        return Some(1);
    }
    Some(strsim::osa_distance(name, other)).filter(|distance| *distance <= limit)
}
