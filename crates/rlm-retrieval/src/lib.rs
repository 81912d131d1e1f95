//! Finding the passages that a question is about: the trait of retrievers, and BM25 over a context.
//!
//! A [`Retriever`] answers a query with passages ([`Hit`]), best first. What it knows may stand anywhere; a hit that is from a context is
//! a slice of it, so it is not copied and can be cited. [`Bm25`] needs nothing but the context: it ranks
//! its passages by the words that they share with the query.
//!
//! Four traps of the domain, and what stands here against them:
//!
//! - **Queries are written by models.** Every text is a query: there is no syntax that it could be wrong in.
//! - **Words are not everywhere set apart by spaces, and identifiers are several words in one.** See [`Bm25`] on what counts as a word.
//! - **Ranks hang together with everything.** Statistics are those of the whole context, sums are taken in one order and equal hits stay in
//!   the order of the text, so that neither the number of threads nor what is cached shows.
//! - **An index is big and can be damaged.** It is built in pieces of bounded size, verified before it is used, and made again if it is
//!   not what it was.

mod bm25;
mod passages;
mod retriever;

pub use bm25::{Bm25, Bm25Options, IndexProgress};
pub use retriever::{Hit, MAX_QUERY_CHARS, MAX_TOP_K, RetrievalError, RetrievalFuture, Retriever, check_request};
