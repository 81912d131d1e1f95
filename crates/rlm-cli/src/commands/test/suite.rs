//! The cases of a folder.

use std::io;
use std::path::{Path, PathBuf};

use rlm_cases::{Case, CaseFile, Snapshot, SnapshotKind};
use rlm_cli_output::failure::Failure;

/// Files that are no cases, whatever folder they stand in.
const NO_CASES: [&str; 2] = ["rlm.toml", "Cargo.toml"];

/// A case, and where its files are.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The path of its file below the folder that was named, without its ending; where the file holds several, with its name there.
    pub(crate) name: String,
    pub(crate) case: Case,
    /// Its file.
    pub(crate) file: PathBuf,
    /// What its other files are called by.
    stem: String,
}

/// A file that can't be read as cases.
#[derive(Debug, Clone)]
pub(crate) struct InvalidCase {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) detail: String,
}

/// What a folder holds.
pub(crate) type Found = Vec<Result<Entry, InvalidCase>>;

impl Entry {
    /// Returns the folder in which the case stands.
    pub(crate) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// Returns the journal of its run: where the case says, or beside it.
    pub(crate) fn recording(&self) -> PathBuf {
        match &self.case.recording {
            Some(path) => self.folder().join(path),
            None => self.folder().join(format!("{}.jsonl", self.stem)),
        }
    }

    /// Returns the file of a snapshot.
    pub(crate) fn snapshot(&self, kind: SnapshotKind) -> PathBuf {
        self.folder()
            .join("snapshots")
            .join(Snapshot::file_name(&self.stem, kind))
    }
}

/// Finds the cases of folders and files, in the order of paths; those whose names hold one of `filter`, or all.
///
/// # Errors
/// [`Failure::Cases`] for what is not there, and where there is no case.
pub(crate) fn find(paths: &[PathBuf], filter: &[String]) -> Result<Found, Failure> {
    let mut found = Vec::new();
    for path in paths {
        let unreadable = |cause: io::Error| Failure::Cases {
            path: path.clone(),
            detail: format!("{cause}; name a folder with cases, or the file of one"),
        };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            let mut files = Vec::new();
            walk(path, &mut files).map_err(unreadable)?;
            for file in files {
                found.extend(read(path, &file));
            }
        } else {
            found.extend(read(path.parent().unwrap_or(Path::new("")), path));
        }
    }
    if found.is_empty() {
        return Err(Failure::Cases {
            path: paths.first().cloned().unwrap_or_default(),
            detail: "there is no case in it; `rlm record RUN` makes one".to_owned(),
        });
    }
    found.retain(|one| {
        let name = match one {
            Ok(entry) => &entry.name,
            Err(unusable) => &unusable.name,
        };
        filter.is_empty() || filter.iter().any(|text| name.contains(text))
    });
    Ok(found)
}

/// Lists the TOML files below a folder, in the order of paths; hidden ones are left out.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "toml") && !NO_CASES.contains(&&*name) {
            files.push(path);
        }
    }
    Ok(())
}

fn read(root: &Path, file: &Path) -> Found {
    let below = file.strip_prefix(root).unwrap_or(file).with_extension("");
    let name = below.to_string_lossy().replace('\\', "/");
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let unusable = |line, detail| {
        vec![Err(InvalidCase {
            name: name.clone(),
            file: file.to_owned(),
            line,
            detail,
        })]
    };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(cause) => return unusable(1, cause.to_string()),
    };
    match CaseFile::read(&text) {
        Err(error) => unusable(error.line, error.detail),
        Ok(read) => {
            let entries = read.cases.into_iter().map(|case| {
                let own = case.name.clone();
                Ok(Entry {
                    name: own.as_ref().map_or(name.clone(), |own| format!("{name}::{own}")),
                    stem: own.as_ref().map_or(stem.clone(), |own| format!("{stem}.{own}")),
                    file: file.to_owned(),
                    case,
                })
            });
            entries.collect()
        }
    }
}
