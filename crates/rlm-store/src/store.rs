//! The store of runs on disk: creates, lists and finds them.

use std::cmp::Reverse;
use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rlm_model::RunId;
use rlm_trace::{
    Ending, Journal, JournalOptions, JournalReader, JournalTail, ReadError, RecordedRun, Summary, SummaryFold,
};

use crate::StoreError;
use crate::copies::bring_up_to_date;
use crate::private::owner_only;
use crate::shared::{Hold, JournalLog};
use crate::shipping::Shipping;

const RUNS: &str = "runs";
const JOURNAL: &str = "journal.jsonl";
const MOST_NEAR: usize = 3;
const MOST_MATCHES: usize = 5;

/// The store of runs on disk. Each run is a folder with a journal.
///
/// ```
/// use rlm_store::{RunStore, StoreError};
/// use rlm_trace::JournalOptions;
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let store = RunStore::open(folder)?;
/// for id in ["20261121-034755-000000", "20261122-081530-000000"] {
///     store.create(&id.parse()?, JournalOptions::default())?;
/// }
/// assert_eq!(store.find("last")?.id, store.ids()?.first().cloned());
/// assert!(store.find("2026112").is_err(), "it could be either");
/// let listed = store.list()?;
/// assert_eq!(listed[0].id.as_str(), "20261122-081530-000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RunStore {
    runs: PathBuf,
    /// The journals that several machines share. The folder then has copies.
    log: Option<Arc<dyn JournalLog>>,
}

/// A run in a listing, with data that is computed from its journal.
#[derive(Debug)]
pub struct RunEntry {
    /// The id of the run, which is also the name of its folder.
    pub id: RunId,
    /// The path of the run's journal.
    pub journal: PathBuf,
    /// The summary of the journal's readable part: models, question, result and cost.
    pub summary: Summary,
    /// The way in which the journal ends; `None` if it couldn't be read to its end.
    pub ending: Option<Ending>,
    /// The error of reading the journal, if it is damaged.
    pub damage: Option<ReadError>,
}

/// A run that [`RunStore::find`] has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRun {
    /// The run's id; `None` if the journal was given by its path.
    pub id: Option<RunId>,
    /// The path of the run's journal.
    pub journal: PathBuf,
}

