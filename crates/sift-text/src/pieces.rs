//! The pieces of a text, each with a single origin.

use crate::origin::{Origin, PendingId, Runs};
use crate::rope::Segments;

/// A piece of a text: a string with a single origin, or a pending value.
///
/// ```
/// use sift_text::{PendingId, Piece, Text};
///
/// let report = Text::concat(&Text::new("It rained: "), &Text::pending(PendingId(7)))?;
/// let missing: Vec<_> = report.pieces().filter(|piece| matches!(piece, Piece::Pending(_))).collect();
/// assert_eq!((report.pieces().count(), missing.len()), (2, 1));
/// # Ok::<(), sift_text::TextTooLong>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A string, whose content is known.
    Str {
        /// The content of the piece.
        text: &'a str,
        /// The origin of the piece.
        origin: Origin,
        /// The byte offset in the origin at which the piece starts; 0 if the origin is not
        /// addressable.
        start: usize,
    },
    /// A pending value: the place of a reply that has not arrived.
    Pending(PendingId),
}

/// An iterator over the pieces of a text, from left to right. Adjacent pieces may be adjacent in
/// their origin too; [`origins`](crate::Settled::origins) merges them.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    segments: Segments<'a>,
    rest: &'a str,
    runs: Runs<'a>,
}

impl<'a> Pieces<'a> {
    pub(crate) const fn new(segments: Segments<'a>) -> Self {
        Self {
            segments,
            rest: "",
            runs: Runs::single(None),
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if let Some(run) = self.runs.next() {
                let (text, rest) = self.rest.split_at_checked(run.len).unwrap_or((self.rest, ""));
                self.rest = rest;
                return Some(Piece::Str {
                    text,
                    origin: run.origin,
                    start: run.start,
                });
            }
            let segment = self.segments.next()?;
            match segment.pending() {
                Some(pending) => return Some(Piece::Pending(pending)),
                None => {
                    self.rest = segment.as_str();
                    self.runs = segment.runs();
                }
            }
        }
    }
}
