//! Runs of processes that were killed before they could say what came of them.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_context::Context;
use rlm_core::Runner;
use rlm_model::RunId;
use rlm_policy::Spend;
use rlm_runs::{ReplayError, UnfinishedRun, spent_in};
use rlm_store::RunStore;
use rlm_trace::{JournalOptions, RecordedRun};

/// Opens the journal of such a run to go on with it. There is none where the run never began; nor, which is said, where context or models are
/// others now: its question is asked anew then.
///
/// # Errors
/// [`Failure::Replay`] where the journal can't be read or has a process that lives, or where what can't be gone on with has called tools, which
/// would be called again.
pub fn open(
    run: &RunId,
    store: &RunStore,
    runner: &Runner,
    context: &Context,
    console: Console,
) -> Result<Option<UnfinishedRun>, Failure> {
    let journal = store.journal_path(run);
    if journal.metadata().map_or(0, |file| file.len()) == 0 {
        return Ok(None);
    }
    let unfinished = match UnfinishedRun::open(&journal, JournalOptions::default()) {
        Err(ReplayError::NoStart) => return Ok(None),
        Err(error @ ReplayError::Withheld) if !rlm_runs::has_called_tools(&RecordedRun::read(&journal)?) => {
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

fn warn_of_asking_anew(run: &RunId, error: &ReplayError, console: Console) {
    console.warn(&format!(
        "run {run} can't be gone on with, so its question is asked anew: {error}"
    ));
}

/// Returns what counts of such a run where it is not gone on with, by its journal.
pub fn spent(run: &RunId, store: &RunStore, console: Console) -> Spend {
    let entry = store.entry(run.clone());
    if let (Some(damage), true) = (&entry.damage, entry.journal.exists()) {
        console.warn(&format!("what run {run} spent is not counted: {damage}"));
    }
    spent_in(&entry.summary.totals)
}
