//! An index that converts between code points and bytes: empty for ASCII, else one mark per KiB.
//!
//! A mark takes two bytes, since it counts from the start of its group of 64 marks; each group
//! counts from the start of the text. The index of 10 GB takes 22 MB.

use std::iter;
use std::sync::Arc;

/// The distance between two marks of the index, in bytes. A lookup scans at most that many.
pub(crate) const MARK_BYTES: usize = 1024;
/// The number of marks in a group of the index. The count of code points within a group fits into
/// two bytes.
const GROUP_MARKS: usize = 64;
const GROUP_BYTES: usize = GROUP_MARKS * MARK_BYTES;

/// An index of where the code points of a text start, for converting between code point and byte
/// offsets. Cheap to clone.
///
/// Threads can count the parts of a long text, and combine their counts to an index:
///
/// ```
/// use sift_text::{CharCounts, CharIndex};
///
/// let text = "größer ".repeat(1_000);
/// let parts: Vec<CharCounts> = text.as_bytes().chunks(1_024).map(CharCounts::new).collect();
/// let index = CharIndex::from_counts(&parts);
/// assert_eq!((text.len(), index.chars(text.len())), (9_000, 7_000));
/// ```
#[derive(Debug, Clone)]
pub struct CharIndex(Repr);

#[derive(Debug, Clone)]
enum Repr {
    /// All bytes of the text are ASCII, so that code point and byte offsets are equal.
    Ascii,
    Marks(Arc<Marks>),
}

#[derive(Debug)]
struct Marks {
    /// The number of code points before each group of marks.
    groups: Box<[u64]>,
    /// For each mark, the number of code points between the start of its group and the mark.
    marks: Box<[u16]>,
    chars: usize,
}

/// The number of code points that start in each KiB of a part of a text. Threads that share the
/// reading of a long text build a [`CharIndex`] from these.
#[derive(Debug, Clone)]
pub struct CharCounts {
    bytes: usize,
    /// The number of code points that start in each KiB; `None` if all bytes are ASCII.
    counts: Option<Box<[u16]>>,
}

impl CharCounts {
    /// Counts the code points in a part of a text, which may start and end within a code point. The
    /// length of every part but the last must be a multiple of 1 KiB.
    #[must_use]
    pub fn new(part: &[u8]) -> Self {
        let counts = (!part.is_ascii()).then(|| part.chunks(MARK_BYTES).map(count_in_mark).collect());
        Self {
            bytes: part.len(),
            counts,
        }
    }

    /// Returns the counts of a part of a text that consists of `bytes` ASCII bytes.
    #[must_use]
    pub const fn ascii(bytes: usize) -> Self {
        Self { bytes, counts: None }
    }

    /// Concatenates the counts of adjacent parts of a text.
    ///
    /// ```
    /// use sift_text::{CharCounts, CharIndex};
    ///
    /// let (ascii, rest) = ("a".repeat(1_024), "é".repeat(10));
    /// let counts = CharCounts::concat(&[CharCounts::ascii(ascii.len()), CharCounts::new(rest.as_bytes())]);
    /// assert_eq!(CharIndex::from_counts(&[counts]).chars(ascii.len() + rest.len()), 1_034);
    /// ```
    #[must_use]
    pub fn concat(parts: &[Self]) -> Self {
        Self {
            bytes: parts.iter().map(|part| part.bytes).sum(),
            counts: parts
                .iter()
                .any(|part| part.counts.is_some())
                .then(|| parts.iter().flat_map(Self::per_mark).collect()),
        }
    }

    fn per_mark(&self) -> impl Iterator<Item = u16> + '_ {
        let whole = self.bytes / MARK_BYTES;
        let rest = self.bytes % MARK_BYTES;
        let ascii = iter::repeat_n(MARK_BYTES, whole).chain((rest > 0).then_some(rest));
        let ascii = ascii.map(|count| u16::try_from(count).unwrap_or(u16::MAX));
        let (ascii, counts) = match &self.counts {
            None => (Some(ascii), None),
            Some(counts) => (None, Some(counts.iter().copied())),
        };
        ascii.into_iter().flatten().chain(counts.into_iter().flatten())
    }
}

