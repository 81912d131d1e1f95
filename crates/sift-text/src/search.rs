//! Literal search over the pieces of a text, without flattening.
//!
//! A match is within one piece or crosses a seam between pieces. Around each seam, needle length
//! minus one bytes of either side are copied into a buffer and searched there. All offsets are in
//! bytes; since both sides are UTF-8, a match of bytes is a match of code points.

use memchr::memchr_iter;
use memchr::memmem::{self, Finder, FinderRev};

use crate::rope::Segments;
use crate::segment::Segment;
use crate::settled::Settled;
use crate::text::Repr;

/// The maximum length of a needle that is searched for at seams between pieces, in bytes. For a
/// longer needle the text is flattened: copying the seams of many small pieces would take longer.
const SEAM_NEEDLE_MAX: usize = 4096;

impl<'a> Settled<'a> {
    /// Returns the start of the first match that starts at byte `from` or later. An empty needle
    /// matches at `from`, unless that is past the end.
    #[must_use]
    pub fn find(self, needle: &str, from: usize) -> Option<usize> {
        let left = self.len_bytes().checked_sub(from)?;
        if needle.is_empty() {
            return Some(from);
        }
        if needle.len() > left {
            return None;
        }
        match self.text().as_str() {
            Some(text) => {
                let rest = text.as_bytes().get(from..)?;
                Finder::new(needle).find(rest).map(|at| from + at)
            }
            None if needle.len() > SEAM_NEEDLE_MAX => Finder::new(needle)
                .find(self.to_flat().as_bytes().get(from..)?)
                .map(|at| from + at),
            None => self.matches_from(needle, from).next(),
        }
    }

    /// Returns the start of the last match that ends at byte `to` or earlier. An empty needle
    /// matches at `to`, or at the end if `to` is past the end.
    #[must_use]
    pub fn rfind(self, needle: &str, to: usize) -> Option<usize> {
        let to = to.min(self.len_bytes());
        if needle.is_empty() {
            return Some(to);
        }
        if needle.len() > to {
            return None;
        }
        let finder = FinderRev::new(needle);
        match &self.text().0 {
            Repr::Segment(segment) => finder.rfind(segment.as_str().as_bytes().get(..to)?),
            Repr::Rope(_) if needle.len() > SEAM_NEEDLE_MAX => finder.rfind(self.to_flat().as_bytes().get(..to)?),
            Repr::Rope(rope) => {
                let bytes = rope.measure().bytes;
                rfind_in_pieces(&finder, rope.segments_backward().map(Segment::as_str), bytes, to)
            }
        }
    }

    /// Returns the number of non-overlapping matches of a needle. An empty needle matches before
    /// every code point and at the end.
    #[must_use]
    pub fn count(self, needle: &str) -> usize {
        if needle.is_empty() {
            return self.len_chars() + 1;
        }
        if needle.len() > self.len_bytes() {
            return 0;
        }
        if let [byte] = needle.as_bytes() {
            let in_chunk = |chunk: &str| memchr_iter(*byte, chunk.as_bytes()).count();
            return self.chunks().map(in_chunk).sum();
        }
        if needle.len() > SEAM_NEEDLE_MAX {
            return memmem::find_iter(self.to_flat().as_bytes(), needle).count();
        }
        self.matches(needle).count()
    }

    /// Returns `true` if the needle occurs in the text.
    #[must_use]
    pub fn contains(self, needle: &str) -> bool {
        self.find(needle, 0).is_some()
    }

    /// Returns `true` if the text starts with `prefix`.
    #[must_use]
    pub fn starts_with(self, prefix: &str) -> bool {
        match self.text().as_str() {
            Some(text) => text.starts_with(prefix),
            None => self.slice_bytes(0..prefix.len()).is_some_and(|start| start == *prefix),
        }
    }

    /// Returns `true` if the text ends with `suffix`.
    #[must_use]
    pub fn ends_with(self, suffix: &str) -> bool {
        let len = self.len_bytes();
        match self.text().as_str() {
            Some(text) => text.ends_with(suffix),
            None => len
                .checked_sub(suffix.len())
                .and_then(|start| self.slice_bytes(start..len))
                .is_some_and(|end| end == *suffix),
        }
    }

