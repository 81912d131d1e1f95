//! Sessions on disk: which runs belong to a conversation.

use std::path::Path;

use rlm_model::{Money, RunId, Tokens};
use rlm_trace::Millis;
use serde::{Deserialize, Serialize};

use crate::lease::{Holder, Lease};
use crate::records::Records;
use crate::{Kind, StoreError};

/// The sessions on disk. A session holds the ids of its runs and what it may use; what was said, remembered and spent stands in the
/// runs' journals and nowhere else.
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

/// What is kept of a session.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionRecord {
    /// When it was made, in milliseconds since 1970.
    pub created: Millis,
    /// The money that it may spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cost_usd: Option<Money>,
    /// The tokens that it may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<Tokens>,
    /// The files that it is about, as `[NAME=]PATH` from the root of the file system.
    pub context: Vec<String>,
    /// Its runs, in order. One is added before it begins, so that what it spends is counted however it ends.
    pub runs: Vec<RunId>,
}

impl SessionStore {
    /// Opens the sessions in the store's `folder`.
    ///
    /// # Errors
    /// [`StoreError::Folder`] where it can't be made.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        Records::open(folder.as_ref(), Kind::Session).map(Self)
    }

    /// Adds a session.
    ///
    /// # Errors
    /// [`StoreError::BadName`], [`StoreError::NameTaken`], [`StoreError::WriteRecord`].
    pub fn create(&self, name: &str, record: &SessionRecord) -> Result<(), StoreError> {
        self.0.create(name, record)
    }

    /// Reads a session.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::Record`].
    pub fn read(&self, name: &str) -> Result<SessionRecord, StoreError> {
        self.0.read(name)
    }

    /// Replaces a session. Its lease should be held.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::WriteRecord`].
    pub fn replace(&self, name: &str, record: &SessionRecord) -> Result<(), StoreError> {
        self.0.replace(name, record)
    }

    /// Takes the right to go on with a session.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another process has it.
    pub fn lease(&self, name: &str, holder: Holder) -> Result<Lease, StoreError> {
        self.0.lease(name, holder)
    }

    /// Returns the names of all sessions, in order.
    ///
    /// # Errors
    /// [`StoreError::List`].
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        self.0.names()
    }

    /// Removes a session. Its runs stay.
    ///
    /// # Errors
    /// [`StoreError::NoSuchName`], [`StoreError::InUse`], [`StoreError::WriteRecord`].
    pub fn remove(&self, name: &str, holder: Holder) -> Result<(), StoreError> {
        self.0.remove(name, holder)
    }
}
