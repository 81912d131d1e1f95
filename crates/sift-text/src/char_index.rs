//! From code points to bytes and back: nothing for ASCII, else one mark per KiB.
//!
//! A mark takes two bytes, since it counts from the beginning of its group of 64; each group has a count from the text's
//! beginning. So the index of 10 GB takes 22 MB.

use std::iter;
use std::sync::Arc;

/// The distance of two marks, and the most that a look-up scans.
pub(crate) const MARK_BYTES: usize = 1024;
/// How many marks count from one place: what comes before the last of them still fits into two bytes.
const GROUP_MARKS: usize = 64;
const GROUP_BYTES: usize = GROUP_MARKS * MARK_BYTES;

/// Where the code points of a text begin. Cheap to clone.
///
/// Long texts are counted in parts, by several threads; what they counted makes the index:
///
/// ```
/// use sift_text::{CharCounts, CharIndex};
///
/// let text = "größer ".repeat(1_000);
/// let parts: Vec<CharCounts> = text.as_bytes().chunks(1_024).map(CharCounts::of).collect();
/// let index = CharIndex::of_counts(&parts);
/// assert_eq!((text.len(), index.chars(text.len())), (9_000, 7_000));
/// ```
#[derive(Debug, Clone)]
pub struct CharIndex(Repr);

#[derive(Debug, Clone)]
enum Repr {
    /// Code points are bytes.
    Ascii,
    Marks(Arc<Marks>),
}

#[derive(Debug)]
struct Marks {
    /// How many code points begin before each group.
    groups: Box<[u64]>,
    /// How many of them begin between the beginning of the group and each KiB.
    marks: Box<[u16]>,
    chars: usize,
}

/// How many code points begin in each KiB of a part of a text: what a [`CharIndex`] is put together from where several
/// readers share a long text.
#[derive(Debug, Clone)]
pub struct CharCounts {
    bytes: usize,
    /// None where all is ASCII.
    counts: Option<Box<[u16]>>,
}

impl CharCounts {
    /// Counts in a part of a text. Every part but the last is of whole KiB; it may begin and end within a code point.
    #[must_use]
    pub fn of(part: &[u8]) -> Self {
        let counts = (!part.is_ascii()).then(|| part.chunks(MARK_BYTES).map(count_in_mark).collect());
        Self {
            bytes: part.len(),
            counts,
        }
    }

    /// Returns the counts of `bytes` bytes that are known to be ASCII.
    #[must_use]
    pub const fn of_ascii(bytes: usize) -> Self {
        Self { bytes, counts: None }
    }

