//! What can go wrong with runs on disk.

use std::io;
use std::path::PathBuf;

use rlm_model::RunId;
use rlm_trace::WriteError;

/// A run can't be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A folder of the store can't be made.
    #[error("can't make the folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The runs can't be listed.
    #[error("can't list the runs in {}: {source}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is such a run already.
    #[error("there is a run {id} already")]
    Exists {
        /// Its id.
        id: RunId,
    },
    /// The run's journal can't be made.
    #[error(transparent)]
    Journal(#[from] WriteError),
    /// There are no runs at all.
    #[error("there are no runs in {}", path.display())]
    NoRuns {
        /// The folder.
        path: PathBuf,
    },
    /// No run and no journal is meant by the text.
    #[error("no run and no journal is called `{text}`{}", did_you_mean(near))]
    NotFound {
        /// The text, shortened where it is long.
        text: String,
        /// The runs that come nearest, at most three.
        near: Vec<RunId>,
    },
    /// Several runs begin with the text.
    #[error("{count} runs begin with `{text}`: {}", shown(matches, *count))]
    Ambiguous {
        /// The text.
        text: String,
        /// The newest of them, at most five.
        matches: Vec<RunId>,
        /// How many there are.
        count: usize,
    },
    /// The time has no year of four digits.
    #[error("the clock is far off: the time is not between the years 0 and 9999")]
    Clock,
}

impl StoreError {
    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "store_folder",
            Self::List { .. } => "store_list",
            Self::Exists { .. } => "run_exists",
            Self::Journal(error) => error.code(),
            Self::NoRuns { .. } => "no_runs",
            Self::NotFound { .. } => "run_not_found",
            Self::Ambiguous { .. } => "run_ambiguous",
            Self::Clock => "clock",
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Folder { .. } | Self::List { .. } => "check that the folder is yours, or choose another data folder",
            Self::Exists { .. } => "try again: a new id is drawn each time",
            Self::Journal(error) => error.hint(),
            Self::NoRuns { .. } => "start one with `rlm run`, or give the path of a journal",
            Self::NotFound { .. } => {
                "give a run's id or its beginning, `last`, or the path of a journal; see `rlm runs`"
            }
            Self::Ambiguous { .. } => "type more of the id",
            Self::Clock => "set the system's clock",
        }
    }
}

fn did_you_mean(near: &[RunId]) -> String {
    if near.is_empty() {
        return String::new();
    }
    format!("; did you mean {}?", list(near, " or "))
}

fn shown(matches: &[RunId], count: usize) -> String {
    let more = if count > matches.len() { ", …" } else { "" };
    list(matches, ", ") + more
}

fn list(ids: &[RunId], separator: &str) -> String {
    ids.iter().map(RunId::as_str).collect::<Vec<_>>().join(separator)
}
