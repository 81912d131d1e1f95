//! A runtime for recursive language models: answers questions about more text than a model can read.
//!
//! The root model never sees the text. It sees its size and the names of its documents, and writes
//! small programs that search, cut and count the text and ask other model calls about pieces of it.
//! Programs are written in Sift, a language with Python's syntax and without files, network or clock.
//!
//! # A question
//!
//! ```
//! use rlm::{Context, FakeModel, Rlm};
//!
//! // A scripted model; `OpenAiModel`, `AnthropicModel` or `models::resolve` make real ones.
//! let model = FakeModel::new(["```repl\nFINAL(P.count('late'))\n```"]);
//! let context = Context::from_text("late, early, late");
//! let result = Rlm::new(model).run_blocking("How many are late?", &context)?;
//! assert_eq!(result.answer.as_deref(), Some("2"));
//! # Ok::<(), rlm::RunError>(())
//! ```
//!
//! # A budget, a sub-model, and citations
//!
//! [`Limits`] bound tokens, money, time and steps of a run and all its sub-calls. A limit is an
//! outcome, so look at [`RunResult::outcome`] before [`RunResult::answer`]. Each citation is a place
//! in the context that contains words of the answer verbatim.
//!
//! ```
//! use rlm::{Context, FakeModel, Limits, Outcome, Rlm, Tokens};
//!
//! let root = FakeModel::new([
//!     "```repl\nowner = llm_query('Whose code is this? ' + P)\nprint(owner)\n```",
//!     "```repl\nFINAL(P[18:23])\n```",
//! ]);
//! let rlm = Rlm::new(root)
//!     .sub_model(FakeModel::new([""; 0]).default_reply("the vault's"))
//!     .limits(Limits { steps: 8, tokens: Some(Tokens(100_000)), ..Limits::default() });
//!
//! let result = rlm.run_blocking("What is the vault code?", &Context::from_text("The vault code is 7-4-1.\n"))?;
//! match result.outcome {
//!     Outcome::Complete => assert_eq!(result.answer.as_deref(), Some("7-4-1")),
//!     Outcome::Partial { limit } => println!("best effort, ended by {limit}"),
//!     other => println!("no answer: {}", other.name()),
//! }
//! let cited = &result.citations[0];
//! assert_eq!((cited.line_start, cited.column_start, cited.quote.as_str()), (1, 19, "7-4-1"));
//! assert_eq!(result.totals.sub.calls, 1);
//! # Ok::<(), rlm::RunError>(())
//! ```
//!
//! # A session with a tool, recorded and replayed
//!
//! Follow-up questions share a [`Session`]. Programs call host functions that are offered as
//! [`tools`]. A run with a journal in a file can be [resumed](Rlm::resume) and
//! [replayed](runs::replay).
//!
//! ```
//! use std::sync::Arc;
//!
//! use rlm::journals::{Journal, JournalOptions, RecordedRun};
//! use rlm::sessions::AskOptions;
//! use rlm::tools::{Access, Arguments, FunctionTool, Reach, ToolDescription};
//! use rlm::{Context, FakeModel, Rlm, RunOptions, runs};
//! use serde_json::json;
//!
//! let description = ToolDescription::new("reading", "Returns the newest reading of a meter, in kWh.")
//!     .parameters(json!({"type": "object", "properties": {"meter": {"type": "string"}}, "required": ["meter"]}))
//!     .access(Access::Read, Reach::Local);
//! let reading = FunctionTool::new(description, |arguments: Arguments| async move {
//!     Ok(json!(if arguments["meter"] == "M-17" { 407 } else { 400 }))
//! });
//! let rlm = Rlm::new(FakeModel::new([
//!     "```repl\nmemory['kWh'] = {m: reading(m) for m in re.findall(r'M-\\d+', P)}\n\
//!      FINAL(max(memory['kWh'], key=memory['kWh'].get))\n```",
//!     "```repl\nFINAL(max(memory['kWh'].values()))\n```",
//! ]))
//! .tool(reading);
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("journal.jsonl");
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let context = Context::from_text("The house has the meters M-12 and M-17.");
//! let mut session = rlm.session(&context);
//! session.ask("Which meter has the highest reading?").await?;
//!
//! let journal = Some(Arc::new(Journal::create(&path, JournalOptions::default())?));
//! let recorded = AskOptions { run: RunOptions { journal, ..RunOptions::default() }, ..AskOptions::default() };
//! let second = session.ask_with("And what is it?", recorded).await?;
//! assert_eq!(second.answer.as_deref(), Some("407"));
//!
//! // Later, without models or tools: every step is computed again and compared.
//! let report = runs::replay(&RecordedRun::read(&path)?, &context).await?;
//! assert_eq!(report.answer, second.answer);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules
//!
//! The root has the types of a first program; each is also in the module of its topic.
//!
//! | module | contents |
//! |---|---|
//! | [`models`] | providers, offline models, the [`Model`] trait, the cache of replies |
//! | [`contexts`] | texts, files, folders and globs as documents |
//! | [`runs`] | settings, results and errors of runs; batches, estimates, replays, forks |
//! | [`sessions`] | follow-up questions |
//! | [`answers`] | citations, quotes, success criteria |
//! | [`budgets`] | limits, shared budgets, prices, tokens and money |
//! | [`tools`] | host functions for programs, and their permissions |
//! | [`retrieval`] | ranked search for programs |
//! | [`journals`] | records of runs, live events, traces |
//! | [`prompts`] | templates and history |
//! | [`jobs`] | questions that workers answer later |
//! | [`options`] | every option, with its flag and its configuration key |
//!
//! # Stability
//!
//! Errors, outcomes and results are `#[non_exhaustive]`: match them with a wildcard arm. Structs of
//! options are not, so that they can be written with `..Default::default()`; write them so, and new
//! fields break nothing.

pub mod answers;
pub mod budgets;
pub mod contexts;
pub mod jobs;
pub mod journals;
pub mod models;
pub mod options;
pub mod prompts;
pub mod retrieval;
mod rlm;
pub mod runs;
pub mod sessions;
pub mod tools;

pub use crate::budgets::{Limits, Tokens};
pub use crate::contexts::Context;
pub use crate::models::{AnthropicModel, FakeModel, Model, OpenAiModel};
pub use crate::rlm::Rlm;
pub use crate::runs::{Outcome, RunError, RunOptions, RunResult};
pub use crate::sessions::Session;

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// The Rust of the book.
#[cfg(doctest)]
#[doc = include_str!("../docs/embedding.md")]
struct EmbeddingChapter;
