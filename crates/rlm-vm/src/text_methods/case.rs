//! `upper`, `lower`, `title`, `capitalize`, `swapcase` and `casefold`.

use super::unicode::{is_case_ignorable, is_cased, is_title_cased, push_folded, push_title};

/// The most bytes that one byte of text can become when its case changes.
pub const CASE_GROWTH: usize = 3;

/// Returns the text in upper case.
///
/// ```
/// use rlm_vm::text_methods::upper;
///
/// assert_eq!(upper("Straße"), "STRASSE");
/// ```
#[must_use]
pub fn upper(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    text.to_uppercase()
}

/// Returns the text in lower case; a Greek capital sigma at the end of a word becomes a final one.
///
/// ```
/// use rlm_vm::text_methods::lower;
///
/// assert_eq!(lower("ΟΔΟΣ"), "οδος", "the last sigma is a final one");
/// ```
#[must_use]
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.to_lowercase()
}

/// Returns the text with caseless differences removed.
///
/// ```
/// use rlm_vm::text_methods::casefold;
///
/// assert_eq!(casefold("Straße"), casefold("STRASSE"));
/// ```
#[must_use]
pub fn casefold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        push_folded(char, &mut out);
    }
    out
}

/// Returns the text with the first character in title case and the others in lower case.
///
/// ```
/// use rlm_vm::text_methods::capitalize;
///
/// assert_eq!(capitalize("minutes OF May"), "Minutes of may");
/// ```
#[must_use]
pub fn capitalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        if at == 0 {
            push_title(char, &mut out);
        } else {
            push_lower(text, at, char, &mut out);
        }
    }
    out
}

/// Returns the text with each first letter of a run of letters in title case and the others in lower case.
///
/// ```
/// use rlm_vm::text_methods::title;
///
/// assert_eq!(title("the board's minutes"), "The Board'S Minutes", "as in Python");
/// ```
#[must_use]
pub fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_cased = false;
    for (at, char) in text.char_indices() {
        if after_cased {
            push_lower(text, at, char, &mut out);
        } else {
            push_title(char, &mut out);
        }
        after_cased = is_cased(char);
    }
    out
}

/// Returns the text with upper case made lower and lower case made upper.
///
/// ```
/// use rlm_vm::text_methods::swapcase;
///
/// assert_eq!(swapcase("Late"), "lATE");
/// ```
#[must_use]
pub fn swapcase(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        if char.is_uppercase() {
            push_lower(text, at, char, &mut out);
        } else if char.is_lowercase() {
            out.extend(char.to_uppercase());
        } else {
            out.push(char);
        }
    }
    out
}

fn push_lower(text: &str, at: usize, char: char, out: &mut String) {
    if char == 'Σ' {
        out.push(if is_final_sigma(text, at) { 'ς' } else { 'σ' });
    } else {
        out.extend(char.to_lowercase());
    }
}

/// Tells whether the sigma at byte `at` ends a word: a cased letter stands before it and none after it.
fn is_final_sigma(text: &str, at: usize) -> bool {
    let (before, from) = text.split_at_checked(at).unwrap_or_default();
    let cased = |char: Option<char>| char.is_some_and(is_cased);
    cased(before.chars().rev().find(|&char| !is_case_ignorable(char)))
        && !cased(from.chars().skip(1).find(|&char| !is_case_ignorable(char)))
}

/// Tells whether the character counts as upper or title case for `istitle`.
pub(super) fn starts_title_word(char: char) -> bool {
    char.is_uppercase() || is_title_cased(char)
}
