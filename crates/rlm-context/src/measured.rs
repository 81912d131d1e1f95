//! A decoded text with its character and line indexes.

use std::sync::Arc;

use sift_text::{CharCounts, CharIndex, Source, SourceBytes, SourceId, Text};

use crate::decode::TextEncoding;
use crate::line_index::LineIndex;
use crate::mmap::{MappedText, Survey};

/// A text with indexes of its code points and lines.
pub(crate) struct IndexedText {
    bytes: Arc<dyn SourceBytes>,
    chars: CharIndex,
    lines: LineIndex,
    line_count: u64,
    replaced: u64,
    encoding: TextEncoding,
}

impl IndexedText {
    /// Builds the indexes of a string.
    pub(crate) fn of_string(text: String) -> Self {
        let lines = LineIndex::build(text.as_bytes());
        let is_unfinished = !text.is_empty() && !text.ends_with('\n');
        Self {
            chars: CharIndex::from_counts(&[CharCounts::new(text.as_bytes())]),
            // An editor counts no line behind a newline at the very end.
            line_count: lines.newlines() + u64::from(is_unfinished),
            lines,
            replaced: 0,
            encoding: TextEncoding::default(),
            bytes: Arc::new(text),
        }
    }

    /// Wraps a mapped file with the indexes that its validation has built.
    pub(crate) fn of_map(text: MappedText, survey: Survey) -> Self {
        let line_count = survey.line_count();
        let (chars, lines) = survey.into_indexes();
        Self {
            bytes: Arc::new(text),
            chars,
            lines,
            line_count,
            replaced: 0,
            encoding: TextEncoding::default(),
        }
    }

    /// Sets the encoding and the number of replaced sequences.
    pub(crate) const fn read_as(mut self, encoding: TextEncoding, replaced: u64) -> Self {
        self.encoding = encoding;
        self.replaced = replaced;
        self
    }

    /// Creates a text whose origin is the given source.
    pub(crate) fn to_text(&self, id: SourceId) -> Text {
        let origin = sift_text::Origin::Source(id);
        Text::from_source(&Source::shared_with_index(
            Arc::clone(&self.bytes),
            origin,
            self.chars.clone(),
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.bytes.as_str()
    }

    pub(crate) fn chars(&self) -> u64 {
        self.chars.chars(self.as_str().len()) as u64
    }

    pub(crate) const fn line_count(&self) -> u64 {
        self.line_count
    }

    pub(crate) const fn lines(&self) -> &LineIndex {
        &self.lines
    }

    pub(crate) const fn replaced(&self) -> u64 {
        self.replaced
    }

    pub(crate) const fn encoding(&self) -> TextEncoding {
        self.encoding
    }
}
