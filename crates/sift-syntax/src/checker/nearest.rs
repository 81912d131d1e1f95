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
    let wanted: Vec<char> = name.chars().collect();
    if wanted.len() > MAX_LENGTH {
        return Vec::new();
    }
    // One edit makes a short name of any other, unless a letter was only left out.
    let limit = match wanted.len() {
        0..=1 => 0,
        length => (length / 3).clamp(1, 4),
    };
    let is_likely = |other: &SmolStr| wanted.len() > 2 || other.chars().count() > 2 || other.eq_ignore_ascii_case(name);
    let mut near: Vec<(usize, &SmolStr)> = known
        .filter(|other| other.as_str() != name && is_likely(other))
        .filter_map(|other| Some((distance(&wanted, other, limit)?, other)))
        .collect();
    near.sort();
    near.dedup_by_key(|(_, other)| other.as_str());
    near.into_iter()
        .take(MAX_NEAR)
        .map(|(_, other)| other.clone())
        .collect()
}

/// Returns the number of edits (insert, delete, replace, swap two neighbours) between two names, if it is within the limit.
///
/// This is the optimal string alignment distance; a difference in case alone counts one.
fn distance(wanted: &[char], other: &str, limit: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    if other.len().abs_diff(wanted.len()) > limit || other.len() > MAX_LENGTH {
        return None;
    }
    let lower = |chars: &[char]| chars.iter().flat_map(|c| c.to_lowercase()).collect::<Vec<_>>();
    if lower(wanted) == lower(&other) {
        return Some(1);
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, &from) in wanted.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &to) in other.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (at(&last, column) + usize::from(from != to))
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let swapped =
                row > 0 && column > 0 && wanted.get(row - 1) == Some(&to) && other.get(column - 1) == Some(&from);
            if swapped {
                cost = cost.min(at(&before_last, column - 1) + 1);
            }
            current.push(cost);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|cost| *cost <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(name: &str, known: &[&str]) -> Vec<SmolStr> {
        let known: Vec<SmolStr> = known.iter().map(SmolStr::new).collect();
        nearest(name, known.iter())
    }

    #[test]
    fn slips_are_near() {
        assert_eq!(near("totl", &["total", "title", "x"]), ["total"]);
        assert_eq!(near("prnit", &["print", "point"]), ["print"]);
        assert_eq!(near("Context", &["context", "content"]), ["context", "content"]);
        assert_eq!(near("responses", &["response", "results"]), ["response"]);
    }

    #[test]
    fn other_names_are_not() {
        assert_eq!(near("x", &["foo", "bar"]), Vec::<SmolStr>::new());
        assert_eq!(near("lines", &["chunks", "text"]), Vec::<SmolStr>::new());
        assert_eq!(near(&"a".repeat(200), &[&"a".repeat(199)]), Vec::<SmolStr>::new());
    }
}
