//! The string methods that change case: `upper`, `lower`, `title`, `capitalize`, `swapcase` and
//! `casefold`.

use std::ops::Range;

use super::unicode::{is_case_ignorable, is_cased, is_title_cased, push_folded, push_title};

/// The maximum growth factor of a text whose case is changed, in bytes.
pub const CASE_GROWTH: usize = 3;

/// A kind of case change. It can be applied to a text part by part, so that callers can stop within
/// a long text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseChange {
    /// Converts to upper case, like `str.upper`.
    Upper,
    /// Converts to lower case, like `str.lower`.
    Lower,
    /// Folds case for caseless comparisons, like `str.casefold`.
    Fold,
    /// Converts the first character to title case and the others to lower case, like
    /// `str.capitalize`.
    Capitalize,
    /// Converts the first letter of each word to title case and the others to lower case, like
    /// `str.title`.
    Title,
    /// Swaps upper and lower case, like `str.swapcase`.
    Swap,
}

impl CaseChange {
    fn of_all(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        self.push_part(text, 0..text.len(), &mut out);
        out
    }

    /// Appends a range of `text` to `out` with its case changed. The range is in bytes, on code
    /// point boundaries. The characters around the range determine title case and the final sigma.
    pub fn push_part(self, text: &str, range: Range<usize>, out: &mut String) {
        let part = text.get(range.clone()).unwrap_or_default();
        let written = out.len();
        match self {
            Self::Upper | Self::Lower if part.is_ascii() => {
                out.push_str(part);
                let written = out.get_mut(written..).unwrap_or_default();
                if self == Self::Upper {
                    written.make_ascii_uppercase();
                } else {
                    written.make_ascii_lowercase();
                }
            }
            Self::Upper => out.extend(part.chars().flat_map(char::to_uppercase)),
            Self::Fold => part.chars().for_each(|char| push_folded(char, out)),
            Self::Lower | Self::Capitalize | Self::Title | Self::Swap => self.push_in_context(text, range, out),
        }
    }

    /// Appends a range of `text` with its case changed, taking into account the characters before
    /// and after the range.
    fn push_in_context(self, text: &str, range: Range<usize>, out: &mut String) {
        let before = text.get(..range.start).and_then(|before| before.chars().next_back());
        let mut after_cased = before.is_some_and(is_cased);
        let part = text.get(range.clone()).unwrap_or_default();
        for (at, char) in part.char_indices().map(|(at, char)| (range.start + at, char)) {
            match self {
                Self::Capitalize if at == 0 => push_title(char, out),
                Self::Title if !after_cased => push_title(char, out),
                Self::Swap if char.is_lowercase() => out.extend(char.to_uppercase()),
                Self::Swap if !char.is_uppercase() => out.push(char),
                _ => push_lower(text, at, char, out),
            }
            after_cased = self == Self::Title && is_cased(char);
        }
    }
}

/// Returns the text in upper case.
///
/// ```
/// use sift_strings::methods::upper;
///
/// assert_eq!(upper("Straße"), "STRASSE");
/// ```
#[must_use]
pub fn upper(text: &str) -> String {
    CaseChange::Upper.of_all(text)
}

/// Returns the text in lower case; a Greek capital sigma at the end of a word becomes a final
/// sigma.
///
/// ```
/// use sift_strings::methods::lower;
///
/// assert_eq!(lower("ΟΔΟΣ"), "οδος", "the last sigma is a final one");
/// ```
#[must_use]
pub fn lower(text: &str) -> String {
    CaseChange::Lower.of_all(text)
}

/// Returns the text case-folded, for caseless comparisons.
///
/// ```
/// use sift_strings::methods::casefold;
///
/// assert_eq!(casefold("Straße"), casefold("STRASSE"));
/// ```
#[must_use]
pub fn casefold(text: &str) -> String {
    CaseChange::Fold.of_all(text)
}

/// Returns the text with the first character in title case and the others in lower case.
///
/// ```
/// use sift_strings::methods::capitalize;
///
/// assert_eq!(capitalize("minutes OF May"), "Minutes of may");
/// ```
#[must_use]
pub fn capitalize(text: &str) -> String {
    CaseChange::Capitalize.of_all(text)
}

/// Returns the text with the first letter of each word in title case and the others in lower case.
///
/// ```
/// use sift_strings::methods::title;
///
/// assert_eq!(title("the board's minutes"), "The Board'S Minutes", "as in Python");
/// ```
#[must_use]
pub fn title(text: &str) -> String {
    CaseChange::Title.of_all(text)
}

/// Returns the text with upper case and lower case swapped.
///
/// ```
/// use sift_strings::methods::swapcase;
///
/// assert_eq!(swapcase("Late"), "lATE");
/// ```
#[must_use]
pub fn swapcase(text: &str) -> String {
    CaseChange::Swap.of_all(text)
}

fn push_lower(text: &str, at: usize, char: char, out: &mut String) {
    if char == 'Σ' {
        out.push(if is_final_sigma(text, at) { 'ς' } else { 'σ' });
    } else {
        out.extend(char.to_lowercase());
    }
}

/// Returns `true` if the Greek sigma at byte `at` ends a word: it follows a cased letter, and no
/// cased letter follows it.
fn is_final_sigma(text: &str, at: usize) -> bool {
    let (before, from) = text.split_at_checked(at).unwrap_or_default();
    let cased = |char: Option<char>| char.is_some_and(is_cased);
    cased(before.chars().rev().find(|&char| !is_case_ignorable(char)))
        && !cased(from.chars().skip(1).find(|&char| !is_case_ignorable(char)))
}

/// Returns `true` if the character is upper or title case, so that `istitle` allows it only at the
/// start of a word.
pub(super) fn starts_title_word(char: char) -> bool {
    char.is_uppercase() || is_title_cased(char)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn case_changes_by_parts_match_the_whole_text(text in "[aBΣσ'\u{345}ǅß .İ\u{307}]{0,12}") {
            use CaseChange::{Capitalize, Fold, Lower, Swap, Title, Upper};
            for change in [Upper, Lower, Fold, Capitalize, Title, Swap] {
                let mut parts = String::new();
                for (at, char) in text.char_indices() {
                    change.push_part(&text, at..at + char.len_utf8(), &mut parts);
                }
                prop_assert_eq!(&parts, &change.of_all(&text), "{:?}", change);
            }
            prop_assert_eq!(lower(&text), text.to_lowercase());
            prop_assert_eq!(upper(&text), text.to_uppercase());
        }
    }
}
