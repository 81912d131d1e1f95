//! What can go wrong with runs on disk.

use std::fmt;
use std::io;
use std::path::PathBuf;

use rlm_model::RunId;
use rlm_trace::WriteError;

use crate::lease::Holder;

/// What else than runs is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A conversation.
    Session,
    /// A question that is answered later.
    Job,
    /// Many questions whose answers go to one file.
    Batch,
}

impl Kind {
    /// The folder of all of the kind.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Session => "sessions",
            Self::Job => "jobs",
            Self::Batch => "batches",
        }
    }

    /// The file that holds what is kept of one.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Session => "session.json",
            Self::Job => "job.json",
            Self::Batch => "batch.json",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session => "session",
            Self::Job => "job",
            Self::Batch => "batch",
        })
    }
}

/// A run, a session, a job or a batch can't be kept or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
    /// Nothing can be called so.
    #[error("no {kind} can be called `{name}`")]
    BadName {
        /// What was to be called so.
        kind: Kind,
        /// The name, shortened where it is long.
        name: String,
    },
    /// There is one of that name already.
    #[error("there is a {kind} `{name}` already")]
    NameTaken {
        /// What it is.
        kind: Kind,
        /// The name.
        name: String,
    },
    /// Nothing is called so.
    #[error("there is no {kind} `{name}`{}", did_you_mean_name(near))]
    NoSuchName {
        /// What was looked for.
        kind: Kind,
        /// The name.
        name: String,
        /// Those that come nearest, at most three.
        near: Vec<String>,
    },
    /// Another process is at it.
    #[error("the {kind} `{name}` is in use{}", by_process(*by))]
    InUse {
        /// What it is.
        kind: Kind,
        /// The name.
        name: String,
        /// The other process, where it has said who it is.
        by: Option<Holder>,
    },
    /// What is kept can't be read.
    #[error("{}: {detail}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// What is to be kept can't be written.
    #[error("can't write {}: {source}", path.display())]
    WriteRecord {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
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
            Self::BadName { .. } => "bad_name",
            Self::NameTaken { .. } => "name_taken",
            Self::NoSuchName {
                kind: Kind::Session, ..
            } => "session_not_found",
            Self::NoSuchName { kind: Kind::Job, .. } => "job_not_found",
            Self::NoSuchName { kind: Kind::Batch, .. } => "batch_not_found",
            Self::InUse { .. } => "in_use",
            Self::Record { .. } => "record_unreadable",
            Self::WriteRecord { .. } => "record_unwritable",
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
            Self::BadName { .. } => "take at most 64 letters, digits, `-`, `_` and `.`, the first no `.`",
            Self::NameTaken { .. } => "take another name, or go on with that one",
            Self::NoSuchName {
                kind: Kind::Session, ..
            } => "see `rlm session list`, or make one with `rlm session new NAME`",
            Self::NoSuchName { kind: Kind::Job, .. } => "see `rlm job list`",
            Self::NoSuchName { kind: Kind::Batch, .. } => "name the file of its answers",
            Self::InUse { .. } => "wait until it is done",
            Self::Record { .. } => "put the file right, or remove its folder",
            Self::WriteRecord { .. } => "check that the folder is yours and that the disk is not full",
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

fn did_you_mean_name(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    format!("; did you mean {}?", near.join(" or "))
}

fn by_process(holder: Option<Holder>) -> String {
    holder
        .map(|holder| format!(" by process {}", holder.process))
        .unwrap_or_default()
}

fn shown(matches: &[RunId], count: usize) -> String {
    let more = if count > matches.len() { ", …" } else { "" };
    list(matches, ", ") + more
}

fn list(ids: &[RunId], separator: &str) -> String {
    ids.iter().map(RunId::as_str).collect::<Vec<_>>().join(separator)
}
