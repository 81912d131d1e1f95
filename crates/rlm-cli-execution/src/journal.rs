//! Creates journals, and removes the journals of runs that did not start.

use std::fs;
use std::path::PathBuf;

use crate::stores;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::JournalPlace;
use rlm_cli_settings::environment::Environment;
use rlm_model::RunId;
use rlm_trace::{Journal, JournalOptions, JournalTexts};

/// Creates the journal of a run, which records the given kinds of texts. Call it after all other
/// checks, so that no empty journal is left behind.
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
        JournalPlace::Store => stores::runs(environment)?.create(id, options)?,
    })
}

/// Returns who owns the folder of a journal at the given location.
pub const fn folder(place: JournalPlace<'_>) -> Folder {
    match place {
        JournalPlace::File(_) => Folder::OfTheUser,
        JournalPlace::Store | JournalPlace::Nowhere => Folder::OfTheRun,
    }
}

/// The owner of the folder that contains a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The folder was created for the run.
    OfTheRun,
    /// The folder belongs to the user, and may contain other files.
    OfTheUser,
}

/// Removes the files of a run that did not start. The first file is the journal; nothing is removed
/// unless it is empty. A folder that was created for the run is removed too.
pub fn forget_unbegun(files: &[PathBuf], folder: Folder) {
    let Some(journal) = files
        .first()
        .filter(|journal| journal.metadata().is_ok_and(|file| file.len() == 0))
    else {
        return;
    };
    // Files that can't be removed do no harm.
    for file in files {
        let _ = fs::remove_file(file);
    }
    if let (Folder::OfTheRun, Some(folder)) = (folder, journal.parent()) {
        let _ = fs::remove_dir(folder);
    }
}
