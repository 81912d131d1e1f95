//! The context of a run: all documents that its programs read.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use sift_text::{MAX_TEXT_BYTES, Origin, Settled, SourceId, Text, TextBuilder};
use smol_str::SmolStr;

use crate::document::{Content, Document};
use crate::error::{ContextError, LoadWarning};
use crate::large_file::{Ahead, LargeFile, read_ahead};
use crate::location::Location;
use crate::options::DEFAULT_SEPARATOR;
use crate::records::Records;

/// The type of value that programs see the context as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextKind {
    /// One string.
    Text,
    /// A list of strings, one per document.
    List,
    /// A dict of strings, one per document, keyed by the documents' names.
    Dict,
    /// The parsed value of a single JSON document. This crate stores the text; the caller that
    /// passes it to programs parses it.
    Json,
}

impl ContextKind {
    /// Returns the stable name used in output and digests, such as `text`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::List => "list",
            Self::Dict => "dict",
            Self::Json => "json",
        }
    }
}

/// An ordered list of documents and the type that programs see them as. Cheap to clone.
///
/// ```
/// use rlm_context::{Context, ContextKind};
///
/// // Programs see a dict: `context["may"]`.
/// let minutes = [("may", "The roof leaks.\n"), ("june", "Agreed:\nit is mended in July.\n")];
/// let context = Context::from_dict(minutes, "\n---\n")?;
/// assert_eq!((context.kind(), context.documents().len(), context.size()), (ContextKind::Dict, 2, 46));
///
/// let june = &context.documents()[1];
/// assert_eq!((june.name().as_str(), june.lines()), ("june", 2));
/// let place = context.locate(june.id(), 8..10).ok_or("no such place")?;
/// assert_eq!(place.to_string(), "june:2:1-2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    kind: ContextKind,
    documents: Arc<[Document]>,
    separator: SmolStr,
    /// Joined on creation if the text may be too long, so that the error is reported early. Joined
    /// lazily if a mapped file is among the documents.
    joined: Arc<OnceLock<Text>>,
    without_text: Arc<[TextlessFile]>,
    /// The sum of the documents' sizes in bytes, before decoding.
    size: u64,
}

/// The name of a text that is passed without one.
const UNNAMED: &str = "text";

/// A file that was requested but has no text: a scan, or an encrypted or damaged file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextlessFile {
    /// The name that its document would have.
    pub name: SmolStr,
    /// A short reason, such as "its pages are pictures".
    pub why: String,
}

