//! Replays recorded runs without a network and compares every step.
//!
//! The journal holds the question, the settings, the templates and the replies; the caller supplies
//! the context, which is compared by its digest. Everything else is computed again: prompts are
//! rendered, programs run, and limits applied. The digest of each request, the output of each
//! program, and the outcome must be those of the journal.

use std::path::Path;
use std::sync::Arc;

use rlm_calls::Purpose;
use rlm_context::Context;
use rlm_core::{RunError, RunResult, rerun::Rerun};
use rlm_model::RunId;
use rlm_policy::Limits;
use rlm_scheduler::SharedLedger;
use rlm_trace::{Journal, JournalOptions, JournalTexts, Record, RecordedRun, RunEnded, canonical, outcome};
use serde::Serialize;
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use crate::compare::{ReplayExtent, compare, is_about_the_recording};
use crate::error::ReplayError;
use crate::models::{Recordings, changes, overrides, recording_runner, without_times};
use crate::programs::SuppliedPrograms;
use crate::recorded::{compare_context, settings_of, started_of, with_quotes};

/// The result of a replay without differences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReplayReport {
    /// The run's id.
    pub run: RunId,
    /// The recorded outcome; `None` if the journal is unfinished.
    pub outcome: Option<SmolStr>,
    /// The answer of the run.
    pub answer: Option<String>,
    /// The number of compared events.
    pub compared: usize,
    /// The extent of the comparison.
    pub extent: ReplayExtent,
}

/// Replays a recorded run and compares every step.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_adapters::FakeModel;
/// # use rlm_context::Context;
/// # use rlm_core::{RunOptions, Runner};
/// # use rlm_runs::{ReplayExtent, ReplayError, replay};
/// # use rlm_trace::{Journal, JournalOptions, RecordedRun};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("journal.jsonl");
/// let context = Context::from_text("The vault code is 7-4-1.");
/// let journal = Arc::new(Journal::create(&path, JournalOptions::default())?);
/// let runner = Runner::builder(Arc::new(FakeModel::new(["```repl\nFINAL(P[18:23])\n```"]))).build()?;
/// runner.run_blocking("What is it?", &context, RunOptions { journal: Some(journal), ..RunOptions::default() })?;
///
/// let recorded = RecordedRun::read(&path)?;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let report = replay(&recorded, &context).await?;
/// assert_eq!((report.answer.as_deref(), report.extent), (Some("7-4-1"), ReplayExtent::Whole));
///
/// let other = Context::from_text("The vault code is 7-4-2.");
/// assert!(matches!(replay(&recorded, &other).await, Err(ReplayError::Context { .. })));
/// # Ok::<(), ReplayError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReplayError::Differs`] with the first step that differs. The other errors explain why nothing
/// was compared.
pub async fn replay(recorded: &RecordedRun, context: &Context) -> Result<ReplayReport, ReplayError> {
    let again = run_again(recorded, context).await?;
    let ended = outcome(&recorded.records);
    let (message, new_answer) = match again.result {
        Ok(result) => (result.message, result.answer),
        // The replay failed like the recorded run.
        Err(error) if ended.is_some_and(|ended| is_end_by(ended, &error)) => (None, None),
        Err(error) => return Err(error.into()),
    };
    let new = canonical(again.records.iter().map(|record| &**record));
    let (compared, extent) = compare(recorded, new, message.as_deref())?;
    let answer = match JournalTexts::of(&recorded.records) {
        JournalTexts::Full => ended.and_then(|ended| ended.answer.clone()),
        // The answer was compared by its digest.
        JournalTexts::References | JournalTexts::Digests => ended.and(new_answer),
    };
    Ok(ReplayReport {
        run: started_of(recorded)?.run.clone(),
        outcome: ended.map(|ended| ended.outcome.clone()),
        answer,
        compared,
        extent,
    })
}

