//! All that the programs of one run read.

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

/// How programs see the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextKind {
    /// One string.
    Text,
    /// A list of strings, one per document.
    List,
    /// A dict of strings, one per document, by the documents' names.
    Dict,
    /// A value that the one document holds as JSON; whoever shows it to programs parses it.
    Json,
}

impl ContextKind {
    /// Returns a stable name.
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

/// Documents in their order, and how programs see them. Cheap to clone.
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
    /// Made at once, so that what is too long is refused, unless a mapped file is among the documents.
    joined: Arc<OnceLock<Text>>,
    without_text: Arc<[WithoutText]>,
    /// Of how many bytes all documents were made.
    size: u64,
}

/// What a text that is given alone is called.
const UNNAMED: &str = "text";

/// A file that was meant to be read and has no text: a scan, or one that is locked or damaged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WithoutText {
    /// The name that its document would have.
    pub name: SmolStr,
    /// Why, in a few words.
    pub why: String,
}

impl Context {
    /// Makes a context of one text, named `text`.
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

    /// Makes a context of a list of named texts.
    ///
    /// # Errors
    /// If together they are longer than a text can be.
    pub fn from_documents<N: Into<SmolStr>, T: Into<String>>(
        documents: impl IntoIterator<Item = (N, T)>,
        separator: &str,
    ) -> Result<Self, ContextError> {
        Self::from_contents(ContextKind::List, contents(documents), separator)
    }

    /// Makes a context of a dict of named texts.
    ///
    /// # Errors
    /// If two have one name, or together they are longer than a text can be.
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
        // A byte becomes three at the most.
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

    /// Says which files are left out because they have no text. Whoever asks is told, so that nobody takes what can't be read
    /// for what is not there.
    ///
    /// ```
    /// use rlm_context::{Context, WithoutText};
    ///
    /// let scan = WithoutText { name: "scan.pdf".into(), why: "its pages are pictures".to_owned() };
    /// let context = Context::from_text("The roof leaks.").with_without_text(vec![scan]);
    /// assert_eq!(context.without_text()[0].name, "scan.pdf");
    /// ```
    #[must_use]
    pub fn with_without_text(mut self, files: Vec<WithoutText>) -> Self {
        self.without_text = files.into();
        self
    }

    /// Returns the files that are left out because they have no text.
    #[must_use]
    pub fn without_text(&self) -> &[WithoutText] {
        &self.without_text
    }

    /// Says which documents are made of records that programs see one by one.
    pub(crate) fn with_records(mut self, records: Vec<Option<Records>>) -> Self {
        let documents = self.documents.iter().cloned().zip(records);
        self.documents = documents
            .map(|(document, records)| document.with_records(records))
            .collect();
        self
    }

    /// Tells whether programs see records of some document one by one.
    #[must_use]
    pub fn is_split(&self) -> bool {
        self.documents.iter().any(|document| document.records().is_some())
    }

    /// Returns how many documents programs see: records where a document is made of them.
    #[must_use]
    pub fn shown_documents(&self) -> u64 {
        self.documents.iter().map(Document::shown_documents).sum()
    }

    /// Returns how programs see the context.
    #[must_use]
    pub const fn kind(&self) -> ContextKind {
        self.kind
    }

    /// Returns the documents in their order.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Tells whether documents, or files without text, have names, which others may have given them: all but a text alone.
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

    /// Returns the document with a number.
    #[must_use]
    pub fn document(&self, id: SourceId) -> Option<&Document> {
        self.documents.get(usize::try_from(id.0).ok()?)
    }

    /// Returns what stands between documents in the joined text.
    #[must_use]
    pub fn separator(&self) -> &str {
        &self.separator
    }

    /// Returns all documents as one text, with the separator between them. No content is copied, documents of a few
    /// lines excepted, and every byte knows the document it is from; separators are the host's. Waits until mapped files were
    /// read.
    #[must_use]
    pub fn joined(&self) -> &Text {
        // What could be too long was joined when the context was made.
        self.joined
            .get_or_init(|| join(&self.documents, &self.separator).unwrap_or_default())
    }

    /// Returns of how many bytes all documents were made. Never waits.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Tells whether there is no text in it. Never waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.iter().all(|document| document.content().is_empty())
    }

    /// Tells whether all files were read, so that nothing waits but, where files are mapped, digests.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.documents.iter().all(Document::is_counted)
    }

    /// Waits until all mapped files were read: until programs can be shown the context.
    pub fn count(&self) {
        let _ = self.joined();
    }

    /// Begins to digest mapped files, by a thread of their own, so that [`Document::digest`] waits less. It ends by itself when
    /// the context is no longer used.
    pub fn digest_ahead(&self) {
        read_ahead(self.large_files(), Ahead::Digests);
    }

    /// Begins to read mapped files.
    pub(crate) fn read_ahead(&self) {
        read_ahead(self.large_files(), Ahead::Texts);
    }

    fn large_files(&self) -> impl Iterator<Item = &Arc<LargeFile>> {
        self.documents
            .iter()
            .filter_map(|document| document.content().large_file())
    }

    /// Checks that mapped files are still what they were: by their sizes and the times of their last changes, and of those that
    /// were read, that they could be read. What was computed of a context for which this fails is worth nothing.
    ///
    /// A file that has only grown is as it was: what was written to its end is no part of the text.
    ///
    /// # Errors
    /// [`ContextError::Changed`], [`ContextError::Unreadable`].
    pub fn check(&self) -> Result<(), ContextError> {
        self.documents.iter().try_for_each(Document::check)
    }

    /// Returns what was found out about mapped files when they were read: for those that were not read yet, nothing.
    #[must_use]
    pub fn late_warnings(&self) -> Vec<LoadWarning> {
        let late = |document: &&Document| document.content().large_file().is_some() && document.is_counted();
        let warnings = |document: &Document| LoadWarning::of_text(document.name(), document.content().measured());
        self.documents.iter().filter(late).flat_map(warnings).collect()
    }

    /// Says where a range of bytes of a document stands; `None` if there is no such document, or the range is not within
    /// it and on code points.
    #[must_use]
    pub fn locate(&self, id: SourceId, range: Range<usize>) -> Option<Location> {
        self.document(id)?.locate(range)
    }

    /// Says where the parts of a text stand that came from this context, from left to right.
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
