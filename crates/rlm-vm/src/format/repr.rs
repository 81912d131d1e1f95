//! `repr` and `ascii` of texts.

use std::fmt::Write as _;

use crate::text_methods::is_printable;

/// The most bytes that one byte of text can become in [`str_repr`] and [`str_ascii`], the two quotes not counted.
pub const REPR_GROWTH: usize = 4;

/// Returns the text as `repr` shows it: in quotes, with escapes for what can't be printed.
#[must_use]
pub fn str_repr(text: &str) -> String {
    quoted(text, is_printable)
}

/// Returns the text as `ascii` shows it: as `repr`, with escapes for all that is not ASCII.
#[must_use]
pub fn str_ascii(text: &str) -> String {
    quoted(text, |char| matches!(char, ' '..='~'))
}

fn quoted(text: &str, shown: impl Fn(char) -> bool) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            _ if char == quote => out.extend(['\\', char]),
            _ if shown(char) => out.push(char),
            _ => push_escape(char, &mut out),
        }
    }
    out.push(quote);
    out
}

fn push_escape(char: char, out: &mut String) {
    let code = u32::from(char);
    // Writing to a String does not fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}
