//! The text type, and the operations that don't need the whole content of a text.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::builder::TextBuilder;
use crate::nominal::{self, OwnedKey, VisitOutcome};
use crate::origin::{Origin, OriginKinds, PendingId};
use crate::pieces::Pieces;
use crate::rope::{Measure, Rope, Segments};
use crate::run_buffer::RunBuffer;
use crate::segment::{SHORT_MAX, Segment, ShortOrigin};
use crate::settled::Settled;
use crate::source::Source;

/// The maximum length of a text: 1 TiB. Ropes share repeated parts, so a text may be longer than
/// the available memory.
pub const MAX_TEXT_BYTES: usize = 1 << 40;

/// A string of the language: immutable, cheap to clone, and with pending values in place of replies
/// that have not arrived.
///
/// Equality, order and hash are those of the content, independent of representation; the order is
/// that of code points. A pending value is equal only to itself, and greater than any text.
///
/// ```
/// use sift_text::{PendingId, Text};
///
/// let line = Text::concat(&Text::new("It rained"), &Text::new(" again. "))?;
/// assert_eq!(line.repeat(2)?.to_flat().as_deref(), Ok("It rained again. It rained again. "));
/// assert_eq!(line, Text::new("It rained again. "), "equal by content, however it is stored");
///
/// // A reply that has not arrived; what is put together with it can be passed on, not looked at.
/// let report = Text::concat(&line, &Text::pending(PendingId(7)))?;
/// assert_eq!(report.settled().err(), Some(PendingId(7)));
/// assert_eq!((report.has_pending(), report.known_bytes()), (true, 17));
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

/// The error of an operation whose result would be longer than [`MAX_TEXT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text of {bytes} bytes is longer than any can be ({MAX_TEXT_BYTES} bytes)")]
pub struct TextTooLong {
    /// The length that the text would have, in bytes.
    pub bytes: usize,
}

impl TextTooLong {
    /// Returns a stable error code for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "text_too_long"
    }

    /// Returns a hint on how to avoid the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "work on parts of the text, or join fewer copies of it"
    }
}

impl Text {
    /// The empty text.
    pub const EMPTY: Self = Self(Repr::Segment(Segment::EMPTY));

    /// Creates a text written by the program. Up to 23 bytes are stored inline; up to 1 KiB take
    /// one allocation.
    #[must_use]
    #[inline]
    pub fn new(text: &str) -> Self {
        Self(Repr::Segment(Segment::from_str_slice(text)))
    }

    /// Creates a text written by the program from an owned string.
    #[must_use]
    pub fn from_string(text: String) -> Self {
        Self::with_origin(text, Origin::Program)
    }

    /// Creates a text with an origin. The text starts at byte 0 of the origin.
    #[must_use]
    pub fn with_origin(text: String, origin: Origin) -> Self {
        Self(Repr::Segment(Segment::from_string(text, origin)))
    }

    /// Creates a text that is all of a source.
    #[must_use]
    pub fn from_source(source: &Arc<Source>) -> Self {
        Self(Repr::Segment(Segment::from_source(source)))
    }

    /// Creates a text that consists of one pending value.
    #[must_use]
    pub const fn pending(pending: PendingId) -> Self {
        Self(Repr::Segment(Segment::Pending(pending)))
    }

    /// Concatenates two texts. Costs at most a copy of 1 KiB and, for a rope, of a few dozen
    /// pieces.
    ///
    /// # Errors
    /// [`TextTooLong`] if the result is longer than [`MAX_TEXT_BYTES`].
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

    /// Repeats the text. Takes logarithmic time in `times`, since the copies are shared.
    ///
    /// # Errors
    /// [`TextTooLong`] if the result is longer than [`MAX_TEXT_BYTES`].
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

