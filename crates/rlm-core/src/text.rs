//! Texts of answers as strings.

use sift_text::Text;

/// Returns `true` if a text has nothing but white space.
pub(crate) fn is_blank(text: &Text) -> bool {
    text.settled().is_ok_and(|text| text.chars().all(char::is_whitespace))
}

/// Returns a text as a string; an empty one if a part of it is pending.
pub(crate) fn flat(text: &Text) -> String {
    text.to_flat().unwrap_or_default().into_owned()
}
