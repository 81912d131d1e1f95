//! One document of a context.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use sift_text::{SourceId, Text};
use smol_str::SmolStr;

use crate::decode::TextEncoding;
use crate::digest::ContentDigest;
use crate::error::ContextError;
use crate::file_state::FileState;
use crate::image::ImageFile;
use crate::large_file::LargeFile;
use crate::location::{Location, Position};
use crate::measured::IndexedText;
use crate::media_type;
use crate::options::MAP_ABOVE_BYTES;
use crate::records::{DataRecord, RecordFlaw, Records};
use crate::sections::{PlacedSection as _, Sections};

/// A document: an immutable text and its metadata.
///
/// A mapped file is read when its text is first requested. [`is_counted`](Self::is_counted) returns
/// whether that has happened.
#[derive(Clone)]
pub struct Document {
    id: SourceId,
    name: SmolStr,
    media_type: SmolStr,
    text: Arc<OnceLock<Text>>,
    content: Content,
    records: Option<Arc<Records>>,
}

/// A text and its metadata, before the document has an index in the context.
#[derive(Clone)]
pub(crate) struct Content {
    body: Body,
    /// The size of the source in bytes, before decoding.
    size: u64,
    /// The pages, sheets or slides; empty for formats without sections.
    sections: Sections,
    /// The media type of the source file, if the document's name doesn't determine it.
    media_type: Option<&'static str>,
    /// Where the text is found again, if the name doesn't determine it.
    location: Option<Arc<str>>,
    /// The image, if the text only describes one.
    image: Option<Arc<ImageFile>>,
}

#[derive(Clone)]
enum Body {
    Here(Arc<IndexedText>, ContentDigest),
    Later(Arc<LargeFile>),
}

impl Content {
    fn new(body: Body, size: u64) -> Self {
        Self {
            body,
            size,
            sections: Sections::default(),
            media_type: None,
            location: None,
            image: None,
        }
    }

    /// Creates the content of an image's document: a text that describes the image.
    pub(crate) fn of_image(image: ImageFile) -> Self {
        Self {
            media_type: Some(image.media_type()),
            image: Some(Arc::new(image.clone())),
            ..Self::of_string(image.text()).of_size(image.size())
        }
    }

    pub(crate) fn of_string(text: String) -> Self {
        Self::measured_of(IndexedText::of_string(text))
    }

    /// Creates content from a decoded text in memory.
    pub(crate) fn measured_of(measured: IndexedText) -> Self {
        let (size, digest) = (
            measured.as_str().len() as u64,
            ContentDigest::of(measured.as_str().as_bytes()),
        );
        Self::new(Body::Here(Arc::new(measured), digest), size)
    }

    /// Creates content from a file whose text is loaded lazily.
    pub(crate) fn of_large_file(file: LargeFile) -> Self {
        let size = file.state().bytes;
        Self::new(Body::Later(Arc::new(file)), size)
    }

    /// Sets the size of the source in bytes.
    pub(crate) const fn of_size(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    /// Sets the media type of the source file and its sections.
    pub(crate) fn with_file_kind(mut self, media_type: &'static str, sections: Sections) -> Self {
        self.media_type = Some(media_type);
        self.sections = sections;
        self
    }

    /// Sets the media type, unless the format of the file has determined it.
    pub(crate) fn or_media_type(mut self, media_type: &'static str) -> Self {
        self.media_type = self.media_type.or(Some(media_type));
        self
    }

    /// Sets where the text is found again, for [`ContextSpec::at_location`](crate::ContextSpec).
    pub(crate) fn located_at(mut self, location: Option<String>) -> Self {
        self.location = location.map(Into::into);
        self
    }

    pub(crate) fn measured(&self) -> &IndexedText {
        match &self.body {
            Body::Here(measured, _) => measured,
            Body::Later(file) => file.measured(),
        }
    }

    pub(crate) fn is_measured(&self) -> bool {
        match &self.body {
            Body::Here(..) => true,
            Body::Later(file) => file.is_measured(),
        }
    }

    pub(crate) fn large_file(&self) -> Option<&Arc<LargeFile>> {
        match &self.body {
            Body::Here(..) => None,
            Body::Later(file) => Some(file),
        }
    }

    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn is_empty(&self) -> bool {
        match &self.body {
            Body::Here(measured, _) => measured.as_str().is_empty(),
            // Only large files are mapped, so the check by size is exact.
            Body::Later(_) => self.size == 0,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.measured().as_str()
    }
}

impl Document {
    pub(crate) fn new(id: SourceId, name: SmolStr, content: Content) -> Self {
        Self {
            id,
            media_type: content.media_type.unwrap_or_else(|| media_type::of_name(&name)).into(),
            name,
            text: Arc::default(),
            content,
            records: None,
        }
    }

    /// Returns the zero-based index of the document in the context.
    #[must_use]
    pub const fn id(&self) -> SourceId {
        self.id
    }

    /// Returns the name: a path with `/`, or a name that the user chose. It may contain any
    /// characters.
    #[must_use]
    pub const fn name(&self) -> &SmolStr {
        &self.name
    }

    /// Returns the media type, detected from the format of the file or from the extension of the
    /// name.
    #[must_use]
    pub const fn media_type(&self) -> &SmolStr {
        &self.media_type
    }

    /// Returns the image that the document is, if its text only describes one.
    #[must_use]
    pub fn image(&self) -> Option<&ImageFile> {
        self.content.image.as_deref()
    }

    /// Returns the text; every byte of it has this document as its origin. Blocks until a mapped
    /// file has been read.
    #[must_use]
    pub fn text(&self) -> &Text {
        self.text.get_or_init(|| self.content.measured().to_text(self.id))
    }

    /// Returns the text as a string. Blocks until a mapped file has been read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.content.as_str()
    }

    /// Returns the size of the file in bytes, before decoding. Never blocks.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.content.size()
    }

