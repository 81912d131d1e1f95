//! Sessions on disk: each records the runs of a conversation.

use std::path::Path;

use rlm_model::{Money, RunId, Tokens};
use rlm_trace::Millis;
use serde::{Deserialize, Serialize};

use crate::lease::{Holder, Lease};
use crate::records::Records;
use crate::{RecordKind, StoreError};

/// The store of sessions on disk. A session stores the ids of its runs and its budget. Messages,
/// session state and costs are stored only in the runs' journals.
///
/// ```
/// use rlm_store::{Holder, SessionRecord, SessionStore};
/// use rlm_trace::Millis;
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let store = SessionStore::open(folder)?;
/// store.create("minutes", &SessionRecord::default())?;
/// let holder = Holder { process: std::process::id(), since: Millis(1_795_232_875_000) };
/// let _lease = store.lease("minutes", holder)?;
///
/// // A run is added before it begins.
/// let mut record = store.read("minutes")?;
/// record.runs.push("20261121-034755-000000".parse()?);
/// store.replace("minutes", &record)?;
/// assert_eq!(store.read("minutes")?.runs.len(), 1);
/// assert!(store.remove("minutes", holder).is_err(), "somebody goes on with it");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SessionStore(Records<SessionRecord>);

/// The stored record of a session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionRecord {
    /// The time at which the session was created, in milliseconds since 1970.
    pub created: Millis,
    /// A title for people, if the session's name is an id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The budget of the session in US dollars; `None` for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cost_usd: Option<Money>,
    /// The budget of the session in tokens; `None` for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<Tokens>,
    /// The budget of the session in input tokens; `None` for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_input_tokens: Option<Tokens>,
    /// The budget of the session in output tokens; `None` for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<Tokens>,
    /// The maximum number of characters of earlier questions and answers in a prompt; `None` for the
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_chars: Option<u32>,
    /// Whether the variables that programs set are kept for later questions.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub persistent: bool,
    /// The context files of the session, as `[NAME=]PATH` with absolute paths.
    pub context: Vec<String>,
    /// The ids of the session's runs, in order. A run is added before it starts, so that its cost
    /// is counted even if it is killed.
    pub runs: Vec<RunId>,
}

impl SessionStore {
    /// Opens the store of sessions in `folder`.
    ///
    /// # Errors
    /// [`StoreError::Folder`] if it can't be created.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        Records::open(folder.as_ref(), RecordKind::Session).map(Self)
    }

    /// Adds a session to the store.
    ///
    /// # Errors
    /// [`StoreError::BadName`], [`StoreError::NameTaken`], [`StoreError::WriteRecord`].
    pub fn create(&self, name: &str, record: &SessionRecord) -> Result<(), StoreError> {
        self.0.create(name, record)
    }

    /// Reads the record of a session.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::Record`].
    pub fn read(&self, name: &str) -> Result<SessionRecord, StoreError> {
        self.0.read(name)
    }

    /// Returns whether there is a session with this name. An error of [`read`](Self::read) takes longer
    /// with each session in the store, since it names similar ones.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Replaces the record of a session. The caller should hold its lease.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::WriteRecord`].
    pub fn replace(&self, name: &str, record: &SessionRecord) -> Result<(), StoreError> {
        self.0.replace(name, record)
    }

    /// Takes the lease of a session, which allows the caller to continue it.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process holds it.
    pub fn lease(&self, name: &str, holder: Holder) -> Result<Lease, StoreError> {
        self.0.lease(name, holder)
    }

    /// Returns the names of all sessions, sorted.
    ///
    /// # Errors
    /// [`StoreError::List`].
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        self.0.names()
    }

    /// Removes a session from the store. Its runs are kept.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::InUse`], [`StoreError::WriteRecord`].
    pub fn remove(&self, name: &str, holder: Holder) -> Result<(), StoreError> {
        self.0.remove(name, holder)
    }
}
