//! One document of a context.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rlm_text::{Origin, Source, SourceBytes, SourceId, Text};
use smol_str::SmolStr;

use crate::decode::Encoding;
use crate::digest::ContentDigest;
use crate::line_index::LineIndex;
use crate::location::{Location, Position};
use crate::media_type;

/// One document: a text that does not change, and what is known of it without showing it.
#[derive(Clone)]
pub struct Document {
    id: SourceId,
    name: SmolStr,
    media_type: SmolStr,
    text: Text,
    content: Content,
    lines: Arc<OnceLock<LineIndex>>,
}

/// A decoded text and its measures: what can be found out before the document has its place in the context.
#[derive(Clone)]
pub(crate) struct Content {
    bytes: Arc<dyn SourceBytes>,
    chars: u64,
    lines: u64,
    replaced: u64,
    digest: ContentDigest,
    /// The byte at which each page begins; empty where there are no pages.
    pages: Arc<[usize]>,
    encoding: Encoding,
    /// What it was before it was text, where its name does not tell.
    media_type: Option<&'static str>,
}

impl Content {
    /// Measures a text in which `replaced` invalid sequences were replaced.
    pub(crate) fn measure(bytes: Arc<dyn SourceBytes>, replaced: u64) -> Self {
        let text = bytes.as_str();
        Self {
            chars: text.chars().count() as u64,
            lines: count_lines(text),
            replaced,
            digest: ContentDigest::of(text.as_bytes()),
            pages: Arc::default(),
            encoding: Encoding::default(),
            media_type: None,
            bytes,
        }
    }

    /// Says what kind of file it is from, and where its pages begin.
    pub(crate) fn with_file_kind(mut self, media_type: &'static str, pages: Vec<usize>) -> Self {
        self.media_type = Some(media_type);
        self.pages = pages.into();
        self
    }

    pub(crate) fn of_string(text: String) -> Self {
        Self::measure(Arc::new(text), 0)
    }

    /// Says how its bytes were read.
    pub(crate) fn encoded_as(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    pub(crate) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub(crate) const fn replaced(&self) -> u64 {
        self.replaced
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.as_str().is_empty()
    }

    pub(crate) fn as_str(&self) -> &str {
        self.bytes.as_str()
    }
}

/// Counts lines as an editor does: a newline at the very end begins no further line.
fn count_lines(text: &str) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
    let unfinished = !text.is_empty() && !text.ends_with('\n');
    newlines + u64::from(unfinished)
}

impl Document {
    pub(crate) fn new(id: SourceId, name: SmolStr, content: Content) -> Self {
        let source = Source::shared(Arc::clone(&content.bytes), Origin::Source(id));
        Self {
            id,
            media_type: content.media_type.unwrap_or_else(|| media_type::of_name(&name)).into(),
            name,
            text: Text::from_source(&source),
            content,
            lines: Arc::default(),
        }
    }

    /// Returns the number of the document, which is its place in the context, from 0.
    #[must_use]
    pub const fn id(&self) -> SourceId {
        self.id
    }

    /// Returns the name: a path with `/`, or what the user chose. It may hold any characters.
    #[must_use]
    pub const fn name(&self) -> &SmolStr {
        &self.name
    }

    /// Returns the media type: that of the file whose text it is, or what the name tells.
    #[must_use]
    pub const fn media_type(&self) -> &SmolStr {
        &self.media_type
    }

    /// Returns the text; every byte of it has this document as its origin.
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.text
    }

    /// Returns the text as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.content.as_str()
    }

    /// Returns the length of the text in bytes of UTF-8, after decoding.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.as_str().len() as u64
    }

    /// Returns the length in code points.
    #[must_use]
    pub const fn chars(&self) -> u64 {
        self.content.chars
    }

    /// Returns how many lines there are; a newline at the very end begins no further line.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.content.lines
    }

    /// Returns how many sequences of bytes were no UTF-8 and were replaced by U+FFFD.
    #[must_use]
    pub const fn replaced(&self) -> u64 {
        self.content.replaced
    }

    /// Returns how the bytes of its file were read.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.content.encoding
    }

    /// Returns how many pages there are; 0 where the document has none.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.content.pages.len()
    }

    /// Returns the digest of the decoded bytes.
    #[must_use]
    pub const fn digest(&self) -> ContentDigest {
        self.content.digest
    }

    /// Says where a range of bytes stands; `None` if it is not within the document and on code points.
    #[must_use]
    pub fn locate(&self, range: Range<usize>) -> Option<Location> {
        let cited = self.as_str().get(range.clone())?;
        let last = cited.chars().next_back().map_or(0, char::len_utf8);
        Some(Location {
            document: self.name.clone(),
            start: self.position(range.start),
            end: self.position(range.end - last),
        })
    }

    fn position(&self, byte: usize) -> Position {
        let text = self.as_str();
        let lines = self.lines.get_or_init(|| LineIndex::build(text.as_bytes()));
        let (newlines, line_start) = lines.line_of_byte(text.as_bytes(), byte);
        let line = text.get(line_start..byte).unwrap_or_default();
        // Whoever looks it up has the page before them, not the text: lines are counted from its top.
        let page = self.content.pages.partition_point(|&begin| begin <= byte);
        let page_start = page
            .checked_sub(1)
            .and_then(|page| self.content.pages.get(page).copied());
        let newlines_before = page_start.map_or(0, |start| lines.line_of_byte(text.as_bytes(), start).0);
        Position {
            page: page_start.map(|_| page as u64),
            line: newlines - newlines_before + 1,
            column: line.chars().count() as u64 + 1,
        }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("name", &self.name)
            .field("bytes", &self.bytes())
            .field("digest", &self.digest())
            .finish_non_exhaustive()
    }
}
