//! From code points to bytes and back: a flag for ASCII, else one mark per KiB.

/// The distance of two marks, and the most that a look-up scans.
pub(crate) const MARK_BYTES: usize = 1024;

/// How many code points begin before each KiB of a text.
#[derive(Debug)]
pub(crate) enum CharIndex {
    /// Code points are bytes.
    Ascii,
    /// `marks[i]` code points begin before byte `i * MARK_BYTES`; `chars` in all.
    Marks { marks: Box<[u64]>, chars: usize },
}

impl CharIndex {
    /// Reads the text once.
    pub(crate) fn build(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Ascii;
        }
        let mut chars = 0;
        let marks = text
            .as_bytes()
            .chunks(MARK_BYTES)
            .map(|block| {
                let before = chars as u64;
                chars += count_starts(block);
                before
            })
            .collect();
        Self::Marks { marks, chars }
    }

    /// Counts the code points that begin before byte `byte`.
    pub(crate) fn char_of_byte(&self, text: &str, byte: usize) -> usize {
        match self {
            Self::Ascii => byte.min(text.len()),
            Self::Marks { marks, chars } => {
                if byte >= text.len() {
                    return *chars;
                }
                let mark = byte / MARK_BYTES;
                let before = marks.get(mark).map_or(0, |&count| count as usize);
                before + count_starts(text.as_bytes().get(mark * MARK_BYTES..byte).unwrap_or_default())
            }
        }
    }

    /// Returns the byte at which code point `char` begins; the text's length for any that is past its end.
    pub(crate) fn byte_of_char(&self, text: &str, char: usize) -> usize {
        match self {
            Self::Ascii => char.min(text.len()),
            Self::Marks { marks, chars } => {
                if char >= *chars {
                    return text.len();
                }
                let mark = last_mark_at_or_before(marks, char, *chars);
                let before = marks.get(mark).map_or(0, |&count| count as usize);
                let from = mark * MARK_BYTES;
                let rest = text.as_bytes().get(from..).unwrap_or_default();
                from + byte_of_start(rest, char - before)
            }
        }
    }
}

/// Finds the last mark that counts no more than `char`. Density varies little within a text, so the place is guessed and
/// the search widens from there: a step or two in practice, logarithmic at worst.
fn last_mark_at_or_before(marks: &[u64], char: usize, chars: usize) -> usize {
    let char = char as u64;
    let guess = (u128::from(char) * marks.len() as u128 / (chars as u128).max(1)) as usize;
    let guess = guess.min(marks.len().saturating_sub(1));
    let is_before = |index: usize| marks.get(index).is_none_or(|&mark| mark <= char);
    let (mut low, mut high, mut step) = (guess, guess + 1, 1);
    while low > 0 && !is_before(low) {
        high = low;
        low = low.saturating_sub(step);
        step *= 2;
    }
    while high < marks.len() && is_before(high) {
        low = high;
        high = high.saturating_add(step).min(marks.len());
        step *= 2;
    }
    let window = marks.get(low..high).unwrap_or_default();
    (low + window.partition_point(|&mark| mark <= char)).saturating_sub(1)
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
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let mut remaining = before;
    let mut at = 0;
    for block in blocks {
        let starts = starts_in_block(block);
        if starts > remaining {
            break;
        }
        remaining -= starts;
        at += BLOCK;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    for (index, &byte) in rest.iter().enumerate() {
        if is_start(byte) {
            if remaining == 0 {
                return at + index;
            }
            remaining -= 1;
        }
    }
    bytes.len()
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
            "😀".repeat(10 * MARK_BYTES)
        ));
        agrees_everywhere(&format!(
            "{}{}",
            "😀".repeat(10 * MARK_BYTES),
            "a".repeat(50 * MARK_BYTES)
        ));
    }

    proptest! {
        #[test]
        fn agrees_on_any_text(parts in prop::collection::vec(("\\PC{0,40}", 1_usize..60), 0..6)) {
            agrees_everywhere(&parts.into_iter().map(|(part, times)| part.repeat(times)).collect::<String>());
        }
    }
}