    /// Puts the counts of neighbours together.
    ///
    /// ```
    /// use sift_text::{CharCounts, CharIndex};
    ///
    /// let (ascii, rest) = ("a".repeat(1_024), "é".repeat(10));
    /// let counts = CharCounts::joined(&[CharCounts::of_ascii(ascii.len()), CharCounts::of(rest.as_bytes())]);
    /// assert_eq!(CharIndex::of_counts(&[counts]).chars(ascii.len() + rest.len()), 1_034);
    /// ```
    #[must_use]
    pub fn joined(parts: &[Self]) -> Self {
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
    /// Reads the text once.
    pub(crate) fn build(text: &str) -> Self {
        Self::of_counts(&[CharCounts::of(text.as_bytes())])
    }

    /// Puts the counts of a text's parts together, in their order.
    #[must_use]
    pub fn of_counts(parts: &[CharCounts]) -> Self {
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

    /// Returns how many code points a text of `bytes` bytes has.
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

    /// Counts the code points that begin before byte `byte`.
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

    /// Returns the byte at which code point `char` begins; the text's length for any that is past its end.
    pub(crate) fn byte_of_char(&self, text: &str, char: usize) -> usize {
        match &self.0 {
            Repr::Ascii => char.min(text.len()),
            Repr::Marks(marks) if char >= marks.chars => text.len(),
            Repr::Marks(marks) => marks.walk_to(char).finish(text.as_bytes()),
        }
    }

    /// Returns the bytes at which two code points begin, as [`byte_of_char`](Self::byte_of_char) does for each. A look into a
    /// large text waits for memory; here both wait at once.
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
    /// Returns how many code points begin before a mark.
    fn before(&self, mark: usize) -> usize {
        let group = self.groups.get(mark / GROUP_MARKS).map_or(0, |&count| count as usize);
        group + self.marks.get(mark).map_or(0, |&count| usize::from(count))
    }

    /// Begins the walk to a code point at the last mark before it.
    fn walk_to(&self, char: usize) -> Walk {
        let mark = self.last_at_or_before(char);
        Walk {
            at: mark * MARK_BYTES,
            left: char.saturating_sub(self.before(mark)),
        }
    }

    /// Finds the last mark that counts no more than `char`.
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

/// Finds the last group before which no more than `char` code points begin. Density varies little within a text, so the place
/// is guessed and the search widens from there: a step or two in practice, logarithmic at worst.
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

/// How many bytes are counted at once: a whole number of vector registers, and a count that fits into a byte.
const BLOCK: usize = 64;

/// Counts the bytes at which a code point begins.
pub(crate) fn count_starts(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    blocks.iter().map(starts_in_block).sum::<usize>() + rest.iter().filter(|&&byte| is_start(byte)).count()
}

/// Returns the place of the start byte that has `before` start bytes in front of it; the length if there are fewer.
pub(crate) fn byte_of_start(bytes: &[u8], before: usize) -> usize {
    Walk { at: 0, left: before }.finish(bytes)
}

/// A walk to a code point, block by block.
struct Walk {
    at: usize,
    /// How many code points begin between here and there.
    left: usize,
}

impl Walk {
    /// Goes on behind the next block, unless the walk ends in it, or the text does.
    #[inline]
    fn steps(&mut self, bytes: &[u8]) -> bool {
        let block = bytes.get(self.at..).and_then(<[u8]>::first_chunk::<BLOCK>);
        let Some(left) = block.and_then(|block| self.left.checked_sub(starts_in_block(block))) else {
            return false;
        };
        (self.at, self.left) = (self.at + BLOCK, left);
        true
    }

    /// Returns the byte at which the code point begins; the length of the text if it is past its end.
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

/// Returns a word in which the lowest bit of each byte tells whether a code point begins with it.
const fn starts_in_word(word: u64) -> u64 {
    (!word >> 7 | word >> 6) & 0x0101_0101_0101_0101
}

/// Counts in a form that compiles to vector instructions: no branch, no overflow check, and a length known beforehand.
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

    /// Compares the index with `char_indices` at every code point and byte.
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
    fn agrees_around_the_marks() {
        for pad in MARK_BYTES - 4..MARK_BYTES + 4 {
            agrees_everywhere(&format!("{}é😀漢{}", "a".repeat(pad), "ü".repeat(MARK_BYTES)));
        }
    }

    #[test]
    fn a_skewed_text_misleads_the_guess_but_not_the_answer() {
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
    fn parts_are_put_together() {
        let text = format!(
            "{}é{}😀",
            "a".repeat(200 * MARK_BYTES - 1),
            "漢".repeat(70 * MARK_BYTES)
        );
        let parts = |part: usize| text.as_bytes().chunks(part).map(CharCounts::of).collect::<Vec<_>>();
        let whole = CharIndex::build(&text);
        for part in [MARK_BYTES, 3 * MARK_BYTES, 500 * MARK_BYTES] {
            let index = CharIndex::of_counts(&[CharCounts::joined(&parts(part))]);
            assert_eq!(index.chars(text.len()), text.chars().count());
            for char in (0..text.chars().count() + 2).step_by(1_000) {
                assert_eq!(index.byte_of_char(&text, char), whole.byte_of_char(&text, char));
            }
        }
        let ascii = [CharCounts::of(b"abc")];
        assert!(CharIndex::of_counts(&ascii).is_ascii());
        assert!(CharIndex::of_counts(&[]).is_ascii());
    }

    proptest! {
        #[test]
        fn agrees_on_any_text(parts in prop::collection::vec(("\\PC{0,40}", 1_usize..60), 0..6)) {
            agrees_everywhere(&parts.into_iter().map(|(part, times)| part.repeat(times)).collect::<String>());
        }
    }
}
