//! Repeated searches of texts for the same needle.
//!
//! Preparing a needle takes about 4 ms per megabyte and can't be cancelled. So only the first bytes
//! of a very long needle are prepared, and the rest is compared at each candidate, up to the first
//! difference. Once candidates have cost several times the text's length, the whole needle is
//! prepared, so that a search takes linear time.

use std::cell::OnceCell;

use memchr::memmem::{Finder, FinderRev};

/// The maximum number of bytes of a needle that are prepared for searching.
const PREPARED: usize = if cfg!(test) { 8 } else { 4 << 20 };
/// The multiple of a text's length that failed candidates may cost before the whole needle is
/// prepared.
const IN_VAIN: usize = 4;
/// The number of bytes of a candidate that are compared at a time.
const BLOCK: usize = 4 << 10;

/// A byte string, prepared for repeated searches from the start of texts.
///
/// ```
/// use sift_strings::methods::Needle;
///
/// let needle = Needle::new(b"oo", 100);
/// assert_eq!(needle.find(b"a foolproof tool"), Some(3));
/// ```
pub struct Needle<'n>(Prepared<'n>);

#[expect(clippy::large_enum_variant, reason = "it lives on the stack, for one search")]
enum Prepared<'n> {
    /// The needle is longer than any text to search, so that it never occurs.
    TooLong,
    Byte(u8),
    Bytes {
        needle: &'n [u8],
        head: Finder<'n>,
        whole: OnceCell<Finder<'n>>,
    },
}

impl<'n> Needle<'n> {
    /// Prepares a needle for searching texts of at most `longest_text` bytes.
    #[must_use]
    pub fn new(needle: &'n [u8], longest_text: usize) -> Self {
        Self(match needle {
            _ if needle.len() > longest_text => Prepared::TooLong,
            [byte] => Prepared::Byte(*byte),
            _ => Prepared::Bytes {
                needle,
                head: Finder::new(needle.get(..PREPARED).unwrap_or(needle)),
                whole: OnceCell::new(),
            },
        })
    }

    /// Returns the byte offset of the needle's first occurrence in a text.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<usize> {
        match &self.0 {
            Prepared::TooLong => None,
            Prepared::Byte(byte) => memchr::memchr(*byte, text),
            Prepared::Bytes { needle, head, .. } if needle.len() <= PREPARED => head.find(text),
            Prepared::Bytes { needle, head, whole } => {
                let (mut start, mut in_vain) = (0, 0);
                while in_vain / IN_VAIN <= text.len() {
                    let at = start + head.find(text.get(start..)?)?;
                    let same = common(text.get(at..)?, needle);
                    if same == needle.len() {
                        return Some(at);
                    }
                    in_vain += same;
                    start = at + 1;
                }
                let whole = whole.get_or_init(|| Finder::new(*needle));
                Some(start + whole.find(text.get(start..)?)?)
            }
        }
    }
}

/// A byte string, prepared for repeated searches from the end of texts.
pub struct LastNeedle<'n> {
    needle: &'n [u8],
    tail: FinderRev<'n>,
    whole: OnceCell<FinderRev<'n>>,
}

impl<'n> LastNeedle<'n> {
    /// Prepares a needle for searching from the end of texts.
    #[must_use]
    pub fn new(needle: &'n [u8]) -> Self {
        let begin = needle.len().saturating_sub(PREPARED);
        Self {
            needle,
            tail: FinderRev::new(needle.get(begin..).unwrap_or(needle)),
            whole: OnceCell::new(),
        }
    }

    /// Returns the byte offset of the needle's last occurrence in a text.
    #[must_use]
    pub fn rfind(&self, text: &[u8]) -> Option<usize> {
        let tail = self.needle.len().min(PREPARED);
        if self.needle.len() == tail {
            return self.tail.rfind(text);
        }
        let (mut end, mut in_vain) = (text.len(), 0);
        while in_vain / IN_VAIN <= text.len() {
            let behind = self.tail.rfind(text.get(..end)?)? + tail;
            let begin = behind.checked_sub(self.needle.len())?;
            let same = common_from_end(text.get(begin..behind)?, self.needle);
            if same == self.needle.len() {
                return Some(begin);
            }
            in_vain += same;
            end = behind - 1;
        }
        let whole = self.whole.get_or_init(|| FinderRev::new(self.needle));
        whole.rfind(text.get(..end)?)
    }
}

/// Returns the length of the common prefix of a text and a needle, in whole blocks; the length of
/// `needle` if the text starts with it.
fn common(text: &[u8], needle: &[u8]) -> usize {
    let blocks = text.chunks(BLOCK).zip(needle.chunks(BLOCK));
    let alike = blocks.take_while(|(text, needle)| text.starts_with(needle));
    alike.map(|(_, needle)| needle.len()).sum()
}

/// Returns the length of the common suffix of two texts of equal length, in whole blocks.
fn common_from_end(text: &[u8], needle: &[u8]) -> usize {
    let blocks = text.rchunks(BLOCK).zip(needle.rchunks(BLOCK));
    let alike = blocks.take_while(|(text, needle)| text == needle);
    alike.map(|(_, needle)| needle.len()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn needles_of_any_length_are_found(
            text in "[ab]{0,60}",
            needle in "[ab]{1,30}",
            repeats in 1_usize..4,
        ) {
            // Longer than a block, so that differences come late.
            let text = text.repeat(400 * repeats);
            let needle = needle.repeat(300);
            for needle in [needle.as_str(), text.get(text.len() / 3..).unwrap_or_default()] {
                if needle.is_empty() {
                    continue;
                }
                let found = Needle::new(needle.as_bytes(), text.len()).find(text.as_bytes());
                prop_assert_eq!(found, text.find(needle));
                let found = LastNeedle::new(needle.as_bytes()).rfind(text.as_bytes());
                prop_assert_eq!(found, text.rfind(needle));
            }
        }
    }

    #[test]
    fn repetitive_texts_are_searched_in_linear_time() {
        let text = "a".repeat(1 << 20);
        let needle = "a".repeat(1 << 18) + "b";
        assert_eq!(Needle::new(needle.as_bytes(), text.len()).find(text.as_bytes()), None);
        let needle = "b".to_owned() + &"a".repeat(1 << 18);
        assert_eq!(LastNeedle::new(needle.as_bytes()).rfind(text.as_bytes()), None);
    }
}