fn count_in_mark(block: &[u8]) -> u16 {
    u16::try_from(count_starts(block)).unwrap_or(u16::MAX)
}

impl CharIndex {
    /// Builds the index of a text's code points in one pass over the text.
    pub(crate) fn build(text: &str) -> Self {
        Self::from_counts(&[CharCounts::new(text.as_bytes())])
    }

    /// Builds the index of a text from the counts of the text's parts, in order.
    #[must_use]
    pub fn from_counts(parts: &[CharCounts]) -> Self {
        if parts.iter().all(|part| part.counts.is_none()) {
            return Self(Repr::Ascii);
        }
        let bytes: usize = parts.iter().map(|part| part.bytes).sum();
        let mut groups = Vec::with_capacity(bytes.div_ceil(GROUP_BYTES));
        let mut marks = Vec::with_capacity(bytes.div_ceil(MARK_BYTES));
        let (mut chars, mut group) = (0_u64, 0_u64);
        for (index, count) in parts.iter().flat_map(CharCounts::per_mark).enumerate() {
            if index.is_multiple_of(GROUP_MARKS) {
                group = chars;
                groups.push(group);
            }
            marks.push(u16::try_from(chars - group).unwrap_or(u16::MAX));
            chars += u64::from(count);
        }
        Self(Repr::Marks(Arc::new(Marks {
            groups: groups.into(),
            marks: marks.into(),
            chars: usize::try_from(chars).unwrap_or(usize::MAX),
        })))
    }

    /// Returns the number of code points of the whole text, whose length in bytes is `bytes`.
    #[must_use]
    pub fn chars(&self, bytes: usize) -> usize {
        match &self.0 {
            Repr::Ascii => bytes,
            Repr::Marks(marks) => marks.chars,
        }
    }

    pub(crate) const fn is_ascii(&self) -> bool {
        matches!(self.0, Repr::Ascii)
    }

    /// Returns the number of code points of `text` that start before byte `byte`.
    pub(crate) fn char_of_byte(&self, text: &str, byte: usize) -> usize {
        match &self.0 {
            Repr::Ascii => byte.min(text.len()),
            Repr::Marks(marks) if byte >= text.len() => marks.chars,
            Repr::Marks(marks) => {
                let mark = byte / MARK_BYTES;
                let rest = text.as_bytes().get(mark * MARK_BYTES..byte).unwrap_or_default();
                marks.before(mark) + count_starts(rest)
            }
        }
    }

    /// Returns the byte at which code point `char` of `text` starts, or the length of the text if
    /// it has fewer code points.
    pub(crate) fn byte_of_char(&self, text: &str, char: usize) -> usize {
        match &self.0 {
            Repr::Ascii => char.min(text.len()),
            Repr::Marks(marks) if char >= marks.chars => text.len(),
            Repr::Marks(marks) => marks.walk_to(char).finish(text.as_bytes()),
        }
    }

    /// Returns the bytes at which two code points start, as [`byte_of_char`](Self::byte_of_char)
    /// does for each. The cache misses of the two lookups overlap.
    pub(crate) fn bytes_of_chars(&self, text: &str, chars: [usize; 2]) -> [usize; 2] {
        match &self.0 {
            Repr::Marks(marks) if chars.iter().all(|char| *char < marks.chars) => {
                let [mut first, mut second] = chars.map(|char| marks.walk_to(char));
                let bytes = text.as_bytes();
                while first.steps(bytes) & second.steps(bytes) {}
                [first.finish(bytes), second.finish(bytes)]
            }
            _ => chars.map(|char| self.byte_of_char(text, char)),
        }
    }
}

