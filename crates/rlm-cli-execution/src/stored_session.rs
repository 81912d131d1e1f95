//! Opens sessions of the session store for one process at a time.

use std::path::Path;

use crate::stores;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::JournalPlace;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_core::RunResult;
use rlm_model::RunId;
use rlm_runs::{SessionHistory, SessionLimits};
use rlm_store::{Lease, RunEntry, SessionRecord, SessionStore};
use tokio_util::sync::CancellationToken;

use crate::question_runner::{Question, QuestionRunner, holder};
use crate::runner;

/// A session of the session store that this process has opened. Its lease excludes other processes.
pub struct StoredSession {
    name: String,
    store: SessionStore,
    record: SessionRecord,
    session: SessionHistory,
    _lease: Lease,
}

impl StoredSession {
    /// Opens the session with this name.
    ///
    /// # Errors
    /// [`Failure::Store`] if no session has this name, or another process uses it.
    pub fn open(name: &str, environment: &Environment, console: Console) -> Result<Self, Failure> {
        let folder = folders::data(environment)?;
        let store = SessionStore::open(&folder)?;
        let lease = store.lease(name, holder())?;
        let record = store.read(name)?;
        Ok(Self {
            session: session_of(&record, environment, console)?,
            name: name.to_owned(),
            store,
            record,
            _lease: lease,
        })
    }

    /// Returns the arguments that name the session's context, as in `--context`. Paths below the
    /// current folder are relative to it, so that citations are as short as those of `rlm run`.
    pub fn context(&self) -> Vec<String> {
        let here = std::env::current_dir().unwrap_or_default();
        self.record
            .context
            .iter()
            .map(|argument| relative_to(&here, argument))
            .collect()
    }

    /// Returns the questions, answers and spending of the session.
    pub const fn history(&self) -> &SessionHistory {
        &self.session
    }

    /// Asks the next question of the session. The run is added to the session before it starts, so
    /// that its spending is counted however the run ends.
    ///
    /// # Errors
    /// The errors of [`QuestionRunner::ask`].
    pub fn ask(
        &mut self,
        asking: &QuestionRunner<'_>,
        question: &str,
        cancel: CancellationToken,
    ) -> Result<RunResult, Failure> {
        let id = runner::new_id()?;
        self.record.runs.push(id.clone());
        self.store.replace(&self.name, &self.record)?;
        let result = asking.ask(Question {
            text: question,
            id: id.clone(),
            journal: JournalPlace::Store,
            session: Some(&mut self.session),
            metadata: serde_json::Map::new(),
            cancel,
        });
        if result.is_err() && !asking.has_journal(&id) {
            self.record.runs.retain(|run| *run != id);
            self.store.replace(&self.name, &self.record)?;
        }
        result
    }
}

/// Returns a context argument, `[NAME=]PATH`, with its path relative to a folder if it is below it.
fn relative_to(folder: &Path, argument: &str) -> String {
    let (name, path) = match argument.split_once('=') {
        Some((name, path)) if !Path::new(argument).is_absolute() => (format!("{name}="), path),
        _ => (String::new(), argument),
    };
    let below = Path::new(path)
        .strip_prefix(folder)
        .ok()
        .filter(|below| !below.as_os_str().is_empty());
    format!("{name}{}", below.unwrap_or(Path::new(path)).display())
}

/// Builds the history of a session from the journals of its runs. The record lists these runs.
///
/// # Errors
/// [`Failure::Store`] if the folder of runs can't be created.
pub fn session_of(
    record: &SessionRecord,
    environment: &Environment,
    console: Console,
) -> Result<SessionHistory, Failure> {
    let runs = stores::runs(environment)?;
    let entries: Vec<RunEntry> = record.runs.iter().map(|id: &RunId| runs.entry(id.clone())).collect();
    for entry in &entries {
        if let Some(damage) = &entry.damage {
            console.warn(&format!("the spending of run {} is not counted: {damage}", entry.id));
        }
    }
    let limits = SessionLimits {
        max_cost_usd: record.max_cost_usd,
        max_tokens: record.max_tokens,
        max_input_tokens: record.max_input_tokens,
        max_output_tokens: record.max_output_tokens,
        history_chars: record.history_chars,
        persistent: record.persistent,
    };
    Ok(SessionHistory::from_runs(
        limits,
        entries.iter().map(|entry| &entry.summary),
    ))
}
