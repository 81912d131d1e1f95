//! The text itself: what can be done with it whether or not all of it has arrived.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::builder::TextBuilder;
use crate::nominal::{self, OwnedKey, Sighting};
use crate::origin::{HoleId, Origin, OriginKinds};
use crate::pieces::Pieces;
use crate::rope::{Measure, Rope, Segments};
use crate::run_buffer::RunBuffer;
use crate::segment::{SHORT_MAX, Segment, ShortOrigin};
use crate::settled::Settled;
use crate::source::Source;

/// The most bytes that a text may hold: 1 TiB. Ropes share what they repeat, so a text may be longer than the memory.
pub const MAX_TEXT_BYTES: usize = 1 << 40;

/// A string of the language: immutable, cheap to clone, and possibly with holes where replies have not arrived.
///
/// Equality, order and hash are those of the content, however it is stored; order is that of code points. A hole is
/// equal to itself alone and comes after all text.
///
/// ```
/// use sift_text::{HoleId, Text};
///
/// let line = Text::concat(&Text::new("It rained"), &Text::new(" again. "))?;
/// assert_eq!(line.repeat(2)?.to_flat().as_deref(), Ok("It rained again. It rained again. "));
/// assert_eq!(line, Text::new("It rained again. "), "equal by content, however it is stored");
///
/// // A reply that has not arrived; what is put together with it can be passed on, not looked at.
/// let report = Text::concat(&line, &Text::hole(HoleId(7)))?;
/// assert_eq!(report.settled().err(), Some(HoleId(7)));
/// assert_eq!((report.has_holes(), report.known_bytes()), (true, 17));
/// let report = report.fill(|_| Some(Text::new("All day.")))?;
/// assert_eq!(report.to_flat().as_deref(), Ok("It rained again. All day."));
/// # Ok::<(), sift_text::TextTooLong>(())
/// ```
#[derive(Clone)]
pub struct Text(pub(crate) Repr);

#[derive(Clone)]
pub(crate) enum Repr {
    Segment(Segment),
    Rope(Arc<Rope>),
}

/// The text would be longer than [`MAX_TEXT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text of {bytes} bytes is longer than any can be ({MAX_TEXT_BYTES} bytes)")]
pub struct TextTooLong {
    /// How long it would be.
    pub bytes: usize,
}

impl TextTooLong {
    /// Returns a stable name for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "text_too_long"
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "work on parts of the text, or join fewer copies of it"
    }
}

impl Text {
    /// The empty text.
    pub const EMPTY: Self = Self(Repr::Segment(Segment::EMPTY));

    /// Makes a text of the program's own. Up to 23 bytes are held in place; more take one allocation up to 1 KiB.
    #[must_use]
    #[inline]
    pub fn new(text: &str) -> Self {
        Self(Repr::Segment(Segment::of_str(text)))
    }

    /// Makes a text of the program's own from a string that is no longer needed.
    #[must_use]
    pub fn from_string(text: String) -> Self {
        Self::with_origin(text, Origin::Program)
    }

    /// Makes a text that came from `origin`, beginning there with byte 0.
    #[must_use]
    pub fn with_origin(text: String, origin: Origin) -> Self {
        Self(Repr::Segment(Segment::of_string(text, origin)))
    }

    /// Makes a text of all of a source.
    #[must_use]
    pub fn from_source(source: &Arc<Source>) -> Self {
        Self(Repr::Segment(Segment::whole(source)))
    }

    /// Makes a text that has not arrived.
    #[must_use]
    pub const fn hole(hole: HoleId) -> Self {
        Self(Repr::Segment(Segment::Hole(hole)))
    }

