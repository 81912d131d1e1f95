//! Replays, resumption and forks of recorded runs; sessions, batches and estimates.
//!
//! - [`replay`] replays a run without a network and compares every step; [`rerecord`] writes its
//!   journal again with this release; [`rehearse`] dry-runs a question with recorded replies.
//! - [`resume`] and [`resume_or_replay`] continue a run that was interrupted or reached a limit;
//!   [`fork`] branches from one of its steps, and [`programs_after`] continues there with programs
//!   of the caller.
//! - [`SessionHistory`] carries questions, answers and variables from one run to the next;
//!   [`batch`] answers many questions within one budget; [`SmartRouter`] answers short contexts in
//!   one call; [`estimate`] estimates the cost of a question.
//!
//! All functions are built on [`Runner`](rlm_core::Runner), which does not depend on this crate.
//!
//! ```
//! use std::sync::Arc;
//! use rlm_adapters::FakeModel;
//! use rlm_context::Context;
//! use rlm_core::{RunOptions, Runner};
//! use rlm_runs::{ReplayExtent, replay};
//! use rlm_trace::{Journal, JournalOptions, RecordedRun};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("journal.jsonl");
//! let context = Context::from_text("The vault code is 7-4-1.");
//! let runner = Runner::builder(Arc::new(FakeModel::new(["```repl\nFINAL(P[18:23])\n```"]))).build()?;
//! let journal = Some(Arc::new(Journal::create(&path, JournalOptions::default())?));
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! runner.run_with("What is it?", &context, RunOptions { journal, ..RunOptions::default() }).await?;
//!
//! let report = replay(&RecordedRun::read(&path)?, &context).await?;
//! assert_eq!((report.answer.as_deref(), report.extent), (Some("7-4-1"), ReplayExtent::Whole));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod compare;
mod error;
mod estimate;
mod fork;
mod models;
mod programs;
mod recorded;
mod rehearse;
mod replay;
mod resume;
mod resume_or_replay;
mod session;
mod smart_router;

pub use batch::{BatchAnswer, BatchOptions, BatchQuestion, batch, spent_in};
pub use compare::ReplayExtent;
pub use error::ReplayError;
pub use estimate::{Estimate, Feasibility, Strategy, StrategyEstimate, estimate};
pub use fork::{ForkOptions, check_step, fork};
pub use programs::programs_after;
pub use recorded::{check_context, is_shown_as};
pub use rehearse::{OtherRequest, Rehearsal, RehearseOptions, Replies, rehearse};
pub use replay::{ReplayReport, replay, rerecord};
pub use resume::{RaisedLimits, ResumeOptions, UnfinishedRun, resume};
pub use resume_or_replay::{check_resumable, has_called_tools, resume_or_replay};
pub use session::{AskOptions, HISTORY_CHARS, SessionHistory, SessionLimits};
pub use smart_router::{RouterResult, SmartRouter};
