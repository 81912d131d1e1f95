//! Evaluation of zero-width assertions, such as `\b`, at a position of the text.

use super::ast::Assertion;
use super::charset::is_word;
use super::haystack::Cursor;

/// Returns `true` if a zero-width assertion holds at a byte offset.
pub(super) fn holds(assertion: Assertion, text: &mut Cursor<'_>, at: usize) -> bool {
    let len = text.len();
    match assertion {
        Assertion::TextStart => at == 0,
        Assertion::LineStart => at == 0 || text.char_before(at) == Some('\n'),
        Assertion::TextEnd => at == len,
        Assertion::FinalLineEnd => at == len || at + 1 == len && text.char_at(at) == Some('\n'),
        Assertion::LineEnd => at == len || text.char_at(at) == Some('\n'),
        // CPython finds neither `\b` nor `\B` in an empty text.
        Assertion::WordBoundary { .. } | Assertion::NoWordBoundary { .. } if len == 0 => false,
        Assertion::WordBoundary { ascii } => at_boundary(text, at, ascii),
        Assertion::NoWordBoundary { ascii } => !at_boundary(text, at, ascii),
    }
}

fn at_boundary(text: &mut Cursor<'_>, at: usize, ascii: bool) -> bool {
    let in_word = |char: Option<char>| char.is_some_and(|char| (char.is_ascii() || !ascii) && is_word(char));
    in_word(text.char_before(at)) != in_word(text.char_at(at))
}
