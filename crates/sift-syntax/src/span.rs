//! Positions in a source text.

use serde::{Deserialize, Serialize};

/// A range of bytes of a program's source. Sources are at most 256 KiB, so 32 bits are sufficient.
///
/// ```
/// use sift_syntax::Span;
///
/// let (name, value) = (Span::new(0, 5), Span::new(8, 9));
/// assert_eq!(name.to(value), Span::new(0, 9));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Span {
    /// The offset of the first byte of the range.
    pub start: u32,
    /// The offset after the last byte of the range.
    pub end: u32,
}

impl Span {
    /// Creates a span from byte offsets.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Returns the smallest span that contains both spans.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}
