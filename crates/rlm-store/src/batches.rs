//! Batches on disk: each records the runs that were started for its questions.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rlm_model::{Digest, RunId};
use serde::{Deserialize, Serialize};

use crate::lease::{Holder, Lease};
use crate::records::Records;
use crate::{RecordKind, StoreError};

const RUNS: &str = "runs.jsonl";

/// The store of batches on disk, each identified by its answers file. Answers are stored in that
/// file. A batch stores the ids of the started runs, so that their cost is counted and killed runs
/// are resumed.
///
/// ```
/// use rlm_store::{BatchRun, BatchStore, Holder};
/// use rlm_trace::Millis;
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let store = BatchStore::open(folder)?;
/// let answers = folder.join("answers.jsonl");
/// let holder = Holder { process: std::process::id(), since: Millis(1_795_232_875_000) };
/// let batch = store.take(&answers, holder)?;
/// batch.begin(&BatchRun { id: "q-7".into(), run: "20261121-034755-000000".parse()? })?;
/// drop(batch); // as at the end of a process
///
/// assert_eq!(store.take(&answers, holder)?.runs()[0].id, "q-7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct BatchStore(Records<BatchRecord>);

/// The stored record of a batch, without the runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct BatchRecord {
    answers: PathBuf,
}

/// A batch whose lease this process holds, so that no other process can continue it.
#[derive(Debug)]
pub struct Batch {
    path: PathBuf,
    /// The file of the batch's runs, one line per run.
    file: File,
    runs: Vec<BatchRun>,
    _lease: Lease,
}

/// A run that was started for a question of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRun {
    /// The id of the question, which is a string or a number.
    pub id: serde_json::Value,
    /// The id of the run.
    pub run: RunId,
}

impl BatchStore {
    /// Opens the store of batches in `folder`.
    ///
    /// # Errors
    /// [`StoreError::Folder`] if it can't be created.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        Records::open(folder.as_ref(), RecordKind::Batch).map(Self)
    }

    /// Opens the batch of an answers file, given as an absolute path, or creates it. A truncated
    /// last line of its list of runs is removed.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process holds it, [`StoreError::Record`],
    /// [`StoreError::WriteRecord`].
    pub fn take(&self, answers: &Path, holder: Holder) -> Result<Batch, StoreError> {
        let name = name(answers);
        let record = BatchRecord {
            answers: answers.to_owned(),
        };
        match self.0.create(&name, &record) {
            Ok(()) | Err(StoreError::NameTaken { .. }) => {}
            Err(error) => return Err(error),
        }
        let lease = self.0.lease(&name, holder)?;
        Batch::open(self.0.folder(&name).join(RUNS), lease)
    }

    /// Removes the record of a batch, given by its answers file. The runs of the batch are kept.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::WriteRecord`].
    pub fn forget(&self, answers: &Path, holder: Holder) -> Result<(), StoreError> {
        match self.0.remove(&name(answers), holder) {
            Err(StoreError::NoSuchName { .. }) => Ok(()),
            removed => removed,
        }
    }
}

impl Batch {
    fn open(path: PathBuf, lease: Lease) -> Result<Self, StoreError> {
        let unwritable = |source| StoreError::WriteRecord {
            path: path.clone(),
            source,
        };
        let mut open = OpenOptions::new();
        open.create(true).read(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
        let mut file = open.open(&path).map_err(unwritable)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(unwritable)?;
        let whole = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
        if whole < text.len() {
            file.set_len(whole as u64).map_err(unwritable)?;
        }
        let lines = text.get(..whole).unwrap_or_default().lines();
        let runs = lines.map(serde_json::from_str).collect::<Result<_, _>>();
        let runs = runs.map_err(|error| StoreError::Record {
            path: path.clone(),
            detail: error.to_string(),
        })?;
        Ok(Self {
            path,
            file,
            runs,
            _lease: lease,
        })
    }

    /// Returns the runs of the batch that were started before this process opened it, in order.
    #[must_use]
    pub fn runs(&self) -> &[BatchRun] {
        &self.runs
    }

    /// Adds a run to the batch. Call this before the run starts, so that its cost is counted even
    /// if it is killed.
    ///
    /// # Errors
    /// [`StoreError::WriteRecord`].
    pub fn begin(&self, run: &BatchRun) -> Result<(), StoreError> {
        let write = || {
            let mut line = serde_json::to_string(run)?;
            line.push('\n');
            (&self.file).write_all(line.as_bytes())?;
            self.file.sync_data()
        };
        write().map_err(|source| StoreError::WriteRecord {
            path: self.path.clone(),
            source,
        })
    }
}

/// Returns the name of a batch's folder. It is a digest, because the path of the answers file may
/// be too long for a name or contain forbidden characters.
fn name(answers: &Path) -> String {
    Digest::of(answers.as_os_str().as_encoded_bytes()).short()
}
