//! The optional arguments `start` and `end` of `find`, `count`, `startswith` and similar string
//! methods.

use std::ops::Range;

/// A range of code points of a text, resolved from a program's `start` and `end`.
///
/// Python counts negative offsets from the end and clamps both to the text's length. But a start
/// beyond the end finds nothing, not even the empty text: `"abc".find("", 3)` is 3 and
/// `"abc".find("", 4)` is -1.
///
/// ```
/// use sift_strings::methods::CharBounds;
///
/// let text = "größer";
/// // text[-4:], in code points and in bytes.
/// let bounds = CharBounds::resolve(6, Some(-4), None).expect("it starts within the text");
/// assert_eq!((bounds.chars(), bounds.bytes(text)), (2..6, 2..8));
/// assert_eq!(CharBounds::resolve(6, Some(9), None), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharBounds {
    start: usize,
    end: usize,
}

impl CharBounds {
    /// Resolves a program's `start` and `end` for a text of `length` code points; `None` if nothing
    /// can be found.
    #[must_use]
    pub fn resolve(length: usize, start: Option<i64>, end: Option<i64>) -> Option<Self> {
        let absolute = |offset: i64| {
            let distance = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            if offset < 0 {
                length.saturating_sub(distance)
            } else {
                distance
            }
        };
        let start = start.map_or(0, absolute);
        let end = end.map_or(length, absolute).min(length);
        (start <= end).then_some(Self { start, end })
    }

    /// Returns the bounds as a range of code points.
    #[must_use]
    pub const fn chars(self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the bounds as a range of bytes of `text`. Takes linear time, so prefer the text's
    /// index if it has one.
    #[must_use]
    pub fn bytes(self, text: &str) -> Range<usize> {
        if text.is_ascii() {
            return self.start.min(text.len())..self.end.min(text.len());
        }
        let mut offsets = text.char_indices().map(|(at, _)| at);
        let start = offsets.clone().nth(self.start).unwrap_or(text.len());
        let end = offsets.nth(self.end).unwrap_or(text.len());
        start..end
    }
}
