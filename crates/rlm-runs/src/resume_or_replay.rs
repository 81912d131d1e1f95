//! Completes the run of a killed process, whether or not the run had ended. Used by workers and
//! batches.

use std::path::Path;

use rlm_context::Context;
use rlm_core::{RunResult, Runner};
use rlm_trace::{Event, HostRequest, RecordedRun};

use crate::error::ReplayError;
use crate::models::same_models;
use crate::recorded::{compare_context, settings_of};
use crate::replay::run_again;
use crate::resume::{ResumeOptions, UnfinishedRun, check_end, resume};

impl UnfinishedRun {
    /// Returns `true` if programs of the run have called a tool, which a new run would call again.
    #[must_use]
    pub fn has_called_tools(&self) -> bool {
        has_called_tools(self.recorded())
    }
}

/// Returns whether the programs of a recorded run have called a tool.
#[must_use]
pub fn has_called_tools(recorded: &RecordedRun) -> bool {
    let is_call =
        |event: &Event| matches!(event, Event::Asked(asked) if matches!(asked.request, HostRequest::Tool { .. }));
    recorded.events().any(is_call)
}

/// Checks that [`resume_or_replay`] can complete a run: context, models and tools must be those of
/// the run.
///
/// # Errors
/// [`ReplayError::Context`], [`ReplayError::OtherModel`], [`ReplayError::Tools`],
/// [`ReplayError::Settings`], [`ReplayError::Prompts`]: which of them differ.
pub fn check_resumable(runner: &Runner, run: &UnfinishedRun, context: &Context) -> Result<(), ReplayError> {
    let started = run.started()?;
    compare_context(run.recorded(), started, context)?;
    let settings = settings_of(started)?;
    runner.settings().tools.compare(&settings.tools)?;
    same_models(runner, started, &settings).map(drop)
}

/// Resumes a run as [`resume`] does. If it has ended and its limits are not raised, no model is
/// called: its result is computed from the journal.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_runs::{ResumeOptions, UnfinishedRun, check_resumable, resume_or_replay};
/// # use rlm_trace::{Journal, JournalOptions};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("journal.jsonl");
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let context = Context::from_text("late late");
/// let runner = Runner::builder(Arc::new(FakeModel::new(["```repl\nFINAL(P.count('late'))\n```"]))).build()?;
/// let journal = Some(Arc::new(Journal::create(&path, JournalOptions::default())?));
/// runner.run_with("How many?", &context, RunOptions { journal, ..RunOptions::default() }).await?;
///
/// // A worker does not know whether the run has ended: if so, no model is called again.
/// let run = UnfinishedRun::open(&path, JournalOptions::default())?;
/// assert!(check_resumable(&runner, &run, &context).is_ok());
/// let result = resume_or_replay(&runner, run, &context, ResumeOptions::default()).await?;
/// assert_eq!((result.answer.as_deref(), result.totals.turns), (Some("2"), 1));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`resume`]; [`ReplayError::StillLimited`] only for a run that was ended by its time limit.
pub async fn resume_or_replay(
    runner: &Runner,
    run: UnfinishedRun,
    context: &Context,
    options: ResumeOptions,
) -> Result<RunResult, ReplayError> {
    let limits = run.limits()?;
    let is_raised = options.limits.over(&limits) != limits;
    let Err(over) = check_end(run.recorded(), is_raised) else {
        return resume(runner, run, context, options).await;
    };
    let mut again = run_again(run.recorded(), context).await?.result?;
    // The time limit that ended a run can't be replayed.
    if run.ended().is_none_or(|ended| ended.outcome != again.outcome.name()) {
        return Err(over);
    }
    again.journal = run.journal().path().map(Path::to_owned);
    Ok(runner.hand_over(again)?)
}
