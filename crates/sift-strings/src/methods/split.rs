//! The splitting methods of strings: `split`, `rsplit`, `splitlines`, `partition` and `rpartition`.

use std::iter;
use std::ops::Range;

use super::TextMethodError;
use super::needle::{LastNeedle, Needle};
use super::search;
use super::unicode::is_space;

/// Whether lines include the line break that ends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// Lines include the line break, as in `splitlines(True)`.
    Keep,
    /// Lines exclude the line break, as in `splitlines()`.
    Drop,
}

/// Splits a text at runs of white space, at most `maxsplit` times, like `text.split()`. Skips empty
/// parts.
///
/// ```
/// use sift_strings::methods::split_whitespace;
///
/// let text = "  A-1 is  late ";
/// let words: Vec<&str> = split_whitespace(text, Some(1)).map(|word| &text[word]).collect();
/// assert_eq!(words, ["A-1", "is  late "]);
/// ```
pub fn split_whitespace(text: &str, maxsplit: Option<usize>) -> impl Iterator<Item = Range<usize>> {
    split_whitespace_until(text, maxsplit, || false)
}

/// Like [`split_whitespace`], but ends early if `stop`, which is checked regularly, returns `true`.
pub fn split_whitespace_until(
    text: &str,
    maxsplit: Option<usize>,
    stop: impl Fn() -> bool,
) -> impl Iterator<Item = Range<usize>> {
    let mut left = maxsplit;
    let mut at = 0;
    iter::from_fn(move || {
        let start = first_after(text, at, |char| !is_space(char), &stop)?;
        if spend(&mut left) {
            let end = first_space(text, start, &stop).unwrap_or(text.len());
            at = end;
            Some(start..end)
        } else {
            // The last part keeps its trailing white space, as in CPython.
            at = text.len();
            Some(start..text.len())
        }
    })
}

/// The number of bytes that are searched between two checks of the `stop` callback.
pub(super) const STRETCH: usize = 1 << 20;

/// Finds the first white space at or after a byte offset. Has a fast path for printable ASCII.
#[inline]
fn first_space(text: &str, from: usize, stop: &impl Fn() -> bool) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let mut passed = 0;
    for stretch in rest.chunks(STRETCH) {
        if let Some(other) = stretch.iter().position(|byte| !matches!(byte, b'!'..=b'~')) {
            let other = passed + other;
            return match rest.get(other) {
                Some(b' ' | b'\n') => Some(from + other),
                _ => first_after(text, from + other, is_space, stop),
            };
        }
        passed += stretch.len();
        if stop() {
            break;
        }
    }
    None
}

/// Finds the first character at or after a byte offset for which a predicate holds; `None` at the
/// end, or if `stop` returns `true`.
#[inline]
pub(super) fn first_after(
    text: &str,
    from: usize,
    is_of_kind: impl Fn(char) -> bool,
    stop: &impl Fn() -> bool,
) -> Option<usize> {
    let mut at = from;
    loop {
        let end = at.saturating_add(STRETCH);
        while at < end {
            let byte = text.as_bytes().get(at)?;
            let char = match byte.is_ascii() {
                true => char::from(*byte),
                false => text.get(at..)?.chars().next()?,
            };
            if is_of_kind(char) {
                return Some(at);
            }
            at += char.len_utf8();
        }
        if stop() {
            return None;
        }
    }
}

/// Returns the length of a text without the trailing characters for which a predicate holds, in
/// bytes.
pub(super) fn trimmed_len(text: &str, is_of_kind: impl Fn(char) -> bool, stop: &impl Fn() -> bool) -> usize {
    let mut end = text.len();
    while end > 0 && !stop() {
        let stretch = text.floor_char_boundary(end.saturating_sub(STRETCH));
        let kept = text.get(stretch..end).unwrap_or_default().trim_end_matches(&is_of_kind);
        end = stretch + kept.len();
        if !kept.is_empty() {
            break;
        }
    }
    end
}

/// Splits a text at runs of white space from the right, at most `maxsplit` times. Yields the parts
/// from right to left.
///
/// ```
/// use sift_strings::methods::rsplit_whitespace;
///
/// let text = "A-1 is late";
/// let words: Vec<&str> = rsplit_whitespace(text, Some(1)).map(|word| &text[word]).collect();
/// assert_eq!(words, ["late", "A-1 is"], "from the right");
/// ```
pub fn rsplit_whitespace(text: &str, maxsplit: Option<usize>) -> impl Iterator<Item = Range<usize>> {
    rsplit_whitespace_until(text, maxsplit, || false)
}