/// Re-executes a recorded run with its recorded replies, and writes a journal with the program
/// output and costs of this release.
///
/// The journal is written to `path`, which must not exist. Question, settings and templates are
/// those of the recorded run.
///
/// ```
/// # use rlm_context::{ContextSpec, LoadOptions, load};
/// # use rlm_runs::rerecord;
/// # use rlm_trace::RecordedRun;
/// # let scratch = tempfile::tempdir()?;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let recorded = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let folder = LoadOptions { base: Some("../../examples/recorded".into()), ..LoadOptions::default() };
/// let context = load(&[ContextSpec::path("tidewatch")], &folder)?.context;
/// let new = scratch.path().join("nodes.jsonl");
/// let result = rerecord(&recorded, &context, &new).await?;
/// assert_eq!(result.outcome.name(), "partial");
/// assert_eq!(RecordedRun::read(&new)?.records.len(), recorded.records.len());
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ReplayError::Differs`] if the run makes a request without a recorded reply. The others are
/// those of [`replay`]. Nothing is written on errors.
pub async fn rerecord(recorded: &RecordedRun, context: &Context, path: &Path) -> Result<RunResult, ReplayError> {
    let again = run_again(recorded, context).await?;
    let result = again.result?;
    if result.message.as_deref().is_some_and(is_about_the_recording) {
        // The comparison returns the first step that differs.
        return replay(recorded, context).await.map(|_| result);
    }
    let write = || {
        let journal = Journal::create(path, without_times())?;
        again
            .records
            .iter()
            .try_for_each(|record| journal.write(record.event.clone()).map(|_| ()))
    };
    write().map_err(RunError::from)?;
    Ok(result)
}

/// The result of a replayed run and its new records.
pub(crate) struct Replayed {
    pub(crate) result: Result<RunResult, RunError>,
    records: Vec<Arc<Record>>,
}

/// Executes a recorded run with its recorded replies.
pub(crate) async fn run_again(recorded: &RecordedRun, context: &Context) -> Result<Replayed, ReplayError> {
    let started = started_of(recorded)?;
    compare_context(recorded, started, context)?;
    let whole = with_quotes(recorded, context)?;
    let recorded = &*whole;
    let settings = settings_of(started)?;
    // Files without text are not documents, so the supplied context need not list them.
    let context = &context.clone().with_without_text(settings.without_text.clone());
    let runner = recording_runner(recorded, started, &settings)?;
    // The clock of the recorded run can't be replayed, and its effects are not compared.
    let limits = Limits {
        seconds: None,
        ..settings.limits.clone()
    };
    // Withheld texts are compared by their digests.
    let journal = Arc::new(Journal::in_memory(JournalOptions {
        texts: started.texts,
        ..without_times()
    }));
    let rerun = Rerun {
        purpose: Purpose::Replay,
        recorded,
        overrides: overrides(&changes(recorded), runner.prompts())?,
        started: started.clone(),
        constrained: settings.constrained,
        session: settings.session.clone(),
        search: settings.search,
        retriever: None,
        journal: Arc::clone(&journal),
        notes: Vec::new(),
        ledger: SharedLedger::new(&limits),
        cancel: CancellationToken::new(),
    };
    let result = match settings.given_from {
        None => runner.rerun(&started.question, context, rerun).await,
        Some(from) => {
            let supplied = SuppliedPrograms {
                recorded,
                recordings: Recordings::of(recorded)?,
                from,
                before: u32::MAX,
            };
            let programs = supplied.carry_out(&runner, &started.question, context, rerun).await?;
            programs.end().await
        }
    };
    let records = journal.records().unwrap_or_default();
    Ok(Replayed { result, records })
}

/// Returns `true` if `ended` records the outcome and message of `error`.
fn is_end_by(ended: &RunEnded, error: &RunError) -> bool {
    ended.outcome == error.outcome().name() && ended.message.as_deref() == Some(error.to_string().as_str())
}
