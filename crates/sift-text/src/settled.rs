//! Texts without pending values, whose content can be read.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::origin::{self, OriginSpan};
use crate::segment::{SHORT_MAX, Segment};
use crate::text::{Repr, Text};

/// A view of a text without pending values, returned by [`Text::settled`].
///
/// Names distinguish bytes and code points: `byte` is an offset in UTF-8, `char` is an offset in
/// code points, as Python counts. Offsets past the end mean the end.
///
/// ```
/// use sift_text::Text;
///
/// let text = Text::new("größer ist größer");
/// let text = text.settled().expect("nothing is missing");
/// assert_eq!((text.len_bytes(), text.len_chars()), (21, 17));
/// assert_eq!((text.byte_of_char(4), text.char_of_byte(6)), (6, 4));
/// assert_eq!(text.slice_chars(7..10).as_str(), Some("ist"));
/// assert!(text.slice_bytes(0..3).is_none(), "within the ö");
/// assert_eq!((text.char_at(2), text.char_at(99)), (Some('ö'), None));
/// ```
#[derive(Clone, Copy)]
pub struct Settled<'a> {
    text: &'a Text,
}

impl<'a> Settled<'a> {
    pub(crate) const fn new(text: &'a Text) -> Self {
        Self { text }
    }

    /// Returns the text that is viewed.
    #[must_use]
    pub const fn text(self) -> &'a Text {
        self.text
    }

    /// Returns the length of the text in bytes.
    #[must_use]
    pub fn len_bytes(self) -> usize {
        self.text.known_bytes()
    }

    /// Returns the length of the text in code points, like Python's `len`.
    #[must_use]
    pub fn len_chars(self) -> usize {
        match &self.text.0 {
            Repr::Segment(segment) => segment.len_chars(),
            Repr::Rope(rope) => rope.len_chars(),
        }
    }

    /// Returns `true` if the text is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len_bytes() == 0
    }

    /// Returns `true` if all code points of the text are ASCII.
    #[must_use]
    pub fn is_ascii(self) -> bool {
        match self.text.as_str() {
            Some(text) if text.len() <= SHORT_MAX => text.is_ascii(),
            _ => self.len_chars() == self.len_bytes(),
        }
    }

    /// Returns the content as one string slice. The content is copied if the text is a rope.
    #[must_use]
    pub fn to_flat(self) -> Cow<'a, str> {
        match self.text.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => {
                let mut flat = String::with_capacity(self.len_bytes());
                flat.extend(self.chunks());
                Cow::Owned(flat)
            }
        }
    }

    /// Iterates over the chunks in which the content of the text is stored. Chunks are not empty
    /// and end at code point boundaries.
    pub fn chunks(self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.text
            .segments()
            .map(Segment::as_str)
            .filter(|chunk| !chunk.is_empty())
    }

    /// Returns the chunk that contains byte `byte`, and the offset at which the chunk starts;
    /// `None` past the end of the text. Takes logarithmic time in the number of chunks.
    #[must_use]
    pub fn chunk_at(self, byte: usize) -> Option<(usize, &'a str)> {
        let (start, segment) = match &self.text.0 {
            Repr::Segment(segment) => (0, segment),
            Repr::Rope(rope) => rope.segment_at(byte)?,
        };
        let chunk = segment.as_str();
        (byte < start + chunk.len()).then_some((start, chunk))
    }

    /// Iterates over the code points of the text.
    pub fn chars(self) -> impl Iterator<Item = char> + Clone + use<'a> {
        self.chunks().flat_map(str::chars)
    }

    /// Iterates over the origins of all bytes of the text: spans in order, without gaps. Spans that
    /// are adjacent in their origin are merged.
    pub fn origins(self) -> impl Iterator<Item = OriginSpan> + use<'a> {
        let mut at = 0;
        origin::merged(self.text.segments().flat_map(Segment::runs)).map(move |run| {
            let range = at..at + run.len;
            at = range.end;
            OriginSpan {
                range,
                origin: run.origin,
                start: run.start,
            }
        })
    }

    /// Returns the byte at which code point `char` starts, or the length if it is past the end.
    #[must_use]
    pub fn byte_of_char(self, char: usize) -> usize {
        match &self.text.0 {
            Repr::Segment(segment) => segment.byte_of_char(char),
            Repr::Rope(rope) => rope.byte_of_char(char),
        }
    }

    /// Returns the number of code points that start before byte `byte`.
    #[must_use]
    pub fn char_of_byte(self, byte: usize) -> usize {
        match &self.text.0 {
            Repr::Segment(segment) => segment.char_of_byte(byte),
            Repr::Rope(rope) => rope.char_of_byte(byte),
        }
    }

    /// Returns the part of the text in a range of code points; empty if the end is before the
    /// start.
    #[must_use]
    pub fn slice_chars(self, range: Range<usize>) -> Text {
        if range.is_empty() {
            return Text::EMPTY;
        }
        let [start, end] = match &self.text.0 {
            // A single code point needs one lookup in the index.
            Repr::Segment(segment) if range.len() == 1 => {
                let start = segment.byte_of_char(range.start);
                let char = segment.as_str().get(start..).and_then(|rest| rest.chars().next());
                [start, start + char.map_or(0, char::len_utf8)]
            }
            Repr::Segment(segment) => segment.bytes_of_chars([range.start, range.end]),
            Repr::Rope(rope) => [range.start, range.end].map(|char| rope.byte_of_char(char)),
        };
        self.slice_bytes(start..end).unwrap_or_default()
    }

    /// Returns the part of the text in a range of bytes; `None` if either end is inside a code
    /// point or past the end, or if the end is before the start.
    #[must_use]
    pub fn slice_bytes(self, range: Range<usize>) -> Option<Text> {
        if range.start > range.end || range.end > self.len_bytes() {
            return None;
        }
        match &self.text.0 {
            _ if range == (0..self.len_bytes()) => Some(self.text.clone()),
            Repr::Segment(segment) => segment.slice(range).map(|cut| Text(Repr::Segment(cut))),
            Repr::Rope(_) if range.is_empty() => self.is_boundary(range.start).then_some(Text::EMPTY),
            Repr::Rope(rope) => rope.slice(range).map(Text::from_rope),
        }
    }

    /// Returns the code point at index `char`; `None` past the end.
    #[must_use]
    pub fn char_at(self, char: usize) -> Option<char> {
        self.char_text(char)?.as_str()?.chars().next()
    }

    /// Returns the code point at index `char` as a text with its origin; `None` past the end.
    #[must_use]
    pub fn char_text(self, char: usize) -> Option<Text> {
        let text = self.slice_chars(char..char.checked_add(1)?);
        (!text.is_surely_empty()).then_some(text)
    }

    /// Returns `true` if `byte` is a code point boundary: a code point starts there, or the text
    /// ends.
    #[must_use]
    pub fn is_boundary(self, byte: usize) -> bool {
        match &self.text.0 {
            Repr::Segment(segment) => segment.as_str().is_char_boundary(byte),
            Repr::Rope(rope) => byte <= rope.measure().bytes && rope.byte_of_char(rope.char_of_byte(byte)) == byte,
        }
    }
}

impl fmt::Debug for Settled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
