//! The context: the documents that programs read.

use std::ops::Range;

use sift_text::Text;
use smol_str::SmolStr;

/// The name by which the prelude finds the context as one text; each machine binds its own.
pub(crate) const JOINED: &str = "_P";

/// The name by which the prelude finds how many characters a piece has where a program does not say; each machine binds its own.
pub(crate) const CHUNK_SIZE: &str = "_CHUNK_SIZE";

/// What the context is to programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContextKind {
    /// `context` is a str.
    #[default]
    Text,
    /// `context` is a list of str, one for each document.
    List,
    /// `context` is a dict from names to str.
    Dict,
    /// `context` is what its JSON says.
    Json,
}

/// One document of the context.
#[derive(Debug, Clone)]
pub struct ContextDocument {
    /// Its name, such as a path.
    pub name: SmolStr,
    /// Its text; its origin is the context's source, so that slices of it know their place.
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
    /// What `context` is.
    pub kind: ContextKind,
    /// The documents.
    pub documents: Vec<ContextDocument>,
    /// All documents as one text: what `P` is, and `context` where it is a str.
    pub joined: Text,
    /// Where documents are parts of files, such as rows, how the files make up the joined text.
    pub files: Option<ContextFiles>,
}

/// How files make up the joined text, of which documents are parts.
#[derive(Debug, Clone, Default)]
pub struct ContextFiles {
    /// The text of each file, with the byte of the joined text at which it begins.
    pub texts: Vec<(usize, Text)>,
    /// The bytes of the joined text that are each document's own. Its text may have more, such as a header line.
    pub documents: Vec<Range<usize>>,
}

impl ContextData {
    /// Makes a context of one text.
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
