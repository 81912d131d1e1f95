//! The search methods of strings: `find`, `rfind`, `count`, `startswith` and `endswith`, on a text
//! that is already sliced to its bounds.
//!
//! Preparing a needle takes time proportional to its length, but only the text is charged. So a
//! needle longer than the text is never prepared.

use std::iter;

use memchr::memmem;

use super::needle::Needle;

/// Returns the byte offset of the first occurrence of `needle`.
///
/// ```
/// use sift_strings::methods::find;
///
/// assert_eq!(find("größer", "ß"), Some(4), "a byte, not a code point");
/// ```
#[must_use]
pub fn find(text: &str, needle: &str) -> Option<usize> {
    if needle.len() > text.len() {
        return None;
    }
    memmem::find(text.as_bytes(), needle.as_bytes())
}

/// Returns the byte offset of the last occurrence of `needle`. An empty needle is found at the end
/// of the text.
///
/// ```
/// use sift_strings::methods::rfind;
///
/// assert_eq!(rfind("late, early, late", "late"), Some(13));
/// ```
#[must_use]
pub fn rfind(text: &str, needle: &str) -> Option<usize> {
    if needle.len() > text.len() {
        return None;
    }
    memmem::rfind(text.as_bytes(), needle.as_bytes())
}

/// Counts the non-overlapping occurrences of `needle`. An empty needle occurs before and after
/// every character.
///
/// ```
/// use sift_strings::methods::count;
///
/// assert_eq!((count("aaaa", "aa"), count("ab", "")), (2, 3));
/// ```
#[must_use]
pub fn count(text: &str, needle: &str) -> usize {
    if needle.is_empty() {
        text.chars().count() + 1
    } else if needle.len() > text.len() {
        0
    } else if let [byte] = needle.as_bytes() {
        memchr::memchr_iter(*byte, text.as_bytes()).count()
    } else {
        memmem::find_iter(text.as_bytes(), needle).count()
    }
}

/// Yields the byte offsets of the first `limit` non-overlapping occurrences of `needle`.
///
/// ```
/// use sift_strings::methods::occurrences;
///
/// assert_eq!(occurrences("late, early, late", "late", None).collect::<Vec<_>>(), [0, 13]);
/// ```
pub fn occurrences<'a>(text: &'a str, needle: &'a str, limit: Option<usize>) -> impl Iterator<Item = usize> + 'a {
    let finder = Needle::new(needle.as_bytes(), text.len());
    let mut next = Some(0);
    let all = iter::from_fn(move || {
        let start = next?;
        let rest = text.get(start..)?;
        let at = start + finder.find(rest.as_bytes())?;
        let step = if needle.is_empty() {
            rest.chars().next().map(char::len_utf8)
        } else {
            Some(needle.len())
        };
        next = step.map(|step| at + step);
        Some(at)
    });
    all.take(limit.unwrap_or(usize::MAX))
}

/// Returns `true` if the text starts with one of `prefixes`.
///
/// ```
/// use sift_strings::methods::starts_with_any;
///
/// assert!(starts_with_any("minutes.md", ["notes", "minutes"]));
/// ```
#[must_use]
pub fn starts_with_any<'a>(text: &str, prefixes: impl IntoIterator<Item = &'a str>) -> bool {
    prefixes.into_iter().any(|prefix| text.starts_with(prefix))
}

/// Returns `true` if the text ends with one of `suffixes`.
///
/// ```
/// use sift_strings::methods::ends_with_any;
///
/// assert!(ends_with_any("minutes.md", [".txt", ".md"]));
/// ```
#[must_use]
pub fn ends_with_any<'a>(text: &str, suffixes: impl IntoIterator<Item = &'a str>) -> bool {
    suffixes.into_iter().any(|suffix| text.ends_with(suffix))
}