impl Marks {
    /// Returns the number of code points before a mark of the index.
    fn before(&self, mark: usize) -> usize {
        let group = self.groups.get(mark / GROUP_MARKS).map_or(0, |&count| count as usize);
        group + self.marks.get(mark).map_or(0, |&count| usize::from(count))
    }

    /// Starts a scan for code point `char` at the last mark before it.
    fn walk_to(&self, char: usize) -> Walk {
        let mark = self.last_at_or_before(char);
        Walk {
            at: mark * MARK_BYTES,
            left: char.saturating_sub(self.before(mark)),
        }
    }

    /// Returns the last mark of the index with at most `char` code points before it.
    fn last_at_or_before(&self, char: usize) -> usize {
        let group = last_group_at_or_before(&self.groups, char, self.chars);
        let before = self.groups.get(group).map_or(0, |&count| count as usize);
        let first = group * GROUP_MARKS;
        let end = (first + GROUP_MARKS).min(self.marks.len());
        let window = self.marks.get(first..end).unwrap_or_default();
        let char = char.saturating_sub(before);
        first
            + window
                .partition_point(|&mark| usize::from(mark) <= char)
                .saturating_sub(1)
    }
}

/// Returns the last group of marks with at most `char` code points before it.
///
/// The density of code points varies little within a text, so the search starts at a guess and
/// widens exponentially: a step or two in practice, logarithmic at worst.
fn last_group_at_or_before(groups: &[u64], char: usize, chars: usize) -> usize {
    let char = char as u64;
    let guess = (u128::from(char) * groups.len() as u128 / (chars as u128).max(1)) as usize;
    let guess = guess.min(groups.len().saturating_sub(1));
    let is_before = |index: usize| groups.get(index).is_none_or(|&group| group <= char);
    let (mut low, mut high, mut step) = (guess, guess + 1, 1);
    while low > 0 && !is_before(low) {
        high = low;
        low = low.saturating_sub(step);
        step *= 2;
    }
    while high < groups.len() && is_before(high) {
        low = high;
        high = high.saturating_add(step).min(groups.len());
        step *= 2;
    }
    let window = groups.get(low..high).unwrap_or_default();
    (low + window.partition_point(|&group| group <= char)).saturating_sub(1)
}

/// The number of bytes in which code points are counted at once: a multiple of the vector width,
/// with a count that fits into a byte.
const BLOCK: usize = 64;

/// Counts the bytes at which a code point starts.
pub(crate) fn count_starts(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    blocks.iter().map(starts_in_block).sum::<usize>() + rest.iter().filter(|&&byte| is_start(byte)).count()
}

/// Returns the offset of the byte that starts a code point and has `before` such bytes in front of
/// it, or the length if there are fewer.
pub(crate) fn byte_of_start(bytes: &[u8], before: usize) -> usize {
    Walk { at: 0, left: before }.finish(bytes)
}

/// A scan for a code point, block by block.
struct Walk {
    at: usize,
    /// The number of code points still to skip.
    left: usize,
}

impl Walk {
    /// Skips the next block of bytes; returns `false` if the scan ends in that block or at the end
    /// of the text.
    #[inline]
    fn steps(&mut self, bytes: &[u8]) -> bool {
        let block = bytes.get(self.at..).and_then(<[u8]>::first_chunk::<BLOCK>);
        let Some(left) = block.and_then(|block| self.left.checked_sub(starts_in_block(block))) else {
            return false;
        };
        (self.at, self.left) = (self.at + BLOCK, left);
        true
    }

    /// Completes the scan. Returns the byte at which the code point starts, or the length of the
    /// text if it has fewer code points.
    fn finish(mut self, bytes: &[u8]) -> usize {
        while self.steps(bytes) {}
        let (words, last) = bytes.get(self.at..).unwrap_or_default().as_chunks::<8>();
        for word in words {
            let starts = starts_in_word(u64::from_le_bytes(*word));
            let count = starts.count_ones() as usize;
            if self.left < count {
                let before = (0..self.left).fold(starts, |starts, _| starts & starts.wrapping_sub(1));
                return self.at + before.trailing_zeros() as usize / 8;
            }
            (self.at, self.left) = (self.at + 8, self.left - count);
        }
        let rest = last.iter().enumerate().filter(|(_, byte)| is_start(**byte));
        let found = rest.map(|(index, _)| self.at + index).nth(self.left);
        found.unwrap_or(bytes.len())
    }
}

