//! A text as a row of pieces, each of one origin.

use crate::origin::{HoleId, Origin, Runs};
use crate::rope::Segments;

/// One piece of a text.
///
/// ```
/// use sift_text::{HoleId, Piece, Text};
///
/// let report = Text::concat(&Text::new("It rained: "), &Text::hole(HoleId(7)))?;
/// let missing: Vec<_> = report.pieces().filter(|piece| matches!(piece, Piece::Hole(_))).collect();
/// assert_eq!((report.pieces().count(), missing.len()), (2, 1));
/// # Ok::<(), sift_text::TextTooLong>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that is here.
    Str {
        /// The text.
        text: &'a str,
        /// Who wrote it.
        origin: Origin,
        /// The byte in the origin at which it begins; 0 for origins that are not addressable.
        start: usize,
    },
    /// Text that has not arrived.
    Hole(HoleId),
}

/// The pieces of a text, from left to right. Neighbours may continue each other; [`origins`](crate::Settled::origins)
/// joins such.
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
            runs: Runs::of_one(None),
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
            match segment.hole() {
                Some(hole) => return Some(Piece::Hole(hole)),
                None => {
                    self.rest = segment.as_str();
                    self.runs = segment.runs();
                }
            }
        }
    }
}
