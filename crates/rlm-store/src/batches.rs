//! Batches on disk: which runs were begun for which questions.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rlm_model::{Digest, RunId};
use serde::{Deserialize, Serialize};

use crate::lease::{Holder, Lease};
use crate::records::Records;
use crate::{Kind, StoreError};

const RUNS: &str = "runs.jsonl";

/// The batches on disk, each known by the file that its answers go to. The answers stand there; a batch holds the ids of the runs that were
/// begun, so that what they spent is counted, and those that were killed are gone on with.
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

/// What is kept of a batch beside its runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct BatchRecord {
    answers: PathBuf,
}

/// A batch that this process carries out: nobody else can meanwhile.
#[derive(Debug)]
pub struct Batch {
    path: PathBuf,
    /// A line is added for each run.
    file: File,
    runs: Vec<BatchRun>,
    _lease: Lease,
}

/// A run of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRun {
    /// The id of its question, a string or a number.
    pub id: serde_json::Value,
    /// The run.
    pub run: RunId,
}

impl BatchStore {
    /// Opens the batches in the store's `folder`.
    ///
    /// # Errors
    /// [`StoreError::Folder`] where it can't be made.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        Records::open(folder.as_ref(), Kind::Batch).map(Self)
    }

    /// Takes up the batch whose answers go to a file, named from the root of the file system, or begins it. A last line that was cut off is
    /// removed.
    ///
    /// # Errors
    /// [`StoreError::InUse`] where another process carries it out, [`StoreError::Record`], [`StoreError::WriteRecord`].
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

    /// Forgets the batch whose answers went to a file; its runs stay.
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

    /// Returns the runs that were begun when it was taken up, in order.
    #[must_use]
    pub fn runs(&self) -> &[BatchRun] {
        &self.runs
    }

    /// Adds a run before it begins, so that what it spends is counted however it ends.
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

/// Paths are too long for names, and hold what names can't.
fn name(answers: &Path) -> String {
    Digest::of(answers.as_os_str().as_encoded_bytes()).short()
}
