//! The context: the documents that programs read.

use std::ops::Range;

use sift_text::Text;
use smol_str::SmolStr;

/// The name under which the prelude finds the context as one text.
pub(crate) const JOINED: &str = "_P";

/// The name under which the prelude finds the default size of chunks.
pub(crate) const CHUNK_SIZE: &str = "_CHUNK_SIZE";

/// The structure of `context` in programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContextKind {
    /// A str.
    #[default]
    Text,
    /// A list with a str for each document.
    List,
    /// A dict from names to str.
    Dict,
    /// The value of its JSON.
    Json,
}

/// One document of the context.
#[derive(Debug, Clone)]
pub struct ContextDocument {
    /// The document's name, such as a path.
    pub name: SmolStr,
    /// The document's text. Its origin is a source of the context, so that slices can be cited.
    pub text: Text,
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
    /// The structure of `context`.
    pub kind: ContextKind,
    /// The documents.
    pub documents: Vec<ContextDocument>,
    /// All documents as one text: the value of `P`, and of `context` if it is a str.
    pub joined: Text,
    /// How files make up the joined text, if documents are parts of files, such as rows.
    pub files: Option<ContextFiles>,
}

/// The files that make up the joined text, if documents are parts of them.
#[derive(Debug, Clone, Default)]
pub struct ContextFiles {
    /// The text of each file, and the byte of the joined text at which it starts.
    pub texts: Vec<(usize, Text)>,
    /// The range of the joined text that belongs to each document. Its text may contain more, such
    /// as a header line.
    pub documents: Vec<Range<usize>>,
}

impl ContextData {
    /// Creates a context of one text.
    #[must_use]
    pub fn text(name: impl Into<SmolStr>, text: Text) -> Self {
        let document = ContextDocument {
            name: name.into(),
            text: text.clone(),
        };
        Self {
            kind: ContextKind::Text,
            documents: vec![document],
            joined: text,
            files: None,
        }
    }
}

/// The attributes of a text that is a document.
pub const DOCUMENT_ATTRIBUTES: [&str; 2] = ["name", "text"];