    /// Returns a view for reading the content of the text, which must not have pending values.
    ///
    /// # Errors
    /// The first pending value, if there is one: the reply to wait for.
    #[inline]
    pub fn settled(&self) -> Result<Settled<'_>, PendingId> {
        match self.first_pending() {
            None => Ok(Settled::new(self)),
            Some(pending) => Err(pending),
        }
    }

    /// Returns the content of the text if it is stored in one place and has no pending values.
    /// Takes a few instructions.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Segment(Segment::Pending(_)) | Repr::Rope(_) => None,
            Repr::Segment(segment) => Some(segment.as_str()),
        }
    }

    /// Returns the content if the text is short (at most 1 KiB) and written by the program.
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

    /// Moves the content of the text to one place, if it is stored in pieces, and returns it. The
    /// content and its origins stay the same, and later accesses are cheap. Copies
    /// [`known_bytes`](Self::known_bytes) bytes once.
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
    /// The first pending value, if there is one.
    pub fn flatten(&mut self) -> Result<&str, PendingId> {
        if let Some(pending) = self.first_pending() {
            return Err(pending);
        }
        if let Repr::Rope(rope) = &self.0 {
            let mut buffer = RunBuffer::with_capacity(rope.measure().bytes);
            rope.segments().for_each(|segment| buffer.push_segment(segment));
            self.0 = Repr::Segment(buffer.finish());
        }
        Ok(self.as_str().unwrap_or_default())
    }

    /// Returns the content of the text as one string, copied if it is a rope.
    ///
    /// # Errors
    /// The first pending value, if there is one.
    pub fn to_flat(&self) -> Result<Cow<'_, str>, PendingId> {
        self.settled().map(Settled::to_flat)
    }

    /// Iterates over the pieces of the text: strings with one origin each, and pending values.
    #[must_use]
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces::new(self.segments())
    }

    /// Iterates over the pending values of the text from left to right, with repetitions.
    pub fn pending_ids(&self) -> impl Iterator<Item = PendingId> + '_ {
        let segments = self.has_pending().then(|| self.segments());
        segments.into_iter().flatten().filter_map(Segment::pending)
    }

    /// Returns `true` if the text has pending values. Takes a few instructions.
    #[must_use]
    #[inline]
    pub fn has_pending(&self) -> bool {
        match &self.0 {
            Repr::Segment(segment) => segment.pending().is_some(),
            Repr::Rope(rope) => rope.measure().pending > 0,
        }
    }

    /// Returns the leftmost pending value of the text.
    #[must_use]
    #[inline]
    pub fn first_pending(&self) -> Option<PendingId> {
        match &self.0 {
            Repr::Segment(segment) => segment.pending(),
            Repr::Rope(rope) if rope.measure().pending == 0 => None,
            Repr::Rope(rope) => rope.first_pending(),
        }
    }

    /// Replaces pending values by the texts that `arrived` returns for them. Pending values for
    /// which it returns `None` stay. Pending values in the new texts are not replaced.
    ///
    /// # Errors
    /// [`TextTooLong`] if the result is longer than [`MAX_TEXT_BYTES`].
    pub fn fill(&self, mut arrived: impl FnMut(PendingId) -> Option<Self>) -> Result<Self, TextTooLong> {
        match &self.0 {
            Repr::Segment(Segment::Pending(pending)) => Ok(arrived(*pending).unwrap_or_else(|| self.clone())),
            Repr::Segment(_) => Ok(self.clone()),
            Repr::Rope(rope) if rope.measure().pending == 0 => Ok(self.clone()),
            Repr::Rope(rope) => {
                let mut builder = TextBuilder::new();
                for segment in rope.segments() {
                    match segment.pending().and_then(&mut arrived) {
                        Some(text) => builder.push_text(&text),
                        None => builder.push_segment(segment),
                    }
                }
                builder.finish()
            }
        }
    }

    /// Returns the number of bytes of the text, without pending values.
    #[must_use]
    #[inline]
    pub fn known_bytes(&self) -> usize {
        match &self.0 {
            Repr::Segment(segment) => segment.len_bytes(),
            Repr::Rope(rope) => rope.measure().bytes,
        }
    }

    /// Returns the part of a text in a range of bytes. Returns `None` if the text is a rope, or if
    /// either end of the range is inside a code point or past the end.
    #[must_use]
    #[inline]
    pub fn slice_flat(&self, range: Range<usize>) -> Option<Self> {
        match &self.0 {
            Repr::Segment(segment) => segment.slice(range).map(|cut| Self(Repr::Segment(cut))),
            Repr::Rope(_) => None,
        }
    }

    /// Returns the origin kinds of the text, without pending values. Takes a few instructions.
    ///
    /// The result contains all kinds that occur. For a slice of a flattened text, it may also
    /// contain kinds that occur only outside of the slice; [`origins`](Settled::origins) is exact.
    #[must_use]
    pub fn origin_kinds(&self) -> OriginKinds {
        self.measure().kinds
    }

    /// Returns the number of pieces that an iteration over the text visits, including pending
    /// values.
    #[must_use]
    pub fn piece_count(&self) -> usize {
        self.measure().segments
    }

    /// Returns the nominal bytes of the text itself, without the shared parts that
    /// [`for_each_owned`](Self::for_each_owned) reports.
    #[must_use]
    #[inline]
    pub fn header_bytes(&self) -> usize {
        let beside = match &self.0 {
            Repr::Segment(segment) => segment.private_bytes(),
            Repr::Rope(rope) => rope.private_bytes(),
        };
        nominal::TEXT_BYTES + beside
    }

    /// Returns the nominal bytes of the shared parts of a newly created text, as
    /// [`for_each_owned`](Self::for_each_owned) reports them. For a rope, returns an upper bound of
    /// the bytes that were allocated for it.
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

    /// Returns an upper bound of the nominal bytes that another text grows by when this text is
    /// appended with [`TextBuilder::push_text`] or [`concat`](Self::concat), without the headers of
    /// both.
    #[must_use]
    pub fn added_bytes(&self) -> usize {
        match &self.0 {
            Repr::Segment(segment) => segment.copied_bytes(),
            Repr::Rope(rope) => rope.added_bytes(),
        }
    }

    /// Returns the nominal bytes that were allocated to slice this text out of a rope: its own
    /// pieces, and the tree nodes that no other text shares. Returns 0 if the slice is stored in
    /// one place. The original text must still be alive.
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
            // The whole text is not a slice: nothing was allocated.
            Repr::Rope(rope) if Arc::strong_count(rope) > 1 => 0,
            Repr::Rope(rope) => rope.built_bytes(),
        }
    }

    /// Calls `visit` with every part that the text may share with other texts, and the part's
    /// nominal bytes. Bytes of context sources are excluded.
    ///
    /// If `visit` returns [`Again`](VisitOutcome::Again), the parts within are skipped. A part may be
    /// visited several times.
    pub fn for_each_owned(&self, mut visit: impl FnMut(OwnedKey, usize) -> VisitOutcome) {
        match &self.0 {
            Repr::Segment(segment) => segment.for_each_owned(&mut visit),
            Repr::Rope(rope) => {
                if visit(OwnedKey::from_arc(rope), 0) == VisitOutcome::First {
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
            Repr::Segment(segment) => Segments::single(segment),
            Repr::Rope(rope) => rope.segments(),
        }
    }

    pub(crate) fn measure(&self) -> Measure {
        match &self.0 {
            Repr::Segment(segment) => Measure::from_segment(segment),
            Repr::Rope(rope) => rope.measure(),
        }
    }

    pub(crate) fn is_surely_empty(&self) -> bool {
        let measure = self.measure();
        measure.bytes == 0 && measure.pending == 0
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

/// Checks that two texts together don't exceed the length limit. A pending value counts as one
/// byte, which bounds the number of pending values too.
pub(crate) fn fits(parts: [Measure; 2]) -> Result<(), TextTooLong> {
    let bytes = parts.iter().map(|part| part.bytes + part.pending).sum();
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
    /// Formats the content as a Rust string literal, with pending values as `<pending 3>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for segment in self.segments() {
            match segment.pending() {
                Some(pending) => write!(f, "<{pending}>")?,
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
