//! The state file of `--state`: a self-contained session, which can be copied to another machine.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rlm_cli_output::failure::Failure;
use rlm_model::{Money, RunId, Tokens};
use rlm_policy::{BudgetSlice, Spend};
use rlm_prompt::Exchange;
use rlm_runs::{SessionHistory, SessionLimits};
use rlm_trace::JsonObject;
use serde::{Deserialize, Serialize};

use crate::private_files;

/// The endings of the file names that have input and output files: `NAME_state.json` or
/// `NAME_session.json`.
const ENDINGS: [&str; 2] = ["_state.json", "_session.json"];

/// The conventional input and output files of a state file: `NAME_input.txt` and `NAME_output.txt`.
/// Both are `None` if the state file is not named `NAME_state.json` or `NAME_session.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Convention {
    /// The path of the file that contains the question.
    pub input: Option<PathBuf>,
    /// The path of the file to which the answer is written.
    pub output: Option<PathBuf>,
}

/// A session that is stored in one file. The file contains everything that the next question needs:
/// no journal is required.
pub struct StateFile {
    path: PathBuf,
    session: SessionHistory,
    runs: Vec<RunId>,
    /// The lock on the session, which excludes other processes until it is dropped.
    _lock: FileLock,
}

/// A lock on a file, which is released when this is dropped.
struct FileLock(File);

impl Drop for FileLock {
    /// Unlocks the file explicitly. A forked child shares open files until it executes its program, so
    /// closing the file alone would keep the lock until then.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// The content of a state file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// The version of the file format, currently 2. Files of earlier releases have no version, and
    /// contain the cost limit in millionths of a dollar.
    version: u32,
    /// The cost limit of the session, in dollars.
    max_cost_usd: Option<f64>,
    max_tokens: Option<Tokens>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_input_tokens: Option<Tokens>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<Tokens>,
    spent: Spend,
    /// The latest questions and answers of the session.
    history: Vec<Exchange>,
    memory: JsonObject,
    runs: Vec<RunId>,
}

/// The version of the state file's format that this release writes.
const VERSION: u32 = 2;

impl State {
    fn max_cost(&self) -> Option<Money> {
        let unit = if self.version < VERSION { 1.0 } else { 1e6 };
        // A limit that is negative or not a number becomes zero: nothing may be spent.
        self.max_cost_usd
            .map(|stated| Money((stated * unit).round().max(0.0) as u64))
    }
}

impl Convention {
    /// Derives the paths of the input and output files from the path of a state file.
    pub fn from_path(state: &Path) -> Self {
        let name = state.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
        let beside = |ending: &str| Some(state.with_file_name(format!("{}{ending}", stem?)));
        Self {
            input: beside("_input.txt"),
            output: beside("_output.txt"),
        }
    }
}

impl StateFile {
    /// Opens the session in a state file, or starts one if the file does not exist. Limits of the
    /// arguments take precedence over those in the file.
    ///
    /// # Errors
    /// [`Failure::StateFile`]; [`Failure::StateInUse`] if another process uses the session.
    pub fn open(path: &Path, budget: BudgetSlice) -> Result<Self, Failure> {
        let failed = |detail: String| Failure::StateFile {
            path: path.to_owned(),
            detail,
        };
        // The lock is a separate file, because the state file itself is replaced.
        let lock_path = beside(path, "lock");
        let lock = private_files::file().create(true).truncate(false).open(&lock_path);
        let lock = lock.map_err(|error| failed(error.to_string()))?;
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            return Err(Failure::StateInUse { path: path.to_owned() });
        }
        let state: State = match fs::read(path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| failed(error.to_string()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::default(),
            Err(error) => return Err(failed(error.to_string())),
        };
        let limits = SessionLimits {
            max_cost_usd: budget.cost.or(state.max_cost()),
            max_tokens: budget.tokens.or(state.max_tokens),
            max_input_tokens: budget.input_tokens.or(state.max_input_tokens),
            max_output_tokens: budget.output_tokens.or(state.max_output_tokens),
            ..SessionLimits::default()
        };
        Ok(Self {
            path: path.to_owned(),
            session: SessionHistory::from_parts(limits, state.history, state.memory, state.spent),
            runs: state.runs,
            _lock: FileLock(lock),
        })
    }

    /// Returns the session of this state file, to ask its next question.
    pub const fn session(&mut self) -> &mut SessionHistory {
        &mut self.session
    }

    /// Writes the session to the state file, and replaces the whole file. The latest 8,000
    /// characters of questions and answers are kept.
    ///
    /// # Errors
    /// [`Failure::StateFile`].
    pub fn keep(self) -> Result<(), Failure> {
        let SessionLimits {
            max_cost_usd,
            max_tokens,
            max_input_tokens,
            max_output_tokens,
            ..
        } = self.session.limits();
        let state = State {
            version: VERSION,
            max_cost_usd: max_cost_usd.map(|Money(micros)| micros as f64 / 1e6),
            max_tokens,
            max_input_tokens,
            max_output_tokens,
            spent: self.session.spent(),
            history: self.session.state().earlier,
            memory: self.session.memory().clone(),
            runs: self.runs.iter().chain(self.session.runs()).cloned().collect(),
        };
        let new = beside(&self.path, "new");
        let write = || {
            let mut text = serde_json::to_vec_pretty(&state).map_err(io::Error::from)?;
            text.push(b'\n');
            // The file is as private as a journal.
            let mut file = private_files::file().create(true).truncate(true).open(&new)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&new, &self.path)
        };
        write().map_err(|error| Failure::StateFile {
            path: self.path.clone(),
            detail: error.to_string(),
        })
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_limit_is_in_dollars_and_legacy_micro_dollars_are_read() {
        let limit = |text: &str| {
            let state: State = serde_json::from_str(text).unwrap();
            state.max_cost().map(|Money(micros)| micros)
        };
        assert_eq!(limit(r#"{"version": 2, "max_cost_usd": 0.05}"#), Some(50_000));
        assert_eq!(limit(r#"{"max_cost_usd": 50000}"#), Some(50_000));
        assert_eq!(limit("{}"), None);
    }

    #[test]
    fn state_file_names_imply_input_and_output_files() {
        let names = |state: &str| {
            let Convention { input, output } = Convention::from_path(Path::new(state));
            (
                input.map(|path| path.display().to_string()),
                output.map(|path| path.display().to_string()),
            )
        };
        let both = |stem: &str| (Some(format!("{stem}_input.txt")), Some(format!("{stem}_output.txt")));
        assert_eq!(names("talk/chat_state.json"), both("talk/chat"));
        assert_eq!(names("research_session.json"), both("research"));
        assert_eq!(names("talk.json"), (None, None));
    }
}