/// Like [`rsplit_whitespace`], but yields no further ranges once `stop`, which is checked regularly,
/// returns `true`.
pub fn rsplit_whitespace_until(
    text: &str,
    maxsplit: Option<usize>,
    stop: impl Fn() -> bool,
) -> impl Iterator<Item = Range<usize>> {
    let mut left = maxsplit;
    let mut end_of_rest = text.len();
    iter::from_fn(move || {
        let end = trimmed_len(text.get(..end_of_rest)?, is_space, &stop);
        if end == 0 || stop() {
            return None;
        }
        let start = if spend(&mut left) {
            trimmed_len(text.get(..end)?, |char| !is_space(char), &stop)
        } else {
            // The first part keeps its leading white space, as in CPython.
            0
        };
        end_of_rest = start;
        Some(start..end)
    })
}

/// Splits a text at each `separator`, at most `maxsplit` times.
///
/// ```
/// use sift_strings::methods::split;
///
/// let text = "a,,b";
/// let fields: Vec<&str> = split(text, ",", None)?.map(|field| &text[field]).collect();
/// assert_eq!(fields, ["a", "", "b"]);
/// assert!(split(text, "", None).is_err());
/// # Ok::<(), sift_strings::methods::TextMethodError>(())
/// ```
///
/// # Errors
/// [`TextMethodError::EmptySeparator`].
pub fn split<'a>(
    text: &'a str,
    separator: &'a str,
    maxsplit: Option<usize>,
) -> Result<impl Iterator<Item = Range<usize>> + 'a, TextMethodError> {
    let finder = Needle::new(not_empty(separator)?, text.len());
    let mut left = maxsplit;
    let mut rest = Some(0);
    Ok(iter::from_fn(move || {
        let start = rest?;
        let hit = if spend(&mut left) {
            finder.find(text.as_bytes().get(start..)?).map(|length| start + length)
        } else {
            None
        };
        rest = hit.map(|at| at + separator.len());
        Some(start..hit.unwrap_or(text.len()))
    }))
}

/// Splits a text at each `separator` from the right, at most `maxsplit` times. Yields the parts
/// from right to left.
///
/// ```
/// use sift_strings::methods::rsplit;
///
/// let text = "minutes/2024/may.md";
/// let parts: Vec<&str> = rsplit(text, "/", Some(1))?.map(|part| &text[part]).collect();
/// assert_eq!(parts, ["may.md", "minutes/2024"], "from the right");
/// # Ok::<(), sift_strings::methods::TextMethodError>(())
/// ```
///
/// # Errors
/// [`TextMethodError::EmptySeparator`].
pub fn rsplit<'a>(
    text: &'a str,
    separator: &'a str,
    maxsplit: Option<usize>,
) -> Result<impl Iterator<Item = Range<usize>> + 'a, TextMethodError> {
    let separator_bytes = not_empty(separator)?;
    let finder = (separator.len() <= text.len()).then(|| LastNeedle::new(separator_bytes));
    let mut left = maxsplit;
    let mut rest = Some(text.len());
    Ok(iter::from_fn(move || {
        let end = rest?;
        let hit = if spend(&mut left) {
            finder
                .as_ref()
                .and_then(|finder| finder.rfind(text.as_bytes().get(..end)?))
        } else {
            None
        };
        rest = hit;
        Some(hit.map_or(0, |at| at + separator.len())..end)
    }))
}

/// Splits a text into lines at Python's line boundaries; `\r\n` is one boundary. A line boundary at
/// the end of the text starts no further line.
///
/// ```
/// use sift_strings::methods::{LineEnds, split_lines};
///
/// let text = "one\r\ntwo\x0bthree";
/// let lines: Vec<&str> = split_lines(text, LineEnds::Drop).map(|line| &text[line]).collect();
/// assert_eq!(lines, ["one", "two", "three"]);
/// ```
pub fn split_lines(text: &str, ends: LineEnds) -> impl Iterator<Item = Range<usize>> {
    split_lines_until(text, ends, || false)
}

