//! Jobs on disk: questions to be answered later by any worker process.

use std::path::{Path, PathBuf};

use rlm_model::RunId;
use rlm_trace::Millis;
use serde::{Deserialize, Serialize};

use crate::lease::{Holder, Lease};
use crate::records::{Records, private};
use crate::{RecordKind, StoreError};

const CANCEL: &str = "cancel";

/// The store of jobs on disk. A worker holds the lease of its job. A job in state `RUNNING` without
/// a lease has lost its worker and is taken by the next one.
///
/// ```
/// use rlm_store::{Holder, JobRecord, JobState, JobStore};
/// use rlm_trace::Millis;
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let store = JobStore::open(folder)?;
/// let mut record = JobRecord { question: "Which orders are late?".to_owned(), ..JobRecord::default() };
/// store.create("20261121-034755-000000", &record)?;
/// let id = store.find("202611")?;
///
/// // A worker; no other can take this job until the lease is dropped.
/// let holder = Holder { process: std::process::id(), since: Millis(1_795_232_875_000) };
/// let lease = store.take(&id, holder)?.ok_or("another process has it")?;
/// assert!(store.take(&id, holder)?.is_none());
/// record.state = JobState::Complete;
/// store.replace(&id, &record)?;
/// drop(lease);
/// assert!(store.read(&id)?.state.is_over() && !store.is_held(&id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct JobStore(Records<JobRecord>);

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum JobState {
    /// The job waits for a worker.
    #[default]
    Pending,
    /// A worker has taken the job. It is active, or was killed.
    Running,
    /// The job has ended with an answer, complete or partial.
    Complete,
    /// The job has ended without an answer.
    Failed,
    /// The job was cancelled.
    Cancelled,
}

/// The stored record of a job.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct JobRecord {
    /// The state of the job.
    pub state: JobState,
    /// The time at which the job was submitted, in milliseconds since 1970.
    pub submitted: Millis,
    /// The time at which the job ended, in milliseconds since 1970. `None` if it has not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Millis>,
    /// The question that the job answers.
    pub question: String,
    /// The command line that submitted the job, with all of its settings except the question.
    pub arguments: Vec<String>,
    /// The working directory of the command line that submitted the job.
    pub folder: PathBuf,
    /// The command or URL to notify when the job ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_done: Option<String>,
    /// The ids of the job's runs, newest last. There are several if the run of a killed worker
    /// could not be resumed.
    pub runs: Vec<RunId>,
    /// The result of the job, as `rlm run --json` prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<serde_json::Value>,
}

impl JobState {
    /// Returns the displayed name of the state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Complete => "COMPLETE",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Returns `true` if the state is that of a job that has ended.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::Failed | Self::Cancelled)
    }
}

impl JobStore {
    /// Opens the store of jobs in `folder`.
    ///
    /// # Errors
    /// [`StoreError::Folder`] if it can't be created.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        Records::open(folder.as_ref(), RecordKind::Job).map(Self)
    }

    /// Adds a job to the store.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`], [`StoreError::WriteRecord`].
    pub fn create(&self, id: &str, record: &JobRecord) -> Result<(), StoreError> {
        self.0.create(id, record)
    }

    /// Reads the record of a job.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::Record`].
    pub fn read(&self, id: &str) -> Result<JobRecord, StoreError> {
        self.0.read(id)
    }

    /// Returns the ids of all jobs, in the order of their submission.
    ///
    /// # Errors
    /// [`StoreError::List`].
    pub fn ids(&self) -> Result<Vec<String>, StoreError> {
        self.0.names()
    }

    /// Returns the id of the job that `text` refers to: `last` for the newest job, an id, or a
    /// unique prefix of an id.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::List`].
    pub fn find(&self, text: &str) -> Result<String, StoreError> {
        let mut ids = self.ids()?;
        if text == "last"
            && let Some(last) = ids.pop()
        {
            return Ok(last);
        }
        let mut matches: Vec<String> = ids.into_iter().filter(|id| id.starts_with(text)).collect();
        match matches.as_slice() {
            [id] if !text.is_empty() => Ok(id.clone()),
            _ => {
                matches.truncate(3);
                Err(StoreError::NoSuchName {
                    kind: RecordKind::Job,
                    name: text.chars().take(80).collect(),
                    near: matches,
                })
            }
        }
    }

    /// Takes the lease of a job for a worker. Returns `None` if another process holds it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::WriteRecord`].
    pub fn take(&self, id: &str, holder: Holder) -> Result<Option<Lease>, StoreError> {
        match self.0.lease(id, holder) {
            Ok(lease) => Ok(Some(lease)),
            Err(StoreError::InUse { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces the record of a job. The caller should hold its lease.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::WriteRecord`].
    pub fn replace(&self, id: &str, record: &JobRecord) -> Result<(), StoreError> {
        self.0.replace(id, record)
    }

    /// Returns `true` if a worker holds the lease of a job.
    #[must_use]
    pub fn is_held(&self, id: &str) -> bool {
        self.0.is_held(id)
    }

    /// Requests that the worker of a job cancel it.
    ///
    /// # Errors
    /// [`StoreError::WriteRecord`].
    pub fn ask_to_cancel(&self, id: &str) -> Result<(), StoreError> {
        let path = self.0.folder(id).join(CANCEL);
        private()
            .open(&path)
            .map(drop)
            .map_err(|source| StoreError::WriteRecord { path, source })
    }

    /// Returns `true` if the worker of a job was requested to cancel it.
    #[must_use]
    pub fn is_asked_to_cancel(&self, id: &str) -> bool {
        self.0.folder(id).join(CANCEL).exists()
    }

    /// Returns the path of a job's folder, in which its worker can write files in addition to the
    /// record.
    #[must_use]
    pub fn folder(&self, id: &str) -> PathBuf {
        self.0.folder(id)
    }
}
