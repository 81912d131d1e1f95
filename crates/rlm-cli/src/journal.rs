//! Journals: where they are kept, what commands find them by, and those of runs that did not begin.

use std::fs;
use std::path::{Path, PathBuf};

use rlm_model::RunId;
use rlm_store::RunStore;
use rlm_trace::{Journal, JournalOptions, JournalTexts};

use crate::console::one_line;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::folders;

/// Where a run's journal is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) enum JournalPlace<'p> {
    /// In the folder of runs.
    Store,
    /// In a file.
    File(&'p Path),
    /// Nowhere.
    Nowhere,
}

impl JournalPlace<'_> {
    /// Makes the journal, which holds these texts. That is done when all else is known to be right, so that none is left behind empty.
    ///
    /// # Errors
    /// [`Failure::Store`], [`Failure::WriteJournal`].
    pub(crate) fn create(self, id: &RunId, texts: JournalTexts, environment: &Environment) -> Result<Journal, Failure> {
        let options = JournalOptions {
            texts,
            ..JournalOptions::default()
        };
        Ok(match self {
            Self::Nowhere => Journal::in_memory(options),
            Self::File(path) => Journal::create(path, options)?,
            Self::Store => RunStore::open(folders::data(environment)?)?.create(id, options)?,
        })
    }

    /// Returns whose folder it lies in.
    pub(crate) const fn folder(self) -> Folder {
        match self {
            Self::File(_) => Folder::OfTheUser,
            Self::Store | Self::Nowhere => Folder::OfTheRun,
        }
    }
}

/// Returns by what `rlm trace` and `rlm resume` find a journal: its run's id, or its path where it is kept elsewhere.
pub(crate) fn found_by(journal: &Path) -> String {
    let folder = journal
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str());
    let id = folder.and_then(|name| name.parse::<RunId>().ok());
    match id.filter(|_| journal.ends_with("journal.jsonl")) {
        Some(id) => id.to_string(),
        None => one_line(&journal.to_string_lossy()),
    }
}

/// Whose folder a journal lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folder {
    /// One that was made for the run.
    OfTheRun,
    /// Another one.
    OfTheUser,
}

/// Removes the files of a run that did not begin: an empty journal, the first of them, says nothing. Its folder goes too where it is the
/// run's own.
pub(crate) fn forget_unbegun(files: &[PathBuf], folder: Folder) {
    let Some(journal) = files
        .first()
        .filter(|journal| journal.metadata().is_ok_and(|file| file.len() == 0))
    else {
        return;
    };
    // What can't be removed does no harm.
    for file in files {
        let _ = fs::remove_file(file);
    }
    if let (Folder::OfTheRun, Some(folder)) = (folder, journal.parent()) {
        let _ = fs::remove_dir(folder);
    }
}