    /// Puts `right` after `left`. Costs no more than a copy of 1 KiB and, for a rope, a few dozen pieces.
    ///
    /// # Errors
    /// If both together are longer than [`MAX_TEXT_BYTES`].
    pub fn concat(left: &Self, right: &Self) -> Result<Self, TextTooLong> {
        fits([left.measure(), right.measure()])?;
        if let (Repr::Segment(left), Repr::Segment(right)) = (&left.0, &right.0)
            && let Some(merged) = left.try_merge(right, SHORT_MAX)
        {
            return Ok(Self(Repr::Segment(merged)));
        }
        if left.is_surely_empty() {
            return Ok(right.clone());
        }
        if right.is_surely_empty() {
            return Ok(left.clone());
        }
        let mut rope = left.to_rope();
        rope.push_text(right);
        Ok(Self::from_rope(rope))
    }

    /// Repeats the text. Costs the logarithm of `times`, since the copies are shared.
    ///
    /// # Errors
    /// If the result is longer than [`MAX_TEXT_BYTES`].
    pub fn repeat(&self, times: usize) -> Result<Self, TextTooLong> {
        let mut result = Self::EMPTY;
        let mut power = self.clone();
        let mut remaining = times;
        while remaining > 0 {
            if remaining % 2 == 1 {
                result = Self::concat(&result, &power)?;
            }
            remaining /= 2;
            if remaining > 0 {
                power = Self::concat(&power, &power)?;
            }
        }
        Ok(result)
    }