/// Like [`split_lines`], but ends early if `stop`, which is checked regularly, returns `true`.
pub fn split_lines_until(text: &str, ends: LineEnds, stop: impl Fn() -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    iter::from_fn(move || {
        let start = at;
        let rest = text.get(start..)?;
        if rest.is_empty() {
            return None;
        }
        let (content, next) = match line_boundary(text.as_bytes(), start, &stop) {
            None => (text.len(), text.len()),
            Some(boundary) => (boundary.start, boundary.end),
        };
        at = next;
        Some(match ends {
            LineEnds::Keep => start..next,
            LineEnds::Drop => start..content,
        })
    })
}

/// The number of bytes that are tested together for a line boundary.
const BLOCK: usize = 32;

/// Finds the first line boundary at or after a byte offset; `\r\n` is one boundary.
fn line_boundary(text: &[u8], from: usize, stop: &impl Fn() -> bool) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        if stop() {
            return None;
        }
        at += first_suspect(text.get(at..)?)?;
        let len = match text.get(at..)? {
            [b'\r', b'\n', ..] => 2,
            [0xc2, 0x85, ..] => 2,
            [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
            [0xc2 | 0xe2, ..] => 0,
            _ => 1,
        };
        if len > 0 {
            return Some(at..at + len);
        }
        at += 1;
    }
}

/// Finds the first byte that may start a line boundary. Tests blocks of a fixed length without
/// branches, so that the code compiles to vector instructions.
fn first_suspect(bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let any = |block: &[u8; BLOCK]| block.iter().fold(0_u8, |any, &byte| any | u8::from(is_suspect(byte)));
    let clear = |block: &&[u8; BLOCK]| any(block) == 0;
    let skipped = blocks.iter().take_while(clear).count();
    let block = blocks.get(skipped).map_or(rest, |block| block.as_slice());
    let within = block.iter().position(|&byte| is_suspect(byte));
    within.map(|within| skipped * BLOCK + within)
}

const fn is_suspect(byte: u8) -> bool {
    // In the order of code points: the ASCII line ends, U+0085, U+2028 and U+2029.
    (byte.wrapping_sub(0x0a) < 4) | (byte.wrapping_sub(0x1c) < 3) | (byte == 0xc2) | (byte == 0xe2)
}

/// Splits a text at the first `separator`. Returns the part before the separator, the separator and
/// the part after it; the whole text and two empty parts if the separator doesn't occur.
///
/// ```
/// use sift_strings::methods::partition;
///
/// assert_eq!(partition("key=value=more", "="), Ok([0..3, 3..4, 4..14]));
/// ```
///
/// # Errors
/// [`TextMethodError::EmptySeparator`].
pub fn partition(text: &str, separator: &str) -> Result<[Range<usize>; 3], TextMethodError> {
    let end = text.len();
    not_empty(separator)?;
    Ok(match search::find(text, separator) {
        Some(at) => around(text, at, separator),
        None => [0..end, end..end, end..end],
    })
}

/// Splits a text at the last `separator`. Returns the part before the separator, the separator and
/// the part after it; two empty parts and the whole text if the separator doesn't occur.
///
/// ```
/// use sift_strings::methods::rpartition;
///
/// assert_eq!(rpartition("key=value=more", "="), Ok([0..9, 9..10, 10..14]));
/// ```
///
/// # Errors
/// [`TextMethodError::EmptySeparator`].
pub fn rpartition(text: &str, separator: &str) -> Result<[Range<usize>; 3], TextMethodError> {
    not_empty(separator)?;
    Ok(match search::rfind(text, separator) {
        Some(at) => around(text, at, separator),
        None => [0..0, 0..0, 0..text.len()],
    })
}

fn around(text: &str, at: usize, separator: &str) -> [Range<usize>; 3] {
    let after = at + separator.len();
    [0..at, at..after, after..text.len()]
}

fn not_empty(separator: &str) -> Result<&[u8], TextMethodError> {
    if separator.is_empty() {
        Err(TextMethodError::EmptySeparator)
    } else {
        Ok(separator.as_bytes())
    }
}

/// Uses up one of the remaining splits; returns `false` if none is left.
fn spend(left: &mut Option<usize>) -> bool {
    match left {
        None => true,
        Some(0) => false,
        Some(cuts) => {
            *cuts -= 1;
            true
        }
    }
}
