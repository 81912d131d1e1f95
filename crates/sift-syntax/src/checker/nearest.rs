//! Did you mean …?

use smol_str::SmolStr;

/// How many names are offered.
const MAX_NEAR: usize = 3;

/// Names longer than this are not compared.
const MAX_LENGTH: usize = 64;

/// Returns the known names that are nearest to an unknown one, nearest first: three at the most, none of which differs in more than a third
/// of its letters.
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
    // One edit makes a short name of any other, unless a letter was only left out.
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

/// Returns the number of edits (insert, delete, replace, swap two neighbours) between two names, if it is within the limit; a
/// difference in case alone counts one, whatever the limit.
fn distance(name: &str, other: &str, limit: usize) -> Option<usize> {
    if name.to_lowercase() == other.to_lowercase() {
        return Some(1);
    }
    Some(strsim::osa_distance(name, other)).filter(|distance| *distance <= limit)
}
