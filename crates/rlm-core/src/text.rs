//! Helpers for the texts of answers.

use sift_text::Text;

/// Returns `true` if a text is empty or only white space.
pub(crate) fn is_blank(text: &Text) -> bool {
    text.settled().is_ok_and(|text| text.chars().all(char::is_whitespace))
}

/// Returns a text as a flat string; an empty one if a part of the text is a pending value.
pub(crate) fn flat(text: &Text) -> String {
    text.to_flat().unwrap_or_default().into_owned()
}
