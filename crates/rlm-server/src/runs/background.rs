//! Runs in the background: a file for each that has not ended, from which it is resumed after the
//! process has ended before it.

use std::fs;
use std::io;
use std::path::PathBuf;

use rlm_model::RunId;
use serde::{Deserialize, Serialize};

use crate::runs::question::Question;
use crate::store::private_file;

/// A run in the background.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct BackgroundRun {
    /// The session that the run belongs to.
    pub(crate) session: Option<String>,
    /// The question, from which the run starts again if nothing is in its journal. Without it, the run
    /// can only be resumed.
    pub(crate) question: Option<Question>,
}

/// The runs of a tenant in the background that have not ended. All functions block.
#[derive(Clone)]
pub(crate) struct BackgroundRuns {
    folder: PathBuf,
}

impl BackgroundRuns {
    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(crate) fn put(&self, id: &RunId, run: &BackgroundRun) -> io::Result<()> {
        let text = serde_json::to_string(run)?;
        private_file::write(&self.path(id), text.as_bytes())
    }

    /// Removes a run that has ended. Does nothing if there is no such run.
    pub(crate) fn remove(&self, id: &RunId) {
        // A file that remains names a run that has ended, and is removed at the next start.
        let _ = fs::remove_file(self.path(id));
    }

    pub(crate) fn contains(&self, id: &RunId) -> bool {
        self.path(id).exists()
    }

    /// Returns the runs in the order of their ids, which is that of their starts.
    pub(crate) fn list(&self) -> Vec<(RunId, BackgroundRun)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut runs: Vec<_> = entries
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let id = name.strip_suffix(".json")?.parse().ok()?;
                let run = serde_json::from_slice(&fs::read(entry.path()).ok()?).ok()?;
                Some((id, run))
            })
            .collect();
        runs.sort_by(|(one, _): &(RunId, _), (other, _)| one.as_str().cmp(other.as_str()));
        runs
    }

    fn path(&self, id: &RunId) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}
