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
use crate::large_file::LargeFile;
use crate::location::{Location, Position};
use crate::measured::Measured;
use crate::media_type;
use crate::options::MAP_ABOVE_BYTES;
use crate::records::{DataRecord, RecordFlaw, Records};

/// One document: a text that does not change, and what is known of it without showing it.
///
/// A file that is mapped is read when something of its text is first asked for: [`is_counted`](Self::is_counted) tells whether that
/// was done.
#[derive(Clone)]
pub struct Document {
    id: SourceId,
    name: SmolStr,
    media_type: SmolStr,
    text: Arc<OnceLock<Text>>,
    content: Content,
    records: Option<Arc<Records>>,
}

/// A text and its measures: what can be found out before the document has its place in the context.
#[derive(Clone)]
pub(crate) struct Content {
    body: Body,
    /// How many bytes it was made of.
    size: u64,
    /// The byte at which each page begins; empty where there are no pages.
    pages: Arc<[usize]>,
    /// What it was before it was text, where its name does not tell.
    media_type: Option<&'static str>,
}

#[derive(Clone)]
enum Body {
    Here(Arc<Measured>, ContentDigest),
    Later(Arc<LargeFile>),
}

impl Content {
    fn new(body: Body, size: u64) -> Self {
        Self {
            body,
            size,
            pages: Arc::default(),
            media_type: None,
        }
    }

    pub(crate) fn of_string(text: String) -> Self {
        Self::measured_of(Measured::of_string(text))
    }

    /// Takes a text that is there.
    pub(crate) fn measured_of(measured: Measured) -> Self {
        let (size, digest) = (
            measured.as_str().len() as u64,
            ContentDigest::of(measured.as_str().as_bytes()),
        );
        Self::new(Body::Here(Arc::new(measured), digest), size)
    }

    /// Takes a file whose text is made when it is needed.
    pub(crate) fn of_large_file(file: LargeFile) -> Self {
        let size = file.state().bytes;
        Self::new(Body::Later(Arc::new(file)), size)
    }

    /// Says of how many bytes it was made.
    pub(crate) const fn of_size(mut self, size: u64) -> Self {
        self.size = size;
        self
    }

    /// Says what kind of file it is from, and where its pages begin.
    pub(crate) fn with_file_kind(mut self, media_type: &'static str, pages: Vec<usize>) -> Self {
        self.media_type = Some(media_type);
        self.pages = pages.into();
        self
    }

    pub(crate) fn measured(&self) -> &Measured {
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
            // What is mapped is larger than what is read.
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

    /// Returns the text; every byte of it has this document as its origin. Waits until a mapped file was read.
    #[must_use]
    pub fn text(&self) -> &Text {
        self.text.get_or_init(|| self.content.measured().to_text(self.id))
    }

    /// Returns the text as a string. Waits until a mapped file was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.content.as_str()
    }

    /// Returns how many bytes it was made of: the size of its file. Never waits.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.content.size()
    }

    /// Tells whether its file was read, so that nothing here waits but, for a mapped one, the digest.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.content.is_measured()
    }

    /// Tells whether its size is one from which files may be mapped. Whether a file is mapped can't be told from what a model is
    /// shown; whether it is large may be.
    #[must_use]
    pub const fn is_large(&self) -> bool {
        self.size() > MAP_ABOVE_BYTES
    }

    /// Returns the length of the text in bytes of UTF-8, after decoding. Waits until a mapped file was read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.as_str().len() as u64
    }

    /// Returns the length in code points. Waits until a mapped file was read.
    #[must_use]
    pub fn chars(&self) -> u64 {
        self.content.measured().chars()
    }

    /// Returns how many lines there are; a newline at the very end begins no further line. Waits until a mapped file was read.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.content.measured().line_count()
    }

    /// Returns how many sequences of bytes were no UTF-8 and were replaced by U+FFFD. Waits until a mapped file was read.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.content.measured().replaced()
    }

    /// Returns how the bytes of its file were read. Waits until a mapped file was read.
    #[must_use]
    pub fn encoding(&self) -> TextEncoding {
        self.content.measured().encoding()
    }

    /// Returns how many pages there are; 0 where the document has none.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.content.pages.len()
    }

    /// Returns the digest of the decoded bytes. Waits until a mapped file was digested.
    #[must_use]
    pub fn digest(&self) -> ContentDigest {
        match &self.content.body {
            Body::Here(_, digest) => *digest,
            Body::Later(file) => file.digest(),
        }
    }

    /// Returns the digest of the decoded bytes if it is known already.
    #[must_use]
    pub fn known_digest(&self) -> Option<ContentDigest> {
        match &self.content.body {
            Body::Here(_, digest) => Some(*digest),
            Body::Later(file) => file.known_digest(),
        }
    }

    /// Returns, of a file that is mapped, the digest of its first and last MiB and its size: what can be said of it before it was
    /// read.
    #[must_use]
    pub fn ends_digest(&self) -> Option<ContentDigest> {
        self.content.large_file().map(|file| file.ends())
    }

    /// Returns, of a file that is mapped, its size and the time of its last change.
    #[must_use]
    pub fn file_state(&self) -> Option<FileState> {
        self.content.large_file().map(|file| file.state())
    }

    /// Returns its rows or lines, where programs see each as a document of its own. The text is theirs and what stands between them.
    #[must_use]
    pub fn records(&self) -> Option<impl Iterator<Item = DataRecord>> {
        let records = self.records.as_deref()?;
        Some(records.cut(&self.name, self.text()))
    }

    /// Returns how many documents programs see in its place: its records, or itself.
    #[must_use]
    pub fn shown_documents(&self) -> u64 {
        self.records.as_deref().map_or(1, |records| records.len() as u64)
    }

    /// Tells whether it is made of records, and each is shown behind the row that names its fields.
    #[must_use]
    pub fn has_header(&self) -> bool {
        self.records.as_deref().is_some_and(Records::has_header)
    }

    /// Returns what is wrong with some of its records.
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

    /// Checks that a mapped file is still what it was.
    pub(crate) fn check(&self) -> Result<(), ContextError> {
        self.content.large_file().map_or(Ok(()), |file| file.check())
    }

    /// Says where a range of bytes stands; `None` if it is not within the document and on code points.
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
        // A line may be as long as the text: the index knows how many code points are in it.
        let column = self.text().settled().map_or(0, |text| {
            text.char_of_byte(byte).saturating_sub(text.char_of_byte(line_start))
        });
        // Whoever looks it up has the page before them, not the text: lines are counted from its top.
        let page = self.content.pages.partition_point(|&begin| begin <= byte);
        let page_start = page
            .checked_sub(1)
            .and_then(|page| self.content.pages.get(page).copied());
        let newlines_before = page_start.map_or(0, |start| lines.line_of_byte(text, start).0);
        Position {
            page: page_start.map(|_| page as u64),
            line: newlines - newlines_before + 1,
            column: column as u64 + 1,
        }
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
