//! Runs that several machines work on: their journals are in a [`JournalLog`], such as a database, and
//! the folder of each machine has copies.

use std::fmt;
use std::time::Duration;

use rlm_model::RunId;

/// The right of a process to work on a run, until it ends or another process takes the run over.
///
/// It ends by itself unless lines are appended or it is renewed within [`JournalLog::hold_time`]. The
/// epoch rises with each hold of a run. Lines of an earlier epoch are refused, so that a process which
/// was stopped for too long can neither add to the journal nor issue a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The run.
    pub run: RunId,
    /// The number of times that the run was taken, including this one.
    pub epoch: u64,
}

/// The journals of runs in a store that several machines reach. All functions block.
///
/// `append` is atomic, and so are its checks: no line is stored for a hold that has been taken over, and
/// no line number is used twice.
pub trait JournalLog: fmt::Debug + Send + Sync {
    /// The time after which a hold ends that is not renewed.
    fn hold_time(&self) -> Duration;

    /// Adds a run without lines, and holds it.
    ///
    /// # Errors
    /// [`SharedError::Exists`], [`SharedError::Unreachable`].
    fn create(&self, run: &RunId) -> Result<Hold, SharedError>;

    /// Holds a run that no process holds.
    ///
    /// # Errors
    /// [`SharedError::Held`], [`SharedError::NoRun`], [`SharedError::Unreachable`].
    fn claim(&self, run: &RunId) -> Result<Hold, SharedError>;

    /// Appends lines after line `after`, and renews the hold. Without lines, only renews it. Appending
    /// the same lines again is no error.
    ///
    /// # Errors
    /// [`SharedError::Lost`] if another process has taken the run over, or it was removed;
    /// [`SharedError::Gap`] if `after` is not the last line; [`SharedError::Unreachable`].
    fn append(&self, hold: &Hold, after: u64, lines: &[Vec<u8>]) -> Result<(), SharedError>;

    /// Ends a hold. Does nothing if it has ended.
    ///
    /// # Errors
    /// [`SharedError::Unreachable`].
    fn release(&self, hold: &Hold) -> Result<(), SharedError>;

    /// Returns `true` if a process holds the run.
    ///
    /// # Errors
    /// [`SharedError::Unreachable`].
    fn is_held(&self, run: &RunId) -> Result<bool, SharedError>;

    /// Returns the lines after line `after`, each with its line end.
    ///
    /// # Errors
    /// [`SharedError::NoRun`], [`SharedError::Unreachable`].
    fn lines(&self, run: &RunId, after: u64) -> Result<Vec<Vec<u8>>, SharedError>;

    /// Returns the ids of all runs, newest first.
    ///
    /// # Errors
    /// [`SharedError::Unreachable`].
    fn runs(&self) -> Result<Vec<RunId>, SharedError>;

    /// Removes a run that no process holds. Returns `false` if one does.
    ///
    /// # Errors
    /// [`SharedError::Unreachable`].
    fn remove(&self, run: &RunId) -> Result<bool, SharedError>;
}

/// The error of a store that several machines share.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SharedError {
    /// The store can't be reached, or failed. The same request may succeed later.
    #[error("the database can't be used: {detail}")]
    Unreachable {
        /// What the store reported.
        detail: String,
    },
    /// The URL of the store is invalid.
    #[error("not the URL of a PostgreSQL database: {detail}")]
    Url {
        /// What is wrong with it, without its password.
        detail: String,
    },
    /// The tables of the store are missing, or older than this version needs.
    #[error("the database has version {has} of the tables, and this version of rlm needs {needs}")]
    TooOld {
        /// The version of the tables; 0 if there are none.
        has: i32,
        /// The version that is needed.
        needs: i32,
    },
    /// The tables of the store are too new for this version.
    #[error("the database has version {has} of the tables, and this version of rlm knows {knows}")]
    TooNew {
        /// The version of the tables.
        has: i32,
        /// The newest version that is known.
        knows: i32,
    },
    /// A run with this id already exists.
    #[error("run {run} already exists")]
    Exists {
        /// The id.
        run: RunId,
    },
    /// There is no run with this id.
    #[error("run {run} not found")]
    NoRun {
        /// The id.
        run: RunId,
    },
    /// Another process works on the run.
    #[error("another process is working on run {run}")]
    Held {
        /// The id of the run.
        run: RunId,
    },
    /// Another process has taken the run over, because this one did not renew its hold.
    #[error("another process has taken over run {run}")]
    Lost {
        /// The id of the run.
        run: RunId,
    },
    /// Lines can't be appended, because others are missing before them.
    #[error("the journal of run {run} has {has} lines, but line {after} was expected to be the last one")]
    Gap {
        /// The id of the run.
        run: RunId,
        /// The number of lines that are stored.
        has: u64,
        /// The line after which others were to be appended.
        after: u64,
    },
}

impl SharedError {
    /// Returns `true` if the same request may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Returns a hint on how to fix the cause of the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "check that the database is running and that the URL is right",
            Self::Url { .. } => "expected `postgres://USER:PASSWORD@HOST:PORT/DATABASE`",
            Self::TooOld { .. } => "run `rlm db migrate`",
            Self::TooNew { .. } => "use a newer version of rlm",
            Self::Exists { .. } => "try again; each attempt uses a new random id",
            Self::NoRun { .. } => "`rlm runs` lists runs",
            Self::Held { .. } => "wait until that process has finished, or cancel the run",
            Self::Lost { .. } => {
                "the other process continues the run; check that this machine was not stopped meanwhile"
            }
            Self::Gap { .. } => "this is a bug in rlm: report it with the steps to reproduce it",
        }
    }

    /// Returns the stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "database_unreachable",
            Self::Url { .. } => "database_url",
            Self::TooOld { .. } => "database_too_old",
            Self::TooNew { .. } => "database_too_new",
            Self::Exists { .. } => "run_exists",
            Self::NoRun { .. } => "no_such_run",
            Self::Held { .. } => "run_active",
            Self::Lost { .. } => "run_lost",
            Self::Gap { .. } => "journal_gap",
        }
    }
}