impl RunStore {
    /// Opens the store of runs in `folder`, which is created if missing.
    ///
    /// # Errors
    /// [`StoreError::Folder`] if it can't be created.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        let runs = folder.as_ref().join(RUNS);
        owner_only(DirBuilder::new().recursive(true))
            .create(&runs)
            .map_err(|source| StoreError::Folder {
                path: runs.clone(),
                source,
            })?;
        Ok(Self { runs, log: None })
    }

    /// Returns the store with journals that several machines share. The folder then has copies of them,
    /// and of nothing else.
    #[must_use]
    pub fn with_log(self, log: Arc<dyn JournalLog>) -> Self {
        Self { log: Some(log), ..self }
    }

    /// Removes a run with its journal, unless a process is writing it. Returns `false` if one is.
    ///
    /// # Errors
    /// [`StoreError::WriteRecord`].
    pub fn remove(&self, id: &RunId) -> Result<bool, StoreError> {
        if self.is_running(id) || !self.log.as_ref().map_or(Ok(true), |log| log.remove(id))? {
            return Ok(false);
        }
        let folder = self.runs.join(id.as_str());
        match fs::remove_dir_all(&folder) {
            // This machine may have no copy.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.log.is_some() => Ok(true),
            removed => removed
                .map(|()| true)
                .map_err(|source| StoreError::WriteRecord { path: folder, source }),
        }
    }

    /// Returns `true` if a process is writing the journal of a run.
    #[must_use]
    pub fn is_running(&self, id: &RunId) -> bool {
        match &self.log {
            // A store that can't be reached doesn't tell; nothing is removed then.
            Some(log) => log.is_held(id).unwrap_or(true),
            None => JournalTail::open(self.journal_path(id)).is_ok_and(|tail| tail.is_being_written()),
        }
    }

    /// Returns the time of the last event of a run; `None` if its journal can't be read.
    #[must_use]
    pub fn last_written(&self, id: &RunId) -> Option<SystemTime> {
        std::fs::metadata(self.journal_path(id)).ok()?.modified().ok()
    }

    /// Creates the folder of a new run and its journal. If two processes use the same id, only one
    /// succeeds.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Folder`], [`StoreError::Journal`], [`StoreError::Shared`].
    pub fn create(&self, id: &RunId, options: JournalOptions) -> Result<Journal, StoreError> {
        let folder = self.runs.join(id.as_str());
        owner_only(&mut DirBuilder::new())
            .create(&folder)
            .map_err(|source| match source.kind() {
                io::ErrorKind::AlreadyExists => StoreError::Exists { id: id.clone() },
                _ => StoreError::Folder {
                    path: folder.clone(),
                    source,
                },
            })?;
        let Some(log) = &self.log else {
            return Ok(Journal::create(self.journal_path(id), options)?);
        };
        let hold = log.create(id).inspect_err(|_| {
            // The folder is empty.
            let _ = fs::remove_dir(&folder);
        })?;
        let journal = Journal::create(self.journal_path(id), options)?;
        self.shipped(journal, log, hold, 0)
    }

    /// Opens the journal of a run to append to it, and returns its events. Other processes can't do so
    /// until the journal is dropped.
    ///
    /// # Errors
    /// [`StoreError::Resume`], [`StoreError::Shared`].
    pub fn resume(&self, id: &RunId, options: JournalOptions) -> Result<(Journal, RecordedRun), StoreError> {
        let Some(log) = &self.log else {
            return Ok(Journal::resume(self.journal_path(id), options)?);
        };
        let hold = log.claim(id)?;
        let path = self.journal_path(id);
        let opened = bring_up_to_date(&**log, id, &path).and_then(|()| Ok(Journal::resume(path, options)?));
        let (journal, recorded) = opened.inspect_err(|_| {
            // It ends by itself, if this fails.
            let _ = log.release(&hold);
        })?;
        let after = recorded.records.len() as u64;
        Ok((self.shipped(journal, log, hold, after)?, recorded))
    }

    fn shipped(
        &self,
        journal: Journal,
        log: &Arc<dyn JournalLog>,
        hold: Hold,
        after: u64,
    ) -> Result<Journal, StoreError> {
        let shipping = Shipping::start(Arc::clone(log), hold, after);
        let shipping = shipping.map_err(|source| StoreError::Folder {
            path: self.runs.clone(),
            source,
        })?;
        Ok(journal.with_second(Arc::new(shipping)))
    }

    /// Returns the path of a run's journal, which has all lines that any machine has written.
    ///
    /// # Errors
    /// [`StoreError::Shared`], [`StoreError::WriteRecord`].
    pub fn journal(&self, id: &RunId) -> Result<PathBuf, StoreError> {
        let path = self.journal_path(id);
        if let Some(log) = &self.log {
            bring_up_to_date(&**log, id, &path)?;
        }
        Ok(path)
    }

    /// Returns the path of a run's journal in the folder, whether or not it exists. Runs that several
    /// machines share may have lines that it lacks; see [`journal`](Self::journal).
    #[must_use]
    pub fn journal_path(&self, id: &RunId) -> PathBuf {
        self.runs.join(id.as_str()).join(JOURNAL)
    }

    /// Returns the ids of all runs, newest first, without reading their journals.
    ///
    /// # Errors
    /// [`StoreError::List`], [`StoreError::Shared`].
    pub fn ids(&self) -> Result<Vec<RunId>, StoreError> {
        if let Some(log) = &self.log {
            return Ok(log.runs()?);
        }
        let error = |source| StoreError::List {
            path: self.runs.clone(),
            source,
        };
        let mut ids: Vec<RunId> = Vec::new();
        for entry in fs::read_dir(&self.runs).map_err(error)? {
            let entry = entry.map_err(error)?;
            let name = entry.file_name();
            // Other files in the folder don't belong to the store.
            let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            if entry.file_type().map_err(error)?.is_dir() {
                ids.push(id);
            }
        }
        ids.sort_by(|a, b| b.cmp(a));
        Ok(ids)
    }

    /// Reads the journals of all runs, and returns the runs newest first. A damaged journal is
    /// listed with its damage.
    ///
    /// # Errors
    /// [`StoreError::List`] if the folder itself can't be read.
    pub fn list(&self) -> Result<Vec<RunEntry>, StoreError> {
        Ok(self.ids()?.into_iter().map(|id| self.entry(id)).collect())
    }

    /// Reads the journal of one run, and returns the run as in a listing.
    #[must_use]
    pub fn entry(&self, id: RunId) -> RunEntry {
        // What can't be brought up to date is read as far as it is here.
        let journal = self.journal(&id).unwrap_or_else(|_| self.journal_path(&id));
        let mut fold = SummaryFold::default();
        let (ending, damage) = match read(&journal, &mut fold) {
            Ok(ending) => (ending, None),
            Err(damage) => (None, Some(damage)),
        };
        RunEntry {
            id,
            journal,
            summary: fold.summary(),
            ending,
            damage,
        }
    }

    /// Finds the journal that `text` refers to: `last` for the newest run, an id, a unique prefix
    /// of an id, or the path of a journal or its folder.
    ///
    /// # Errors
    /// [`StoreError::NoRuns`], [`StoreError::NotFound`] with the most similar runs,
    /// [`StoreError::Ambiguous`] with the matching runs, [`StoreError::List`].
    pub fn find(&self, text: &str) -> Result<FoundRun, StoreError> {
        let ids = self.ids()?;
        let text = text.trim();
        if text == "last" {
            let no_runs = || StoreError::NoRuns {
                path: self.runs.clone(),
            };
            return self.found(ids.into_iter().next().ok_or_else(no_runs)?);
        }
        if let Some(id) = ids.iter().find(|id| id.as_str() == text) {
            return self.found(id.clone());
        }
        if let Some(journal) = journal_at(Path::new(text)) {
            return Ok(FoundRun { id: None, journal });
        }
        let matches: Vec<&RunId> = ids.iter().filter(|id| id.as_str().starts_with(text)).collect();
        match matches.as_slice() {
            [id] if !text.is_empty() => self.found(RunId::clone(id)),
            [_, _, ..] if !text.is_empty() => Err(StoreError::Ambiguous {
                text: text.to_owned(),
                count: matches.len(),
                matches: matches.into_iter().take(MOST_MATCHES).cloned().collect(),
            }),
            _ => Err(StoreError::NotFound {
                text: text.chars().take(80).collect(),
                near: nearest(text, ids),
            }),
        }
    }

    fn found(&self, id: RunId) -> Result<FoundRun, StoreError> {
        let journal = self.journal(&id)?;
        Ok(FoundRun { id: Some(id), journal })
    }
}

