//! Retrieval of relevant passages: the trait of retrievers, and BM25 over a context.
//!
//! A [`Retriever`] answers a query with passages ([`Hit`]), best first. Its texts may come from any
//! source. A hit from a context is a slice of it, so it isn't copied and can be cited. [`Bm25`]
//! needs only the context: it ranks its passages by the words that they share with the query.
//!
//! Pitfalls of retrieval, and how this crate handles them:
//!
//! - **Queries are written by models.** Any text is a valid query: there is no query syntax.
//! - **Not all scripts separate words by spaces, and identifiers contain several words.** See
//!   [`Bm25`] for the definition of a word.
//! - **Rankings depend on everything.** Statistics cover the whole context, sums are computed in a
//!   fixed order, and equal hits stay in text order. So the number of threads and the cache don't
//!   affect results.
//! - **An index is large and can be damaged.** It is built in shards of bounded size, verified
//!   before use, and rebuilt if damaged.

mod bm25;
mod language;
mod paragraphs;
mod passages;
mod query;
mod retriever;
mod words;

pub use bm25::{Bm25, Bm25Options, IndexProgress};
pub use retriever::{Hit, MAX_QUERY_CHARS, MAX_TOP_K, RetrievalError, RetrievalFuture, Retriever, check_request};