    /// Returns a view of the content.
    ///
    /// # Errors
    /// The first hole, if there is any: the reply that has to arrive first.
    #[inline]
    pub fn settled(&self) -> Result<Settled<'_>, HoleId> {
        match self.first_hole() {
            None => Ok(Settled::new(self)),
            Some(hole) => Err(hole),
        }
    }

    /// Returns the content where it stands in one place and has no holes; a few instructions.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Segment(Segment::Hole(_)) | Repr::Rope(_) => None,
            Repr::Segment(segment) => Some(segment.as_str()),
        }
    }

    /// Returns the content of a short text of the program's own: nothing else is known of its bytes.
    #[must_use]
    #[inline]
    pub fn as_program_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Segment(Segment::Short {
                text,
                origin: ShortOrigin::Program,
            }) => Some(text),
            Repr::Segment(_) | Repr::Rope(_) => None,
        }
    }

    /// Returns the content, after storing it in one place if it was not: the text is the same, with the same origins, and
    /// every later look at it is cheap. Copies [`known_bytes`](Self::known_bytes) bytes once.
    ///
    /// ```
    /// use sift_text::Text;
    ///
    /// let mut text = Text::new("It rained again. ").repeat(100)?;
    /// assert_eq!(text.as_str(), None, "it is stored in pieces");
    /// let all = text.flatten().map(str::len);
    /// assert_eq!((all, text.as_str().map(str::len)), (Ok(1_700), Some(1_700)));
    /// # Ok::<(), sift_text::TextTooLong>(())
    /// ```
    ///
    /// # Errors
    /// The first hole, if there is any.
    pub fn flatten(&mut self) -> Result<&str, HoleId> {
        if let Some(hole) = self.first_hole() {
            return Err(hole);
        }
        if let Repr::Rope(rope) = &self.0 {
            let mut buffer = RunBuffer::with_capacity(rope.measure().bytes);
            rope.segments().for_each(|segment| buffer.push_segment(segment));
            self.0 = Repr::Segment(buffer.finish());
        }
        Ok(self.as_str().unwrap_or_default())
    }

    /// Returns the content in one place, copying it if it is not stored so.
    ///
    /// # Errors
    /// The first hole, if there is any.
    pub fn to_flat(&self) -> Result<Cow<'_, str>, HoleId> {
        self.settled().map(Settled::to_flat)
    }

    /// Yields what the text consists of: stretches of one origin, and holes.
    #[must_use]
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces::new(self.segments())
    }

    /// Yields the holes, from left to right; one that stands at two places is named twice.
    pub fn holes(&self) -> impl Iterator<Item = HoleId> + '_ {
        let segments = self.has_holes().then(|| self.segments());
        segments.into_iter().flatten().filter_map(Segment::hole)
    }

    /// Tells whether anything has not arrived; a few instructions.
    #[must_use]
    #[inline]
    pub fn has_holes(&self) -> bool {
        match &self.0 {
            Repr::Segment(segment) => segment.hole().is_some(),
            Repr::Rope(rope) => rope.measure().holes > 0,
        }
    }

    /// Returns the leftmost hole.
    #[must_use]
    #[inline]
    pub fn first_hole(&self) -> Option<HoleId> {
        match &self.0 {
            Repr::Segment(segment) => segment.hole(),
            Repr::Rope(rope) if rope.measure().holes == 0 => None,
            Repr::Rope(rope) => rope.first_hole(),
        }
    }

    /// Puts texts into the holes. A hole for which `arrived` has none stays; holes in what it returns are left as they
    /// are.
    ///
    /// # Errors
    /// If the result is longer than [`MAX_TEXT_BYTES`].
    pub fn fill(&self, mut arrived: impl FnMut(HoleId) -> Option<Self>) -> Result<Self, TextTooLong> {
        match &self.0 {
            Repr::Segment(Segment::Hole(hole)) => Ok(arrived(*hole).unwrap_or_else(|| self.clone())),
            Repr::Segment(_) => Ok(self.clone()),
            Repr::Rope(rope) if rope.measure().holes == 0 => Ok(self.clone()),
            Repr::Rope(rope) => {
                let mut builder = TextBuilder::new();
                for segment in rope.segments() {
                    match segment.hole().and_then(&mut arrived) {
                        Some(text) => builder.push_text(&text),
                        None => builder.push_segment(segment),
                    }
                }
                builder.finish()
            }
        }
    }

    /// Returns how many bytes have arrived: the length where there are no holes.
    #[must_use]
    #[inline]
    pub fn known_bytes(&self) -> usize {
        match &self.0 {
            Repr::Segment(segment) => segment.len_bytes(),
            Repr::Rope(rope) => rope.measure().bytes,
        }
    }

    /// Cuts a range of bytes out of a text that stands in one place; `None` if it does not, or if an end of the range falls
    /// inside a code point, or past the end.
    #[must_use]
    #[inline]
    pub fn slice_flat(&self, range: Range<usize>) -> Option<Self> {
        match &self.0 {
            Repr::Segment(segment) => segment.slice(range).map(|cut| Self(Repr::Segment(cut))),
            Repr::Rope(_) => None,
        }
    }

    /// Returns the sorts of origins of what has arrived; a few instructions. None is ever missing. For a slice of a text
    /// that was put together from several, it may name one that the slice does not reach:
    /// [`origins`](Settled::origins) is exact.
    #[must_use]
    pub fn origin_kinds(&self) -> OriginKinds {
        self.measure().kinds
    }

    /// Returns how many places the text is stored in, holes included: what walking over it costs beside its bytes.
    #[must_use]
    pub fn piece_count(&self) -> usize {
        self.measure().segments
    }

    /// Returns the nominal bytes of the text alone: what a memory meter counts for making it, apart from what
    /// [`for_each_owned`](Self::for_each_owned) shows.
    #[must_use]
    #[inline]
    pub fn header_bytes(&self) -> usize {
        let beside = match &self.0 {
            Repr::Segment(segment) => segment.private_bytes(),
            Repr::Rope(rope) => rope.private_bytes(),
        };
        nominal::TEXT_BYTES + beside
    }

    /// Returns the nominal bytes that the text shows by [`for_each_owned`](Self::for_each_owned), if it is new and stands in one
    /// place; of one that was built of pieces, no less than what is new about it.
    #[must_use]
    pub fn new_bytes(&self) -> usize {
        match &self.0 {
            Repr::Segment(segment) => segment.owned_bytes(),
            Repr::Rope(rope) => {
                let pieces = rope.segments().map(Segment::copied_bytes);
                pieces.fold(nominal::SOURCE_BYTES, usize::saturating_add)
            }
        }
    }

    /// Returns the most nominal bytes by which a text that is put together grows when this one is added to it, by
    /// [`TextBuilder::push_text`] or [`concat`](Self::concat), beside the headers of both.
    #[must_use]
    pub fn added_bytes(&self) -> usize {
        match &self.0 {
            Repr::Segment(segment) => segment.copied_bytes(),
            Repr::Rope(rope) => rope.added_bytes(),
        }
    }

    /// Returns the nominal bytes that were built to cut this slice out of a rope: its own pieces, and those nodes of its tree
    /// that no other text shares; 0 if the slice is in one place. The text that it was cut from must not be dropped before.
    ///
    /// ```
    /// use sift_text::Text;
    ///
    /// let rope = Text::new("It rained again. ").repeat(100_000)?;
    /// let cut = rope.settled().expect("nothing is missing").slice_bytes(5..1_000_005).expect("code points are whole");
    /// assert!((100..100_000).contains(&cut.built_bytes()), "the tree of the rope is shared");
    /// # Ok::<(), sift_text::TextTooLong>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn built_bytes(&self) -> usize {
        match &self.0 {
            Repr::Segment(_) => 0,
            // The whole text is no slice: nothing was built.
            Repr::Rope(rope) if Arc::strong_count(rope) > 1 => 0,
            Repr::Rope(rope) => rope.built_bytes(),
        }
    }

    /// Shows `visit` all that the text may share with others, each part with its nominal bytes, the bytes of context
    /// sources excepted. What `visit` has seen [`Again`](Sighting::Again) is not shown from within; a part may be shown
    /// several times.
    pub fn for_each_owned(&self, mut visit: impl FnMut(OwnedKey, usize) -> Sighting) {
        match &self.0 {
            Repr::Segment(segment) => segment.for_each_owned(&mut visit),
            Repr::Rope(rope) => {
                if visit(OwnedKey::of(rope), 0) == Sighting::First {
                    rope.for_each_owned(&mut visit);
                }
            }
        }
    }

    pub(crate) fn from_rope(rope: Rope) -> Self {
        match rope.single() {
            Some(segment) => Self(Repr::Segment(segment.clone())),
            None => Self(Repr::Rope(Arc::new(rope))),
        }
    }

    pub(crate) fn segments(&self) -> Segments<'_> {
        match &self.0 {
            Repr::Segment(segment) => Segments::of_one(segment),
            Repr::Rope(rope) => rope.segments(),
        }
    }

    pub(crate) fn measure(&self) -> Measure {
        match &self.0 {
            Repr::Segment(segment) => Measure::of(segment),
            Repr::Rope(rope) => rope.measure(),
        }
    }

    pub(crate) fn is_surely_empty(&self) -> bool {
        let measure = self.measure();
        measure.bytes == 0 && measure.holes == 0
    }

    fn to_rope(&self) -> Rope {
        match &self.0 {
            Repr::Segment(segment) => {
                let mut rope = Rope::with_tail_capacity(2);
                rope.push(segment.clone());
                rope
            }
            Repr::Rope(rope) => rope.to_extend(),
        }
    }
}

impl Rope {
    pub(crate) fn push_text(&mut self, text: &Text) {
        match &text.0 {
            Repr::Segment(segment) => self.push(segment.clone()),
            Repr::Rope(rope) => self.push_rope(rope),
        }
    }
}

/// Checks the limit. Every hole counts as a byte, so that holes cannot be repeated without end either.
pub(crate) fn fits(parts: [Measure; 2]) -> Result<(), TextTooLong> {
    let bytes = parts.iter().map(|part| part.bytes + part.holes).sum();
    if bytes > MAX_TEXT_BYTES {
        return Err(TextTooLong { bytes });
    }
    Ok(())
}

impl Default for Text {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from_string(text)
    }
}

impl fmt::Debug for Text {
    /// Shows the content as a Rust string literal, holes as `<hole 3>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for segment in self.segments() {
            match segment.hole() {
                Some(hole) => write!(f, "<{hole}>")?,
                None => write!(f, "{}", segment.as_str().escape_debug())?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn is_shareable<T: Send + Sync>() {}
    const _: () = is_shareable::<Text>();
    const _: () = assert!(size_of::<Text>() <= nominal::TEXT_BYTES);
    const _: () = assert!(size_of::<Segment>() <= nominal::PIECE_BYTES);
}
