//! The trait that retrievers implement.

use std::fmt;
use std::pin::Pin;

use sift_text::Text;
use smol_str::SmolStr;

/// The maximum number of passages of one search.
pub const MAX_TOP_K: usize = 1_000;
/// The maximum length of a query, in code points.
pub const MAX_QUERY_CHARS: usize = 10_000;

/// The future of a retriever's result.
pub type RetrievalFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, RetrievalError>> + Send + 'a>>;

/// Finds passages for a query. Results are deterministic: over the same texts, the same query has the same hits in the
/// same order.
///
/// ```
/// use rlm_retrieval::{Hit, RetrievalError, Retriever, RetrievalFuture, check_request};
/// use sift_text::{Origin, SourceId, Text};
///
/// /// Finds the lines of one document that contain the query verbatim.
/// #[derive(Debug)]
/// struct Lines(Text);
///
/// impl Retriever for Lines {
///     fn search<'a>(&'a self, query: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>> {
///         Box::pin(async move {
///             check_request(query, top_k)?;
///             let text = self.0.settled().map_err(|_| RetrievalError::Stopped)?;
///             let line = |at: usize| {
///                 let start = text.rfind("\n", at).map_or(0, |end| end + 1);
///                 let end = text.find("\n", at).unwrap_or(text.len_bytes());
///                 let (start, end) = (text.char_of_byte(start), text.char_of_byte(end));
///                 // A slice of the text, so that it can be cited.
///                 let text = text.slice_chars(start..end);
///                 Hit { document: "minutes.md".into(), start, end, score: 1.0, text }
///             };
///             Ok(text.matches(query).map(line).take(top_k).collect())
///         })
///     }
///
///     fn get<'a>(&'a self, document: &'a str) -> RetrievalFuture<'a, Text> {
///         Box::pin(async move {
///             let unknown = RetrievalError::NoSuchDocument { name: document.to_owned() };
///             (document == "minutes.md").then(|| self.0.clone()).ok_or(unknown)
///         })
///     }
/// }
///
/// let minutes = "The stairs are new.\nThe roof leaks.\n".to_owned();
/// let retriever = Lines(Text::with_origin(minutes, Origin::Source(SourceId(0))));
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let hits = retriever.search("roof", 10).await?;
/// assert_eq!((hits[0].start, hits[0].text.as_str()), (20, Some("The roof leaks.")));
/// assert_eq!(retriever.vector_search("roof", 10).await.err(), Some(RetrievalError::NoVectors));
/// # Ok::<(), RetrievalError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Retriever: fmt::Debug + Send + Sync {
    /// Finds passages by the words of the query, best first, then by position.
    ///
    /// Any text is a valid query; one without words has no hits.
    fn search<'a>(&'a self, query: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>>;

    /// Finds whole paragraphs by the words of the query, best first. By default, the passages of
    /// [`search`](Self::search).
    fn paragraphs<'a>(&'a self, query: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        self.search(query, top_k)
    }

    /// Finds passages by the meaning of the query, best first.
    fn vector_search<'a>(&'a self, query: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        let _ = (query, top_k);
        Box::pin(std::future::ready(Err(RetrievalError::NoVectors)))
    }

    /// Finds passages by words and by meaning, ranked together.
    fn hybrid_search<'a>(&'a self, query: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        let _ = (query, top_k);
        Box::pin(std::future::ready(Err(RetrievalError::NoVectors)))
    }

    /// Returns the text of a document by its name in hits.
    fn get<'a>(&'a self, document: &'a str) -> RetrievalFuture<'a, Text>;
}

/// A passage that matches a query.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The name of the document that contains the passage.
    pub document: SmolStr,
    /// The start of the passage in the document, in code points.
    pub start: usize,
    /// The end of the passage in the document, in code points.
    pub end: usize,
    /// The score, higher is better; comparable within one search only, at most four decimals.
    pub score: f64,
    /// The passage. A slice of the context can be cited.
    pub text: Text,
}

/// The reason why a search failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RetrievalError {
    /// The retriever has no semantic search.
    #[error("this retriever does not support vector search")]
    NoVectors,
    /// The requested number of hits is 0 or exceeds [`MAX_TOP_K`].
    #[error("top_k must be between 1 and {MAX_TOP_K}, got {top_k}")]
    TopK {
        /// The requested number of hits.
        top_k: usize,
    },
    /// The query is too long.
    #[error("the query has {chars} characters, more than the maximum of {MAX_QUERY_CHARS}")]
    QueryTooLong {
        /// The length of the query in code points.
        chars: usize,
    },
    /// No document has this name.
    #[error("document not found: {name:?}")]
    NoSuchDocument {
        /// The name.
        name: String,
    },
    /// The search was cancelled.
    #[error("the search was cancelled")]
    Stopped,
    /// The index can't be built or read.
    #[error("the search index of the context failed: {detail}")]
    Index {
        /// The underlying error.
        detail: String,
    },
}

impl RetrievalError {
    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoVectors => "retrieval_no_vectors",
            Self::TopK { .. } => "retrieval_top_k",
            Self::QueryTooLong { .. } => "retrieval_query_too_long",
            Self::NoSuchDocument { .. } => "retrieval_no_such_document",
            Self::Stopped => "retrieval_stopped",
            Self::Index { .. } => "retrieval_index",
        }
    }

    /// Returns a hint on how to fix the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NoVectors => "search by words instead",
            Self::TopK { .. } => "use grep to search all of a text",
            Self::QueryTooLong { .. } => "use a few significant words",
            Self::NoSuchDocument { .. } => "use the name in a hit",
            Self::Stopped => "search again",
            Self::Index { .. } => "search the text with grep instead",
        }
    }
}

/// Checks the length of a query and the number of hits.
///
/// ```
/// use rlm_retrieval::{RetrievalError, check_request};
///
/// assert_eq!(check_request("late orders", 10), Ok(()));
/// assert_eq!(check_request("late orders", 0), Err(RetrievalError::TopK { top_k: 0 }));
/// ```
///
/// # Errors
/// [`RetrievalError::TopK`] and [`RetrievalError::QueryTooLong`].
pub fn check_request(query: &str, top_k: usize) -> Result<(), RetrievalError> {
    if !(1..=MAX_TOP_K).contains(&top_k) {
        return Err(RetrievalError::TopK { top_k });
    }
    // A text has at most as many characters as bytes.
    let chars = if query.len() > MAX_QUERY_CHARS {
        query.chars().count()
    } else {
        0
    };
    if chars > MAX_QUERY_CHARS {
        return Err(RetrievalError::QueryTooLong { chars });
    }
    Ok(())
}
