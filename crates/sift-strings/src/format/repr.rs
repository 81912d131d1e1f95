//! Formatting of strings as `repr` and `ascii` do.

use crate::methods::is_printable;

/// The maximum growth factor of a string in [`str_repr`] and [`str_ascii`], in bytes, without the
/// two quotes.
pub const REPR_GROWTH: usize = 4;

/// Returns the `repr` of a string: quoted, with escapes for non-printable characters.
///
/// ```
/// use sift_strings::format::str_repr;
///
/// assert_eq!(str_repr("the board's\n"), r#""the board's\n""#);
/// ```
#[must_use]
pub fn str_repr(text: &str) -> String {
    quoted(text, is_printable)
}

/// Returns the `ascii` of a string: its `repr`, with escapes for all non-ASCII characters.
///
/// ```
/// use sift_strings::format::str_ascii;
///
/// assert_eq!(str_ascii("größer"), r"'gr\xf6\xdfer'");
/// ```
#[must_use]
pub fn str_ascii(text: &str) -> String {
    quoted(text, |char| matches!(char, ' '..='~'))
}

/// Replaces the non-ASCII characters in a value's `repr` by escapes, as `ascii` does.
#[must_use]
pub fn escaped_non_ascii(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len());
    for char in shown.chars() {
        if char.is_ascii() {
            out.push(char);
        } else {
            push_escape(char, &mut out);
        }
    }
    out
}

fn quoted(text: &str, shown: impl Fn(char) -> bool) -> String {
    let quote = quote_around(text);
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    push_quoted(&mut out, text, quote, shown);
    out.push(quote);
    out
}

/// Returns the first `most` characters of a string's `repr`, without building the rest.
pub(super) fn repr_start(text: &str, most: usize) -> String {
    // Each character becomes at least one.
    let start = text.char_indices().nth(most).and_then(|(end, _)| text.get(..end));
    let quote = quote_around(text);
    let mut out = String::from(quote);
    push_repr_part(&mut out, start.unwrap_or(text), quote);
    out.push(quote);
    out.chars().take(most).collect()
}

/// Returns the quote character that `repr` puts around a string.
pub fn quote_around(text: &str) -> char {
    if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    }
}

/// Appends the `repr` of a part of a string, without the quotes around the string.
pub fn push_repr_part(out: &mut String, part: &str, quote: char) {
    push_quoted(out, part, quote, is_printable);
}

fn push_quoted(out: &mut String, text: &str, quote: char, shown: impl Fn(char) -> bool) {
    let mut rest = text;
    while !rest.is_empty() {
        // Unescaped characters mostly come in runs.
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'\\' && *byte != quote as u8;
        let plain = rest.bytes().take_while(|byte| is_plain(byte)).count();
        let (run, after) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.push_str(run);
        let mut chars = after.chars();
        match chars.next() {
            None => {}
            Some('\\') => out.push_str("\\\\"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some(char) if char == quote => out.extend(['\\', char]),
            Some(char) if shown(char) => out.push(char),
            Some(char) => push_escape(char, out),
        }
        rest = chars.as_str();
    }
}

fn push_escape(char: char, out: &mut String) {
    let code = u32::from(char);
    let (letter, digits) = match code {
        0..=0xff => ('x', 2),
        0x100..=0xffff => ('u', 4),
        _ => ('U', 8),
    };
    out.extend(['\\', letter]);
    let digit = |place: u32| char::from_digit(code >> (4 * place) & 0xf, 16).unwrap_or('0');
    out.extend((0..digits).rev().map(digit));
}
