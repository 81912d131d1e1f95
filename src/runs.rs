//! Runs: their settings and results; batches, estimates, replays, forks and resumption.
//!
//! [`Rlm`](crate::Rlm) starts all of them. A [`RunnerBuilder`] has every setting;
//! [`Rlm::configure`](crate::Rlm::configure) gives access to it.
//!
//! ```
//! use std::sync::Arc;
//! use rlm::journals::{Journal, JournalOptions, RecordedRun};
//! use rlm::runs::{ReplayExtent, replay};
//! use rlm::{Context, FakeModel, Rlm, RunOptions};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("journal.jsonl");
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let rlm = Rlm::new(FakeModel::new(["```repl\nFINAL(P.count('late'))\n```"]));
//! let context = Context::from_text("late, early, late");
//! let journal = Some(Arc::new(Journal::create(&path, JournalOptions::default())?));
//! rlm.run_with("How many are late?", &context, RunOptions { journal, ..RunOptions::default() }).await?;
//!
//! // Later, without a model: every step is computed again and compared.
//! let report = replay(&RecordedRun::read(&path)?, &context).await?;
//! assert_eq!((report.answer.as_deref(), report.extent), (Some("2"), ReplayExtent::Whole));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[doc(inline)]
pub use rlm_core::{
    AtMaxDepth, Constrain, Echo, EffectsInDoubt, Guards, NotResumed, ProgramStep, Programs, Recursion, RunAhead,
    RunError, RunOptions, RunResult, Runner, RunnerBuilder, SchedulerSettings, StepEnd, TaskBudget, TaskSpec,
};
#[doc(inline)]
pub use rlm_model::RunId;
#[doc(inline)]
pub use rlm_policy::Outcome;
#[doc(inline)]
pub use rlm_runs::{
    BatchAnswer, BatchOptions, BatchQuestion, Estimate, Feasibility, ForkOptions, RaisedLimits, ReplayError,
    ReplayExtent, ReplayReport, ResumeOptions, RouterResult, SmartRouter, Strategy, StrategyEstimate, UnfinishedRun,
    check_resumable, programs_after, replay, rerecord, resume_or_replay,
};
