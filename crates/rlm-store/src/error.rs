//! The errors of storing and finding runs, sessions, jobs and batches.

use std::fmt;
use std::io;
use std::path::PathBuf;

use rlm_model::RunId;
use rlm_trace::{ResumeError, WriteError};

use crate::lease::Holder;
use crate::shared::SharedError;

/// The kinds of records in the store other than runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A session: the runs of a conversation.
    Session,
    /// A job: a question to be answered later by a worker.
    Job,
    /// A batch: a set of questions whose answers go to one file.
    Batch,
}

impl RecordKind {
    /// Returns the name of the folder that contains all records of this kind.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Session => "sessions",
            Self::Job => "jobs",
            Self::Batch => "batches",
        }
    }

    /// Returns the name of the file that contains a record of this kind.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Session => "session.json",
            Self::Job => "job.json",
            Self::Batch => "batch.json",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session => "session",
            Self::Job => "job",
            Self::Batch => "batch",
        })
    }
}

/// The error of storing or finding a run, session, job or batch.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A folder of the store can't be created.
    #[error("can't create the folder {}: {source}", path.display())]
    Folder {
        /// The path of the folder.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The runs in the store can't be listed.
    #[error("can't list the runs in {}: {source}", path.display())]
    List {
        /// The path of the store's folder of runs.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A run with this id already exists.
    #[error("run {id} already exists")]
    Exists {
        /// The id that already exists.
        id: RunId,
    },
    /// The journal of a new run can't be created.
    #[error(transparent)]
    Journal(#[from] WriteError),
    /// The journal of a run can't be opened to append to it.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// The store that several machines share failed, or refused the request.
    #[error(transparent)]
    Shared(#[from] SharedError),
    /// The store contains no runs.
    #[error("no runs in {}", path.display())]
    NoRuns {
        /// The path of the store's folder of runs.
        path: PathBuf,
    },
    /// The given text refers to no run and to no journal.
    #[error("run or journal not found: `{text}`{}", did_you_mean(near))]
    NotFound {
        /// The text that was searched for, truncated if it is long.
        text: String,
        /// The ids of the most similar runs, at most three.
        near: Vec<RunId>,
    },
    /// The given text is a prefix of several run ids.
    #[error("{count} runs begin with `{text}`: {}", shown(matches, *count))]
    Ambiguous {
        /// The text that was searched for.
        text: String,
        /// The ids of the newest matching runs, at most five.
        matches: Vec<RunId>,
        /// The number of matching runs.
        count: usize,
    },
    /// The name of a session, job or batch is invalid.
    #[error("invalid {kind} name `{name}`")]
    BadName {
        /// The kind of the record.
        kind: RecordKind,
        /// The invalid name, truncated if it is long.
        name: String,
    },
    /// A session, job or batch with this name already exists.
    #[error("{kind} `{name}` already exists")]
    NameTaken {
        /// The kind of the record.
        kind: RecordKind,
        /// The name that already exists.
        name: String,
    },
    /// No session, job or batch has this name.
    #[error("{kind} not found: `{name}`{}", did_you_mean_name(near))]
    NoSuchName {
        /// The kind of the record.
        kind: RecordKind,
        /// The name that was not found.
        name: String,
        /// The most similar names, at most three.
        near: Vec<String>,
    },
    /// Another process holds the lease of a session, job or batch.
    #[error("{kind} `{name}` is in use by {}", by_process(*by))]
    InUse {
        /// The kind of the record.
        kind: RecordKind,
        /// The name of the record.
        name: String,
        /// The process that holds the lease, if known.
        by: Option<Holder>,
    },
    /// The file of a session, job or batch can't be read.
    #[error("{}: {detail}", path.display())]
    Record {
        /// The path of the file.
        path: PathBuf,
        /// The error of reading or parsing the file.
        detail: String,
    },
    /// The file of a session, job or batch can't be written.
    #[error("can't write {}: {source}", path.display())]
    WriteRecord {
        /// The path of the file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The system time is not between the years 0 and 9999, so that no run id can be created.
    #[error("the system's clock is wrong: the year is not between 0 and 9999")]
    Clock,
}

impl StoreError {
    /// Returns a stable code of the error for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "store_folder",
            Self::List { .. } => "store_list",
            Self::Exists { .. } => "run_exists",
            Self::Journal(error) => error.code(),
            Self::Resume(error) => error.code(),
            Self::Shared(error) => error.code(),
            Self::NoRuns { .. } => "no_runs",
            Self::NotFound { .. } => "run_not_found",
            Self::Ambiguous { .. } => "run_ambiguous",
            Self::BadName { .. } => "bad_name",
            Self::NameTaken { .. } => "name_taken",
            Self::NoSuchName {
                kind: RecordKind::Session,
                ..
            } => "session_not_found",
            Self::NoSuchName {
                kind: RecordKind::Job, ..
            } => "job_not_found",
            Self::NoSuchName {
                kind: RecordKind::Batch,
                ..
            } => "batch_not_found",
            Self::InUse { .. } => "in_use",
            Self::Record { .. } => "record_unreadable",
            Self::WriteRecord { .. } => "record_unwritable",
            Self::Clock => "clock",
        }
    }

    /// Returns a hint on how to fix the cause of the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Folder { .. } | Self::List { .. } => {
                "check that you own the folder, set RLM_DATA_DIR to another one, or pass --no-journal to a run"
            }
            Self::Exists { .. } => "try again; each attempt uses a new random id",
            Self::Journal(error) => error.hint(),
            Self::Resume(error) => error.hint(),
            Self::Shared(error) => error.hint(),
            Self::NoRuns { .. } => "start one with `rlm run`, or pass the path of a journal",
            Self::NotFound { .. } => {
                "pass a run's id or the start of one, `last`, or the path of a journal; `rlm runs` lists runs"
            }
            Self::Ambiguous { .. } => "type more characters of the id",
            Self::BadName { .. } => {
                "use at most 64 letters, digits, `-`, `_` and `.`; the first character must not be `.`"
            }
            Self::NameTaken { .. } => "choose another name, or continue the existing one",
            Self::NoSuchName {
                kind: RecordKind::Session,
                ..
            } => "see `rlm session list`, or create one with `rlm session new NAME`",
            Self::NoSuchName {
                kind: RecordKind::Job, ..
            } => "see `rlm job list`",
            Self::NoSuchName {
                kind: RecordKind::Batch,
                ..
            } => "pass the path of its answers file",
            Self::InUse { .. } => "wait until that process has finished",
            Self::Record { .. } => "repair the file, or remove its folder",
            Self::WriteRecord { .. } => "check that you own the folder and that the disk is not full",
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
    match holder {
        Some(holder) => format!("process {}", holder.process),
        None => "another process".to_owned(),
    }
}

fn shown(matches: &[RunId], count: usize) -> String {
    let more = if count > matches.len() { ", …" } else { "" };
    list(matches, ", ") + more
}

fn list(ids: &[RunId], separator: &str) -> String {
    ids.iter().map(RunId::as_str).collect::<Vec<_>>().join(separator)
}
