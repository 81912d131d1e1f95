//! Journals: where they are kept, and those of runs that did not begin.

use std::fs;
use std::path::PathBuf;

use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::JournalPlace;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::folders;
use rlm_model::RunId;
use rlm_store::RunStore;
use rlm_trace::{Journal, JournalOptions, JournalTexts};

/// Makes the journal, which holds these texts. That is done when all else is known to be right, so that none is left behind empty.
///
/// # Errors
/// [`Failure::Store`], [`Failure::WriteJournal`].
pub fn create(
    place: JournalPlace<'_>,
    id: &RunId,
    texts: JournalTexts,
    environment: &Environment,
) -> Result<Journal, Failure> {
    let options = JournalOptions {
        texts,
        ..JournalOptions::default()
    };
    Ok(match place {
        JournalPlace::Nowhere => Journal::in_memory(options),
        JournalPlace::File(path) => Journal::create(path, options)?,
        JournalPlace::Store => RunStore::open(folders::data(environment)?)?.create(id, options)?,
    })
}

/// Returns whose folder it lies in.
pub const fn folder(place: JournalPlace<'_>) -> Folder {
    match place {
        JournalPlace::File(_) => Folder::OfTheUser,
        JournalPlace::Store | JournalPlace::Nowhere => Folder::OfTheRun,
    }
}

/// Whose folder a journal lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// One that was made for the run.
    OfTheRun,
    /// Another one.
    OfTheUser,
}

/// Removes the files of a run that did not begin: an empty journal, the first of them, says nothing. Its folder goes too where it is the
/// run's own.
pub fn forget_unbegun(files: &[PathBuf], folder: Folder) {
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