    /// Iterates over the start offsets of non-overlapping matches, from the left. An empty needle
    /// has no matches here, because each operation defines them differently.
    ///
    /// ```
    /// use sift_text::Text;
    ///
    /// let text = Text::new("late, early, late");
    /// let text = text.settled().expect("nothing is missing");
    /// assert_eq!(text.matches("late").collect::<Vec<_>>(), [0, 13]);
    /// assert_eq!((text.find("late", 1), text.rfind("late", 16)), (Some(13), Some(0)));
    /// assert_eq!((text.count("l"), text.starts_with("late"), text.contains("soon")), (3, true, false));
    /// ```
    pub fn matches<'n>(self, needle: &'n str) -> Matches<'a, 'n> {
        self.matches_from(needle, 0)
    }

    fn matches_from<'n>(self, needle: &'n str, from: usize) -> Matches<'a, 'n> {
        Matches {
            finder: Finder::new(needle),
            segments: self.text().segments(),
            chunk: &[],
            chunk_start: 0,
            seam: Vec::new(),
            before_seam: 0,
            from: if needle.is_empty() { usize::MAX } else { from },
        }
    }
}

/// An iterator over the start offsets of matches, returned by [`Settled::matches`].
#[derive(Debug, Clone)]
pub struct Matches<'a, 'n> {
    finder: Finder<'n>,
    segments: Segments<'a>,
    chunk: &'a [u8],
    chunk_start: usize,
    /// A copy of the bytes around the start of `chunk`, in which matches that cross the seam are
    /// found.
    seam: Vec<u8>,
    /// The number of bytes in the seam buffer that come before `chunk`.
    before_seam: usize,
    /// The minimum offset at which the next match may start.
    from: usize,
}

impl Matches<'_, '_> {
    /// Advances the search to the next piece: keeps the end of the previous piece and appends the
    /// start of the next one.
    fn advance(&mut self) -> Option<()> {
        let next = self.segments.next()?.as_str().as_bytes();
        let overlap = self.finder.needle().len().saturating_sub(1);
        self.seam.truncate(self.before_seam);
        self.seam.extend_from_slice(last(self.chunk, overlap));
        self.seam.drain(..self.seam.len().saturating_sub(overlap));
        self.before_seam = self.seam.len();
        self.seam.extend_from_slice(first(next, overlap));
        self.chunk_start += self.chunk.len();
        self.chunk = next;
        Some(())
    }

    /// Returns the offset in the text of the next match within `bytes`, a part of the text that
    /// starts at `start`.
    fn find_in(&self, bytes: &[u8], start: usize) -> Option<usize> {
        let skip = self.from.saturating_sub(start);
        let at = self.finder.find(bytes.get(skip..)?)?;
        Some(start + skip + at)
    }
}

impl Iterator for Matches<'_, '_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            let found = self
                .find_in(&self.seam, self.chunk_start - self.before_seam)
                .or_else(|| self.find_in(self.chunk, self.chunk_start));
            if let Some(at) = found {
                self.from = at + self.finder.needle().len();
                return Some(at);
            }
            self.advance()?;
        }
    }
}

fn first(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(..count).unwrap_or(bytes)
}

fn last(bytes: &[u8], count: usize) -> &[u8] {
    bytes.get(bytes.len().saturating_sub(count)..).unwrap_or(bytes)
}

/// Searches a text of `bytes` bytes, given its pieces in reverse order, for the last match that
/// ends at byte `to` or earlier.
fn rfind_in_pieces<'a>(
    finder: &FinderRev<'_>,
    pieces: impl Iterator<Item = &'a str>,
    bytes: usize,
    to: usize,
) -> Option<usize> {
    let overlap = finder.needle().len() - 1;
    let mut start = bytes;
    // The first bytes of the pieces searched so far.
    let mut after: Vec<u8> = Vec::new();
    for piece in pieces {
        start -= piece.len();
        let end = to.saturating_sub(start).min(piece.len());
        let piece = piece.as_bytes().get(..end)?;
        let near = last(piece, overlap);
        let seam = [near, &after].concat();
        if let Some(at) = finder.rfind(&seam) {
            return Some(start + piece.len() - near.len() + at);
        }
        if let Some(at) = finder.rfind(piece) {
            return Some(start + at);
        }
        after = [first(piece, overlap), &after].concat();
        after.truncate(overlap);
    }
    None
}
