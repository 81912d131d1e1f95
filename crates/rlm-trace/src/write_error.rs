//! The errors of writing a journal.

use std::io;
use std::path::PathBuf;

use crate::ReadError;

/// An error of creating a journal or of writing an event to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The journal's file already exists and must not be replaced.
    #[error("journal already exists: {}", path.display())]
    Exists {
        /// The path of the journal.
        path: PathBuf,
    },
    /// Another process is writing to the journal's file.
    #[error("journal is in use by another process: {}", path.display())]
    InUse {
        /// The path of the journal.
        path: PathBuf,
    },
    /// The folder for the journal can't be created.
    #[error("can't create the journal folder {}: {source}", path.display())]
    Folder {
        /// The path of the folder.
        path: PathBuf,
        /// The I/O error of creating the folder.
        source: io::Error,
    },
    /// The journal's file can't be created.
    #[error("can't create the journal {}: {source}", path.display())]
    Create {
        /// The path of the journal.
        path: PathBuf,
        /// The I/O error of creating the file.
        source: io::Error,
    },
    /// The system call that writes the first event to the journal failed, so there is no run to
    /// resume.
    #[error("can't write to the journal {}: {source}", path.display())]
    Begin {
        /// The path of the journal.
        path: PathBuf,
        /// The I/O error of writing the event.
        source: io::Error,
    },
    /// The system call that writes an event to the journal failed.
    #[error("can't write to the journal {}: {source}", path.display())]
    Write {
        /// The path of the journal.
        path: PathBuf,
        /// The I/O error of writing the event.
        source: io::Error,
    },
    /// The journal accepts no more events, since an earlier event could not be written.
    #[error("can't write to the journal {} after an earlier write failed", path.display())]
    Broken {
        /// The path of the journal.
        path: PathBuf,
    },
    /// The event exceeds the maximum length of a journal line.
    #[error("journal event `{kind}` too long: {bytes} bytes, at most {allowed} allowed")]
    TooLong {
        /// The name of the event's kind.
        kind: String,
        /// The length in bytes of the line that the event needs.
        bytes: u64,
        /// The maximum length of a line in bytes.
        allowed: u64,
    },
    /// The resumed run deviates from its journal: it repeats an event differently.
    #[error("the resumed run differs from its journal: {detail}")]
    Otherwise {
        /// A description of the first difference between the resumed run and its journal.
        detail: String,
    },
    /// The event can't be serialized as JSON.
    #[error("can't serialize the journal event `{kind}`: {source}")]
    Encode {
        /// The name of the event's kind.
        kind: String,
        /// The error of serializing the event.
        source: serde_json::Error,
    },
}

impl WriteError {
    /// Returns the stable code of the error, such as `journal_exists`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exists { .. } => "journal_exists",
            Self::InUse { .. } => "journal_in_use",
            Self::Folder { .. } => "journal_folder",
            Self::Create { .. } => "journal_create",
            Self::Begin { .. } | Self::Write { .. } => "journal_write",
            Self::Broken { .. } => "journal_broken",
            Self::TooLong { .. } => "journal_event_too_long",
            Self::Otherwise { .. } => "journal_otherwise",
            Self::Encode { .. } => "journal_encode",
        }
    }

    /// Returns a suggestion for the user on how to fix the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Exists { .. } => "give another path, or remove the file",
            Self::InUse { .. } => "wait for the other run to end, or give another path",
            Self::Folder { .. } | Self::Create { .. } => "give a writable path with --journal, or use --no-journal",
            Self::Begin { .. } => "free disk space or raise the file size limit (`ulimit -f`), then run it again",
            Self::Write { .. } | Self::Broken { .. } => {
                "free disk space or raise the file size limit (`ulimit -f`), then resume the run"
            }
            Self::TooLong { .. } => "pass long texts as context instead of in the question or the settings",
            Self::Otherwise { .. } => "resume it with the release that wrote it, or fork the run at that step",
            Self::Encode { .. } => "this is a bug in rlm: report it with the steps to reproduce it",
        }
    }
}

/// An error of resuming a run's journal.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// The existing journal can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The journal can't be written to.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ResumeError {
    /// Returns the stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read(error) => error.code(),
            Self::Write(error) => error.code(),
        }
    }

    /// Returns a suggestion for the user on how to fix the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Read(error) => error.hint(),
            Self::Write(error) => error.hint(),
        }
    }
}