impl Context {
    /// Creates a context of one text, named `text`.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        let document = Document::new(SourceId(0), UNNAMED.into(), Content::of_string(text.into()));
        Self {
            kind: ContextKind::Text,
            joined: Arc::new(OnceLock::from(document.text().clone())),
            size: document.size(),
            documents: Arc::new([document]),
            separator: DEFAULT_SEPARATOR.into(),
            without_text: Arc::default(),
        }
    }

    /// Creates the context of a question that needs no text, such as a calculation. It has no
    /// documents; programs see an empty text.
    ///
    /// ```
    /// use rlm_context::Context;
    ///
    /// assert!(Context::none().documents().is_empty());
    /// assert_eq!(Context::from_text("").documents().len(), 1, "a text that is empty");
    /// ```
    #[must_use]
    pub fn none() -> Self {
        Self {
            documents: Arc::default(),
            ..Self::from_text("")
        }
    }

    /// Creates a context from a list of named texts.
    ///
    /// # Errors
    /// If the joined text would exceed the maximum length of a text.
    pub fn from_documents<N: Into<SmolStr>, T: Into<String>>(
        documents: impl IntoIterator<Item = (N, T)>,
        separator: &str,
    ) -> Result<Self, ContextError> {
        Self::from_contents(ContextKind::List, contents(documents), separator)
    }

    /// Creates a context from a dict of named texts.
    ///
    /// # Errors
    /// If two texts have the same name, or the joined text would exceed the maximum length of a
    /// text.
    pub fn from_dict<N: Into<SmolStr>, T: Into<String>>(
        documents: impl IntoIterator<Item = (N, T)>,
        separator: &str,
    ) -> Result<Self, ContextError> {
        Self::from_contents(ContextKind::Dict, contents(documents), separator)
    }

    pub(crate) fn from_contents(
        kind: ContextKind,
        contents: Vec<(SmolStr, Content)>,
        separator: &str,
    ) -> Result<Self, ContextError> {
        let documents: Vec<_> = (0..)
            .zip(contents)
            .map(|(number, (name, content))| Document::new(SourceId(number), name, content))
            .collect();
        if kind == ContextKind::Dict {
            refuse_equal_names(&documents)?;
        }
        let size = documents.iter().map(Document::size).fold(0, u64::saturating_add);
        // Decoding replaces one byte by at most three.
        let may_be_too_long = size.saturating_mul(3) > MAX_TEXT_BYTES as u64;
        let joined = OnceLock::new();
        if may_be_too_long || documents.iter().all(Document::is_counted) {
            let _ = joined.set(join(&documents, separator)?);
        }
        Ok(Self {
            kind,
            joined: Arc::new(joined),
            size,
            documents: documents.into(),
            separator: separator.into(),
            without_text: Arc::default(),
        })
    }

    /// Records the files that were left out because they have no text. Models are told about them,
    /// so that an unreadable file isn't mistaken for an absent one.
    ///
    /// ```
    /// use rlm_context::{Context, TextlessFile};
    ///
    /// let scan = TextlessFile { name: "scan.pdf".into(), why: "its pages are pictures".to_owned() };
    /// let context = Context::from_text("The roof leaks.").with_without_text(vec![scan]);
    /// assert_eq!(context.without_text()[0].name, "scan.pdf");
    /// ```
    #[must_use]
    pub fn with_without_text(mut self, files: Vec<TextlessFile>) -> Self {
        self.without_text = files.into();
        self
    }

    /// Returns the files that are left out because they have no text.
    #[must_use]
    pub fn without_text(&self) -> &[TextlessFile] {
        &self.without_text
    }

    /// Sets the records of each document; `None` for a document that isn't split into records.
    pub(crate) fn with_records(mut self, records: Vec<Option<Records>>) -> Self {
        let documents = self.documents.iter().cloned().zip(records);
        self.documents = documents
            .map(|(document, records)| document.with_records(records))
            .collect();
        self
    }

    /// Returns `true` if any document is split into records, which programs see one by one.
    #[must_use]
    pub fn is_split(&self) -> bool {
        self.documents.iter().any(|document| document.records().is_some())
    }

    /// Returns the number of documents that programs see. Each record of a split document counts as
    /// one.
    #[must_use]
    pub fn shown_documents(&self) -> u64 {
        self.documents.iter().map(Document::shown_documents).sum()
    }

    /// Returns the type that programs see the context as.
    #[must_use]
    pub const fn kind(&self) -> ContextKind {
        self.kind
    }

    /// Returns the documents in their order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Returns `true` if the context contains names that a third party may have chosen. Documents
    /// and files without text have names; only a single unnamed text has none.
    ///
    /// ```
    /// use rlm_context::{Context, DEFAULT_SEPARATOR};
    ///
    /// assert!(!Context::from_text("late").has_names());
    /// assert!(Context::from_documents([("send it to me.md", "late")], DEFAULT_SEPARATOR)?.has_names());
    /// # Ok::<(), rlm_context::ContextError>(())
    /// ```
    #[must_use]
    pub fn has_names(&self) -> bool {
        self.documents.iter().any(|document| document.name() != UNNAMED) || !self.without_text.is_empty()
    }

    /// Returns the document with the given number; `None` if there is none.
    #[must_use]
    pub fn document(&self, id: SourceId) -> Option<&Document> {
        self.documents.get(usize::try_from(id.0).ok()?)
    }

    /// Returns the separator between documents in the joined text.
    #[must_use]
    pub fn separator(&self) -> &str {
        &self.separator
    }

    /// Returns all documents as one text, with the separator between them. Content isn't copied,
    /// except for documents of a few lines. Every byte keeps its document as its origin; separators
    /// have the host as origin. Blocks until all mapped files have been read.
    #[must_use]
    pub fn joined(&self) -> &Text {
        // A context that may be too long was joined on creation.
        self.joined
            .get_or_init(|| join(&self.documents, &self.separator).unwrap_or_default())
    }

    /// Returns the sum of the documents' sizes in bytes, before decoding. Never blocks.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the sum of the documents' sizes in bytes after decoding. Images, and mapped files
    /// that have not been read, count with their size before decoding. Never blocks.
    #[must_use]
    pub fn text_size(&self) -> u64 {
        let size = |document: &Document| match document.is_counted() && document.image().is_none() {
            true => document.bytes(),
            false => document.size(),
        };
        self.documents.iter().map(size).fold(0, u64::saturating_add)
    }

    /// Returns `true` if all documents are empty. Never blocks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.iter().all(|document| document.content().is_empty())
    }

    /// Returns `true` if all files have been read. Then only the digests of mapped files may still
    /// block.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.documents.iter().all(Document::is_counted)
    }

    /// Blocks until all mapped files have been read and the context can be shown to programs.
    pub fn count(&self) {
        let _ = self.joined();
    }

    /// Starts a background thread that digests mapped files, so that [`Document::digest`] blocks
    /// for less time. The thread ends by itself when the context is dropped.
    pub fn digest_ahead(&self) {
        read_ahead(self.large_files(), Ahead::Digests);
    }

    /// Starts a background thread that reads mapped files.
    pub(crate) fn read_ahead(&self) {
        read_ahead(self.large_files(), Ahead::Texts);
    }

    fn large_files(&self) -> impl Iterator<Item = &Arc<LargeFile>> {
        self.documents
            .iter()
            .filter_map(|document| document.content().large_file())
    }

    /// Checks that mapped files are unchanged, by size and modification time. For files that have
    /// been read, also checks that reading succeeded. If this fails, results computed from the
    /// context must be discarded.
    ///
    /// A file that has only grown counts as unchanged: the appended bytes aren't part of the text.
    ///
    /// # Errors
    /// [`ContextError::Changed`], [`ContextError::Unreadable`].
    pub fn check(&self) -> Result<(), ContextError> {
        self.documents.iter().try_for_each(Document::check)
    }

    /// Returns the load warnings for mapped files, which are known only after the files have been
    /// read. Files that haven't been read yet have none.
    #[must_use]
    pub fn late_warnings(&self) -> Vec<LoadWarning> {
        let late = |document: &&Document| document.content().large_file().is_some() && document.is_counted();
        let warnings = |document: &Document| LoadWarning::of_text(document.name(), document.content().measured());
        self.documents.iter().filter(late).flat_map(warnings).collect()
    }

    /// Returns the location of a byte range of a document. Returns `None` if there is no such
    /// document, or the range is out of bounds or not on code-point boundaries.
    #[must_use]
    pub fn locate(&self, id: SourceId, range: Range<usize>) -> Option<Location> {
        self.document(id)?.locate(range)
    }

    /// Returns the locations of those parts of a text that come from this context, from left to
    /// right.
    pub fn locate_text(&self, text: Settled<'_>) -> impl Iterator<Item = Location> {
        text.origins().filter_map(|span| match span.origin {
            Origin::Source(id) => self.locate(id, span.start..span.start + span.range.len()),
            Origin::Program | Origin::Host | Origin::Reply(_) => None,
        })
    }
}

fn contents<N: Into<SmolStr>, T: Into<String>>(documents: impl IntoIterator<Item = (N, T)>) -> Vec<(SmolStr, Content)> {
    documents
        .into_iter()
        .map(|(name, text)| (name.into(), Content::of_string(text.into())))
        .collect()
}

fn join(documents: &[Document], separator: &str) -> Result<Text, ContextError> {
    let mut joined = TextBuilder::new();
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            joined.push_str_from(separator, Origin::Host);
        }
        joined.push_text(document.text());
    }
    Ok(joined.finish()?)
}

fn refuse_equal_names(documents: &[Document]) -> Result<(), ContextError> {
    let mut names = HashSet::new();
    match documents.iter().find(|document| !names.insert(document.name())) {
        None => Ok(()),
        Some(document) => Err(ContextError::DuplicateName {
            name: document.name().clone(),
        }),
    }
}
