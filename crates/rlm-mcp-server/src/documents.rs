//! The documents that the tools search and read.

use std::fmt;
use std::sync::Arc;

use rlm_context::{Context, Document};
use rlm_model::SourceRange;
use rlm_retrieval::Retriever;

use crate::error::ToolError;

/// The maximum number of names in an error.
const NAMED: usize = 10;

/// The documents that were loaded at start, with their index. Cheap to clone.
#[derive(Clone)]
pub struct Documents {
    context: Context,
    locations: Arc<[Option<String>]>,
    retriever: Option<Arc<dyn Retriever>>,
}

impl Documents {
    /// Creates documents from a context, the files that a replay reads them from, and their index.
    pub fn new(context: Context, locations: Vec<Option<String>>, retriever: Option<Arc<dyn Retriever>>) -> Self {
        Self {
            context,
            locations: locations.into(),
            retriever,
        }
    }

    /// Returns no documents: every question comes with a text of its own.
    pub fn none() -> Self {
        Self::new(Context::none(), Vec::new(), None)
    }

    /// Returns the context of questions about the documents.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Returns the file of each document, in the order of the context.
    pub fn locations(&self) -> Vec<Option<String>> {
        self.locations.to_vec()
    }

    /// Returns the index; `None` if there are no documents, or search is disabled.
    pub fn retriever(&self) -> Option<Arc<dyn Retriever>> {
        self.retriever.clone()
    }

    /// Returns the documents in the order of the context.
    pub(crate) fn all(&self) -> &[Document] {
        self.context.documents()
    }

    /// Finds a document by its name.
    ///
    /// # Errors
    /// A [`ToolError`] that names similar documents, or the first ones.
    pub(crate) fn find(&self, name: &str) -> Result<&Document, ToolError> {
        if let Some(document) = self.all().iter().find(|document| document.name() == name) {
            return Ok(document);
        }
        if self.all().is_empty() {
            return Err(Self::missing());
        }
        let names = || self.all().iter().map(|document| document.name().as_str());
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let mut listed: Vec<&str> = names()
            .filter(|name| !file.is_empty() && name.contains(file))
            .take(NAMED)
            .collect();
        if listed.is_empty() {
            listed = names().take(NAMED).collect();
        }
        Err(ToolError::new(
            "document_not_found",
            format!("document not found: `{}`", crate::arguments::shortened(name, 100)),
            format!(
                "use the name of a loaded document, such as {}; `read` without `document` lists them",
                listed.join(", ")
            ),
        ))
    }

    /// Returns the error of a tool that needs documents if there are none.
    pub(crate) fn missing() -> ToolError {
        ToolError::new(
            "no_documents",
            "no documents are loaded",
            "pass the text to `ask` as `text`, or restart the server with files: `rlm mcp docs/`",
        )
    }

    /// Returns the line of the first byte of a range, counted from the top of its document.
    pub(crate) fn line(&self, range: SourceRange) -> Option<u64> {
        let document = self.all().get(usize::try_from(range.source).ok()?)?;
        line(document, usize::try_from(range.start).ok()?)
    }
}

/// Returns the line of a byte, counted from the top of the document. In a location, lines are counted
/// from the top of a page or section.
pub(crate) fn line(document: &Document, byte: usize) -> Option<u64> {
    let start = document.locate(byte..byte)?.start;
    if start.section_name().is_none() {
        return Some(start.line);
    }
    let before = document.as_str().get(..byte)?;
    Some(before.bytes().filter(|&byte| byte == b'\n').count() as u64 + 1)
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents")
            .field("documents", &self.all().len())
            .field("size", &self.context.size())
            .finish_non_exhaustive()
    }
}
