//! Journals: what commands find them by, and those of runs that did not begin.

use std::fs;
use std::path::{Path, PathBuf};

use rlm_model::RunId;

use crate::console::one_line;

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