fn read(journal: &Path, fold: &mut SummaryFold) -> Result<Option<Ending>, ReadError> {
    let mut reader = JournalReader::open(journal)?;
    for record in reader.by_ref() {
        fold.add(&record?);
    }
    Ok(reader.ending())
}

/// Returns the path of the journal at a path, which is the journal itself or a folder that contains
/// it.
fn journal_at(path: &Path) -> Option<PathBuf> {
    let kind = fs::metadata(path).ok()?.file_type();
    if !kind.is_dir() {
        return Some(path.to_owned());
    }
    let inside = path.join(JOURNAL);
    inside.is_file().then_some(inside)
}

/// Returns the ids that contain `text`. If there are none, returns those that share its first four
/// characters, most similar first. `ids` must be sorted from newest to oldest.
fn nearest(text: &str, ids: Vec<RunId>) -> Vec<RunId> {
    if text.is_empty() {
        return Vec::new();
    }
    let holding: Vec<RunId> = ids
        .iter()
        .filter(|id| id.as_str().contains(text))
        .take(MOST_NEAR)
        .cloned()
        .collect();
    if !holding.is_empty() {
        return holding;
    }
    let begins_alike = |id: &RunId| {
        id.as_str()
            .chars()
            .zip(text.chars())
            .take(4)
            .filter(|(a, b)| a == b)
            .count()
            == 4
    };
    let alike = |id: &RunId| id.as_str().chars().zip(text.chars()).filter(|(a, b)| a == b).count();
    let mut near: Vec<RunId> = ids.into_iter().filter(begins_alike).collect();
    near.sort_by_key(|id| Reverse(alike(id)));
    near.truncate(MOST_NEAR);
    near
}
