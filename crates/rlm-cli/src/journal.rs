//! Journals of runs that did not begin.

use std::fs;
use std::path::PathBuf;

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
