//! Detection and escaping of characters that are not shown as themselves.

use std::borrow::Cow;

/// Returns `true` if a terminal may act on a character instead of showing it: control characters,
/// line separators, and marks of text direction.
///
/// ```
/// use sift_text::is_terminal_control;
///
/// assert!(['\n', '\u{1b}', '\u{9b}', '\u{202e}'].into_iter().all(is_terminal_control));
/// assert!(!is_terminal_control('é') && !is_terminal_control('\u{200b}'));
/// ```
#[must_use]
pub fn is_terminal_control(char: char) -> bool {
    match char {
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        _ => char.is_control(),
    }
}

/// Returns `true` if a reader does not see a character: one that a terminal [acts on](is_terminal_control),
/// or one with Unicode's `Default_Ignorable_Code_Point`. Of the latter, variation selectors and
/// tags can hide a whole text.
///
/// The two variation selectors that choose how an emoji looks are seen.
///
/// ```
/// use sift_text::is_invisible;
///
/// assert!(['\u{ad}', '\u{200b}', '\u{e0041}'].into_iter().all(is_invisible));
/// assert!(!is_invisible('\u{fe0f}') && !is_invisible(' '));
/// ```
#[must_use]
pub fn is_invisible(char: char) -> bool {
    match char {
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0d}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => is_terminal_control(char),
    }
}

/// Returns a text in which the characters for which `is_escaped` returns `true` are replaced by
/// escapes, `\u{…}`.
///
/// ```
/// assert_eq!(sift_text::escaped("a\u{1b}[2J", sift_text::is_terminal_control), "a\\u{1b}[2J");
/// ```
pub fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_escaped(char) {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}
