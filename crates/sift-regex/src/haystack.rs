//! The text that an engine searches: one string, or a rope whose chunks are loaded on demand.

use sift_text::{Settled, Text};

/// A text to search, up to an end that may be before the end of the text.
///
/// The joined text of many documents is a rope that may be larger than a program's memory limit. It
/// is searched without copying it.
///
/// ```
/// use sift_text::Text;
/// use sift_regex::{Flags, Haystack, Pattern, SearchMode};
///
/// // A rope: two documents that are not copied.
/// let text = Text::concat(&Text::new(&"early ".repeat(300)), &Text::new("late"))?;
/// let haystack = Haystack::of(&text).expect("it has arrived");
/// let pattern = Pattern::compile(r"y l\w+", Flags::NONE)?;
/// let found = pattern.search(haystack, 0, SearchMode::Search, &mut |_: u64| Ok(()))?;
/// assert_eq!(found.captures.map(|captures| captures.whole()), Some(1_798..1_804));
/// let cut = pattern.search(haystack.up_to(1_800), 0, SearchMode::Search, &mut |_: u64| Ok(()))?;
/// assert_eq!(cut.captures, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Haystack<'t> {
    source: Source<'t>,
    len: usize,
}

#[derive(Debug, Clone, Copy)]
enum Source<'t> {
    Flat(&'t str),
    Rope(Settled<'t>),
    /// A text that is split into chunks of about this many bytes, for tests; chunks of ropes are
    /// longer.
    #[cfg(test)]
    Chopped(&'t str, usize),
}

impl<'t> From<&'t str> for Haystack<'t> {
    fn from(text: &'t str) -> Self {
        Self {
            source: Source::Flat(text),
            len: text.len(),
        }
    }
}

impl<'t> From<&'t String> for Haystack<'t> {
    fn from(text: &'t String) -> Self {
        text.as_str().into()
    }
}

impl<'t> Haystack<'t> {
    /// Creates a haystack from a stored text; `None` if a part of the text is still pending.
    #[must_use]
    pub fn of(text: &'t Text) -> Option<Self> {
        match text.as_str() {
            Some(flat) => Some(flat.into()),
            None => text.settled().ok().map(|settled| Self {
                source: Source::Rope(settled),
                len: settled.len_bytes(),
            }),
        }
    }

    /// Shortens the haystack to end at a byte offset, which must be on a code point boundary. An
    /// offset past the end changes nothing.
    #[must_use]
    pub fn up_to(self, end: usize) -> Self {
        match self.source {
            Source::Flat(text) => text.get(..end).unwrap_or(text).into(),
            _ => Self {
                len: self.len.min(end),
                ..self
            },
        }
    }

    /// Creates a haystack that presents a text in chunks of about `size` bytes, for tests.
    #[cfg(test)]
    pub(super) const fn chopped(text: &'t str, size: usize) -> Self {
        Self {
            source: Source::Chopped(text, size),
            len: text.len(),
        }
    }

    /// Returns the length of the text to search, in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.len
    }

    /// Returns `true` if the text to search is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Returns the text as one string slice if it is contiguous, `None` for a rope.
    pub(super) const fn as_flat(self) -> Option<&'t str> {
        match self.source {
            Source::Flat(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the chunk of the text that contains a byte, and the chunk's offset; `None` at or
    /// after the end.
    pub(super) fn stretch_at(self, byte: usize) -> Option<(usize, &'t str)> {
        if byte >= self.len {
            return None;
        }
        match self.source {
            Source::Flat(text) => Some((0, text)),
            Source::Rope(text) => {
                let (start, stretch) = text.chunk_at(byte)?;
                Some((start, stretch.get(..self.len - start).unwrap_or(stretch)))
            }
            #[cfg(test)]
            Source::Chopped(text, size) => {
                let start = text.floor_char_boundary(byte / size * size);
                let end = text.floor_char_boundary((byte / size * size + size).min(self.len));
                // A character that crosses a cut belongs to the chunk before it.
                if byte < end {
                    return Some((start, text.get(start..end)?));
                }
                let next = text.floor_char_boundary((byte / size * size + 2 * size).min(self.len));
                Some((end, text.get(end..next)?))
            }
        }
    }
}

/// A reader for single characters and bytes of a haystack. Access is fastest near the last
/// position.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'t> {
    haystack: Haystack<'t>,
    start: usize,
    stretch: &'t str,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(haystack: Haystack<'t>) -> Self {
        Self {
            haystack,
            start: 0,
            stretch: haystack.as_flat().unwrap_or_default(),
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.haystack.len
    }

    /// Returns the character that starts at a byte offset.
    #[inline]
    pub(super) fn char_at(&mut self, at: usize) -> Option<char> {
        // For an offset before the chunk, the difference wraps around to a large index.
        match self.stretch.as_bytes().get(at.wrapping_sub(self.start)) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.wide_char_at(at),
            None if self.load(at) => self.wide_char_at(at),
            None => None,
        }
    }

    /// Returns the character that ends at a byte offset.
    #[inline]
    pub(super) fn char_before(&mut self, at: usize) -> Option<char> {
        let last = at.checked_sub(1)?;
        match self.stretch.as_bytes().get(last.wrapping_sub(self.start)) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.wide_char_before(at),
            None if self.load(last) => self.wide_char_before(at),
            None => None,
        }
    }

    /// Returns the byte at an offset.
    #[inline]
    pub(super) fn byte_at(&mut self, at: usize) -> Option<u8> {
        match self.stretch.as_bytes().get(at.wrapping_sub(self.start)) {
            Some(byte) => Some(*byte),
            None if self.load(at) => self.stretch.as_bytes().get(at - self.start).copied(),
            None => None,
        }
    }

    /// Returns the bytes from an offset to the end of the chunk that contains it.
    pub(super) fn rest_of_stretch(&mut self, at: usize) -> &'t [u8] {
        if self.byte_at(at).is_none() {
            return &[];
        }
        self.stretch.as_bytes().get(at - self.start..).unwrap_or_default()
    }

    /// Returns the bytes before an offset, from the start of the chunk that contains them.
    pub(super) fn stretch_before(&mut self, at: usize) -> &'t [u8] {
        match at.checked_sub(1) {
            Some(last) if self.byte_at(last).is_some() => {
                self.stretch.as_bytes().get(..at - self.start).unwrap_or_default()
            }
            _ => &[],
        }
    }

    fn wide_char_at(&self, at: usize) -> Option<char> {
        self.stretch.get(at - self.start..)?.chars().next()
    }

    fn wide_char_before(&self, at: usize) -> Option<char> {
        self.stretch.get(..at - self.start)?.chars().next_back()
    }

    /// Loads the chunk of the text that contains a byte; `false` at or after the end.
    #[cold]
    fn load(&mut self, at: usize) -> bool {
        let Some((start, stretch)) = self.haystack.stretch_at(at) else {
            return false;
        };
        (self.start, self.stretch) = (start, stretch);
        true
    }
}
