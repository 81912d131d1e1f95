//! Handles runs whose process was killed before it recorded a result.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_context::Context;
use rlm_core::Runner;
use rlm_model::RunId;
use rlm_policy::Spend;
use rlm_runs::{ReplayError, UnfinishedRun, spent_in};
use rlm_store::{RunStore, StoreError};
use rlm_trace::{JournalOptions, RecordedRun};

/// Opens the journal of an unfinished run in order to resume it. Returns `None` if the run never
/// started. Also returns `None`, with a warning, if the context or the models have changed: the
/// caller then asks the question again.
///
/// # Errors
/// [`Failure::Replay`] if the journal can't be read or belongs to a living process. It is also
/// returned if the run can't be resumed and has called tools, because asking again would repeat
/// these calls.
pub fn open(
    run: &RunId,
    store: &RunStore,
    runner: &Runner,
    context: &Context,
    console: Console,
) -> Result<Option<UnfinishedRun>, Failure> {
    let journal = store.journal(run)?;
    if journal.metadata().map_or(0, |file| file.len()) == 0 {
        return Ok(None);
    }
    let unfinished = match resumed(store, run) {
        Err(Failure::Replay(ReplayError::NoStart)) => return Ok(None),
        Err(Failure::Replay(error @ ReplayError::Withheld))
            if !rlm_runs::has_called_tools(&RecordedRun::read(&journal)?) =>
        {
            warn_of_asking_anew(run, &error, console);
            return Ok(None);
        }
        unfinished => unfinished?,
    };
    match rlm_runs::check_resumable(runner, &unfinished, context) {
        Ok(()) => Ok(Some(unfinished)),
        Err(error) if unfinished.has_called_tools() => Err(error.into()),
        Err(error) => {
            warn_of_asking_anew(run, &error, console);
            Ok(None)
        }
    }
}

/// Opens the journal of a run to append to it.
///
/// # Errors
/// [`Failure::Replay`] if it can't be read or belongs to a living process, [`Failure::Store`].
pub fn resumed(store: &RunStore, run: &RunId) -> Result<UnfinishedRun, Failure> {
    let opened = store.resume(run, JournalOptions::default());
    let (journal, recorded) = opened.map_err(|error| match error {
        StoreError::Resume(error) => Failure::Replay(error.into()),
        error => Failure::Store(error),
    })?;
    Ok(UnfinishedRun::of_journal(journal, recorded)?)
}

fn warn_of_asking_anew(run: &RunId, error: &ReplayError, console: Console) {
    console.warn(&format!(
        "can't resume run {run}, so its question is asked again: {error}"
    ));
}

/// Returns the spending that the journal of an unfinished run records, before its question is asked
/// again.
pub fn spent(run: &RunId, store: &RunStore, console: Console) -> Spend {
    let entry = store.entry(run.clone());
    if let (Some(damage), true) = (&entry.damage, entry.journal.exists()) {
        console.warn(&format!("the spending of run {run} is not counted: {damage}"));
    }
    spent_in(&entry.summary.totals)
}
