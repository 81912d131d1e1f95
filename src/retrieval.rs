//! Retrieval: ranked search for the programs of a run.
//!
//! Programs search only if [`RunOptions::retriever`](crate::RunOptions::retriever) is set. [`Bm25`]
//! indexes the context itself; any other engine implements [`Retriever`].
//!
//! ```
//! use std::sync::Arc;
//! use rlm::retrieval::{Bm25, Bm25Options};
//! use rlm::{Context, FakeModel, Rlm, RunOptions};
//!
//! let context = Context::from_text("The garden gate is green.\n\nThe vault code is 7-4-1.\n");
//! let retriever = Bm25::new(context.clone(), Bm25Options::default());
//! let options = RunOptions { retriever: Some(Arc::new(retriever)), ..RunOptions::default() };
//! let rlm = Rlm::new(FakeModel::new(["```repl\nFINAL(re.search(r'\\d-\\d-\\d', search('vault code')[0].text).group())\n```"]));
//! let result = rlm.run_blocking_with("What is the code?", &context, options)?;
//! assert_eq!(result.answer.as_deref(), Some("7-4-1"));
//! # Ok::<(), rlm::RunError>(())
//! ```

#[doc(inline)]
pub use rlm_retrieval::{Bm25, Bm25Options, Hit, IndexProgress, RetrievalError, RetrievalFuture, Retriever};