/// Returns a mask of the bytes in a word of text: the lowest bit of each byte is set if a code
/// point starts there.
const fn starts_in_word(word: u64) -> u64 {
    (!word >> 7 | word >> 6) & 0x0101_0101_0101_0101
}

/// Counts the code points that start in a block of bytes. The loop compiles to vector instructions:
/// it has no branches, no overflow checks, and a fixed length.
fn starts_in_block(block: &[u8; BLOCK]) -> usize {
    let count = block
        .iter()
        .fold(0_u8, |count, &byte| count.wrapping_add(u8::from(is_start(byte))));
    usize::from(count)
}

const fn is_start(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Checks the index against `char_indices` at every code point and byte of a text.
    fn agrees_everywhere(text: &str) {
        let index = CharIndex::build(text);
        let mut last = 0;
        for (char, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(index.byte_of_char(text, char), byte);
            assert_eq!(index.char_of_byte(text, byte), char);
            last = char + 1;
        }
        assert_eq!(index.byte_of_char(text, last), text.len());
        assert_eq!(index.byte_of_char(text, last + 7), text.len());
        for step in [1, 40, 5_000] {
            for char in (0..last + 2).step_by(997) {
                let both = [char, char + step];
                let expected = both.map(|char| index.byte_of_char(text, char));
                assert_eq!(index.bytes_of_chars(text, both), expected);
            }
        }
        assert_eq!(index.char_of_byte(text, text.len()), last);
    }

    #[test]
    fn char_index_agrees_around_mark_boundaries() {
        for pad in MARK_BYTES - 4..MARK_BYTES + 4 {
            agrees_everywhere(&format!("{}é😀漢{}", "a".repeat(pad), "ü".repeat(MARK_BYTES)));
        }
    }

    #[test]
    fn char_index_is_correct_for_unevenly_distributed_text() {
        agrees_everywhere(&format!(
            "{}{}",
            "a".repeat(50 * MARK_BYTES),
            "😀".repeat(50 * MARK_BYTES)
        ));
        agrees_everywhere(&format!(
            "{}{}",
            "😀".repeat(10 * MARK_BYTES),
            "a".repeat(50 * MARK_BYTES)
        ));
    }

    #[test]
    fn counts_of_parts_are_concatenated() {
        let text = format!(
            "{}é{}😀",
            "a".repeat(200 * MARK_BYTES - 1),
            "漢".repeat(70 * MARK_BYTES)
        );
        let parts = |part: usize| text.as_bytes().chunks(part).map(CharCounts::new).collect::<Vec<_>>();
        let whole = CharIndex::build(&text);
        for part in [MARK_BYTES, 3 * MARK_BYTES, 500 * MARK_BYTES] {
            let index = CharIndex::from_counts(&[CharCounts::concat(&parts(part))]);
            assert_eq!(index.chars(text.len()), text.chars().count());
            for char in (0..text.chars().count() + 2).step_by(1_000) {
                assert_eq!(index.byte_of_char(&text, char), whole.byte_of_char(&text, char));
            }
        }
        let ascii = [CharCounts::new(b"abc")];
        assert!(CharIndex::from_counts(&ascii).is_ascii());
        assert!(CharIndex::from_counts(&[]).is_ascii());
    }

    proptest! {
        #[test]
        fn char_index_agrees_on_any_text(parts in prop::collection::vec(("\\PC{0,40}", 1_usize..60), 0..6)) {
            agrees_everywhere(&parts.into_iter().map(|(part, times)| part.repeat(times)).collect::<String>());
        }
    }
}
