//! Prompts: the templates of all messages to models, and which earlier turns they repeat.
//!
//! ```
//! use rlm::prompts::{Compaction, History};
//! use rlm::{Context, FakeModel, Rlm};
//!
//! // Older turns are summarized once the messages have 50,000 tokens.
//! let compaction = Compaction { threshold_tokens: Some(50_000), ..Compaction::default() };
//! let history = History { compaction: Some(compaction), ..History::default() };
//! let rlm = Rlm::new(FakeModel::new(["FINAL: 42"])).configure(|runner| runner.history(history));
//! assert!(rlm.run_blocking("What is it?", &Context::from_text("It is 42."))?.answer.is_some());
//! # Ok::<(), rlm::RunError>(())
//! ```

#[doc(inline)]
pub use rlm_prompt::{Compaction, ExecutionProfile, History, PromptError, PromptName, Prompts};