    /// Returns `true` if the file has been read. Then only the digest of a mapped file may still
    /// block.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.content.is_measured()
    }

    /// Returns `true` if the size is above the default threshold for mapping. What models see may
    /// depend on this, but not on whether the file is actually mapped.
    #[must_use]
    pub const fn is_large(&self) -> bool {
        self.size() > MAP_ABOVE_BYTES
    }

    /// Returns the length of the text in bytes of UTF-8, after decoding. Blocks until a mapped file
    /// has been read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.as_str().len() as u64
    }

    /// Returns the length in code points. Blocks until a mapped file has been read.
    #[must_use]
    pub fn chars(&self) -> u64 {
        self.content.measured().chars()
    }

    /// Returns the number of lines; a trailing newline doesn't start another line. Blocks until a
    /// mapped file has been read.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.content.measured().line_count()
    }

    /// Returns the number of invalid byte sequences that were replaced by U+FFFD. Blocks until a
    /// mapped file has been read.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.content.measured().replaced()
    }

    /// Returns the encoding of the file. Blocks until a mapped file has been read.
    #[must_use]
    pub fn encoding(&self) -> TextEncoding {
        self.content.measured().encoding()
    }

    /// Returns the pages, sheets, slides, chapters or messages of the file.
    #[must_use]
    pub const fn sections(&self) -> &Sections {
        &self.content.sections
    }

    /// Returns where the document is found again if it isn't a file of its own, but one of an archive
    /// or of a git revision. [`ContextSpec::at_location`](crate::ContextSpec::at_location) takes it.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.content.location.as_deref()
    }

    /// Returns the digest of the decoded bytes. Blocks until a mapped file has been digested.
    #[must_use]
    pub fn digest(&self) -> ContentDigest {
        match &self.content.body {
            Body::Here(_, digest) => *digest,
            Body::Later(file) => file.digest(),
        }
    }

    /// Returns the digest of the decoded bytes if it has already been computed. Never blocks.
    #[must_use]
    pub fn known_digest(&self) -> Option<ContentDigest> {
        match &self.content.body {
            Body::Here(_, digest) => Some(*digest),
            Body::Later(file) => file.known_digest(),
        }
    }

    /// Returns the digest of a mapped file's size and its first and last MiB. It is available
    /// before the file is read; `None` if the file isn't mapped.
    #[must_use]
    pub fn ends_digest(&self) -> Option<ContentDigest> {
        self.content.large_file().map(|file| file.ends())
    }

    /// Returns the size and modification time of a mapped file; `None` if the file isn't mapped.
    #[must_use]
    pub fn file_state(&self) -> Option<FileState> {
        self.content.large_file().map(|file| file.state())
    }

    /// Returns the rows or lines that programs see as separate documents; `None` if the document
    /// isn't split. The text consists of the records and the separators between them.
    #[must_use]
    pub fn records(&self) -> Option<impl Iterator<Item = DataRecord>> {
        let records = self.records.as_deref()?;
        Some(records.cut(&self.name, self.text()))
    }

    /// Returns the number of documents that programs see: the number of records, or 1 if the
    /// document isn't split.
    #[must_use]
    pub fn shown_documents(&self) -> u64 {
        self.records.as_deref().map_or(1, |records| records.len() as u64)
    }

    /// Returns `true` if the document is split into records, each shown after the header row.
    #[must_use]
    pub fn has_header(&self) -> bool {
        self.records.as_deref().is_some_and(Records::has_header)
    }

    /// Returns the flaws of its records, such as rows with missing fields.
    #[must_use]
    pub fn record_flaws(&self) -> &[RecordFlaw] {
        self.records.as_deref().map_or(&[], Records::flaws)
    }

    pub(crate) fn with_records(mut self, records: Option<Records>) -> Self {
        self.records = records.map(Arc::new);
        self
    }

    pub(crate) const fn content(&self) -> &Content {
        &self.content
    }

    /// Checks that a mapped file is unchanged.
    pub(crate) fn check(&self) -> Result<(), ContextError> {
        self.content.large_file().map_or(Ok(()), |file| file.check())
    }

    /// Returns the location of a byte range; `None` if it is out of bounds or not on code-point
    /// boundaries.
    ///
    /// ```
    /// use rlm_context::Context;
    ///
    /// let context = Context::from_text("The roof leaks.\nIt is mended in July.\n");
    /// let document = &context.documents()[0];
    /// let at = document.as_str().find("July").expect("it is there");
    /// let place = document.locate(at..at + 4).expect("it is on code points");
    /// assert_eq!((place.start.line, place.start.column), (2, 17));
    /// assert!(document.locate(0..4_711).is_none());
    /// ```
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
        let text = self.as_str().as_bytes();
        let lines = self.content.measured().lines();
        let (newlines, line_start) = lines.line_of_byte(text, byte);
        // A line may be as long as the text, so the column comes from the index of code points.
        let column = self.text().settled().map_or(0, |text| {
            text.char_of_byte(byte).saturating_sub(text.char_of_byte(line_start))
        });
        let column = column as u64 + 1;
        let Some(section) = self.content.sections.at(byte) else {
            return Position {
                line: newlines + 1,
                column,
                ..Position::default()
            };
        };
        // A reader looks the location up in the section, so lines are counted from its top.
        let line = newlines.saturating_sub(lines.line_of_byte(text, section.start).0) + 1;
        section.position(line, column, self.as_str().get(line_start..byte).unwrap_or_default())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("name", &self.name)
            .field("size", &self.size())
            .field("digest", &self.known_digest())
            .finish_non_exhaustive()
    }
}
