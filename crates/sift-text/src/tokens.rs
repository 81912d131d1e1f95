//! Counting of tokens, the unit in which models measure text.

use std::fmt;
use std::ops::Range;

use crate::settled::Settled;

/// The maximum number of bytes that a tokenizer gets at once. It bounds the time of one call, while
/// few tokens are cut at window ends.
pub const TOKEN_WINDOW_BYTES: usize = 8 * 1024;

/// A tokenizer that counts the tokens of a text as some model does.
///
/// It must be deterministic and the same on every machine: programs see its counts.
///
/// ```
/// use sift_text::Tokenizer;
///
/// /// A token for each word, with the space before it.
/// #[derive(Debug)]
/// struct Words;
///
/// impl Tokenizer for Words {
///     fn name(&self) -> &'static str {
///         "words-1"
///     }
///
///     fn count(&self, text: &str) -> usize {
///         self.ends(text).len()
///     }
///
///     fn ends(&self, text: &str) -> Vec<usize> {
///         let spaces = text.match_indices(' ').map(|(at, _)| at).filter(|at| *at > 0);
///         spaces.chain((!text.is_empty()).then_some(text.len())).collect()
///     }
/// }
///
/// assert_eq!(Words.ends("It rained again"), [2, 9, 15]);
/// assert_eq!(Words.count(""), 0);
/// ```
pub trait Tokenizer: fmt::Debug + Send + Sync {
    /// Returns a stable name of the tokenizer, by which a recorded run looks it up again.
    fn name(&self) -> &'static str;

    /// Returns the number of tokens of a text of at most [`TOKEN_WINDOW_BYTES`] bytes.
    fn count(&self, text: &str) -> usize;

    /// Returns the end offset of each token, in bytes, of a text of at most [`TOKEN_WINDOW_BYTES`]
    /// bytes. An end may be inside a code point.
    fn ends(&self, text: &str) -> Vec<usize>;
}

/// Returns the next part of a text from `start`, of up to [`TOKEN_WINDOW_BYTES`] bytes, that can be
/// tokenized on its own.
///
/// The part ends between a letter and a space that a letter follows, or between a line end and a
/// letter, because word tokenizers have no token that crosses such a position. If there is no such
/// position, as in a million times the same letter, the part ends at a code point boundary. Then a
/// few tokens per 8 KiB may differ from those of the whole text.
///
/// ```
/// use sift_text::{TOKEN_WINDOW_BYTES, Text, token_window};
///
/// let text = Text::from_string("It rained again. ".repeat(1_000));
/// let text = text.settled().expect("nothing is missing");
/// let first = token_window(text, 0);
/// let second = token_window(text, first.end);
/// assert!(first.len() <= TOKEN_WINDOW_BYTES && second.start == first.end);
/// assert!(text.to_flat()[second].starts_with(' '), "cut before the space of a word");
/// ```
#[must_use]
pub fn token_window(text: Settled<'_>, start: usize) -> Range<usize> {
    let length = text.len_bytes();
    if length.saturating_sub(start) <= TOKEN_WINDOW_BYTES {
        return start..length;
    }
    let mut end = start + TOKEN_WINDOW_BYTES;
    while end > start && !text.is_boundary(end) {
        end -= 1;
    }
    let whole = text.slice_bytes(start..end).unwrap_or_default();
    let whole = whole.to_flat().unwrap_or_default();
    start..start + last_word_start(&whole).unwrap_or(end - start)
}

/// Returns the last offset in the second half of a text at which a cut doesn't change the text's
/// tokens.
fn last_word_start(text: &str) -> Option<usize> {
    let mut behind = None;
    let mut at = None;
    for (start, char) in text.char_indices().rev() {
        if start < text.len() / 2 {
            return None;
        }
        match (char, at) {
            ('\n', None) if behind.is_some_and(char::is_alphabetic) => return Some(start + 1),
            (' ', _) if behind.is_some_and(char::is_alphabetic) => at = Some(start),
            (char, Some(at)) if char.is_alphabetic() => return Some(at),
            _ => at = None,
        }
        behind = Some(char);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn windows(text: &str) -> Vec<Range<usize>> {
        let text = Text::new(text);
        let settled = text.settled().unwrap();
        let mut start = 0;
        let mut windows = Vec::new();
        while start < settled.len_bytes() {
            let window = token_window(settled, start);
            start = window.end;
            windows.push(window);
        }
        windows
    }

    #[test]
    fn windows_end_before_words() {
        let words = "some words and more ".repeat(1_000);
        let found = windows(&words);
        assert!(found.len() == 3, "{found:?}");
        for window in &found[..2] {
            assert!(window.len() > TOKEN_WINDOW_BYTES - 16, "{window:?}");
            assert_eq!(words.as_bytes().get(window.end), Some(&b' '), "{window:?}");
        }
    }

    #[test]
    fn windows_without_word_breaks_end_at_code_points() {
        let found = windows(&"漢".repeat(5_000));
        assert_eq!(found, [0..8_190, 8_190..15_000]);
        assert_eq!(windows(""), []);
        assert_eq!(windows(&"\n".repeat(TOKEN_WINDOW_BYTES + 1)).len(), 2);
    }
}
