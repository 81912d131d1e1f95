//! The context of a run: the documents that programs read.

use std::ops::Range;

use sift_text::Text;
use smol_str::SmolStr;

/// The internal variable in which the library's prelude finds the whole context as one text.
pub(crate) const JOINED: &str = "_P";

/// The internal variable in which the library's prelude finds the default size of chunks.
pub(crate) const CHUNK_SIZE: &str = "_CHUNK_SIZE";

/// The type that the variable `context` has in programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContextKind {
    /// The variable `context` is a single `str`.
    #[default]
    Text,
    /// The variable `context` is a list with a `str` for each document.
    List,
    /// The variable `context` is a dict from document names to `str`.
    Dict,
    /// The variable `context` is the value parsed from a JSON document.
    Json,
}

/// One document of the context.
#[derive(Debug, Clone)]
pub struct ContextDocument {
    /// The document's name, such as a path.
    pub name: SmolStr,
    /// The document's text. Its origin is a source of the context, so that slices of it can be
    /// cited.
    pub text: Text,
    /// The image that the document is, if its text only describes one.
    pub image: Option<ContextImage>,
}

/// An image among the documents of the context, as programs see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContextImage {
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
}

/// The context of a run, as programs read it.
///
/// ```
/// use sift_runtime::runtime::{ContextData, ContextKind};
/// use sift_text::Text;
///
/// let log = ContextData::text("log.txt", Text::new("ok\nerror: disk full\n"));
/// assert_eq!(log.kind, ContextKind::Text);
/// assert_eq!(log.documents[0].name, "log.txt");
/// ```
#[derive(Debug, Clone, Default)]
pub struct ContextData {
    /// The type that the variable `context` has in programs.
    pub kind: ContextKind,
    /// The documents of the context, in order.
    pub documents: Vec<ContextDocument>,
    /// All documents as one text. Programs see it as `P`, and as `context` if that is a `str`.
    pub joined: Text,
    /// How the joined text consists of files, if documents are parts of files, such as rows of a
    /// table.
    pub files: Option<ContextFiles>,
}

/// The files that make up the joined text of a context whose documents are parts of files.
#[derive(Debug, Clone, Default)]
pub struct ContextFiles {
    /// Each file's text, and the byte offset at which it starts in the joined text.
    pub texts: Vec<(usize, Text)>,
    /// The byte range of each document in the joined text. The document's own text may contain
    /// more, such as a header line.
    pub documents: Vec<Range<usize>>,
}

impl ContextData {
    /// Creates a context that consists of one text with this name.
    #[must_use]
    pub fn text(name: impl Into<SmolStr>, text: Text) -> Self {
        let document = ContextDocument {
            name: name.into(),
            text: text.clone(),
            image: None,
        };
        Self {
            kind: ContextKind::Text,
            documents: vec![document],
            joined: text,
            files: None,
        }
    }
}

/// The names of the attributes that a text has if it is a document of the context.
pub const DOCUMENT_ATTRIBUTES: [&str; 5] = ["name", "text", "kind", "width", "height"];

/// The names of the attributes of the context object.
pub const CONTEXT_ATTRIBUTES: [&str; 3] = ["documents", "images", "text"];
