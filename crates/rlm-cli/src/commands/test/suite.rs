//! Finds test cases in folders.

use std::io;
use std::path::{Path, PathBuf};

use rlm_cases::{Case, CaseFile, Snapshot, SnapshotKind};
use rlm_cli_output::failure::Failure;

/// The names of TOML files that are not test cases, in any folder.
const NO_CASES: [&str; 2] = ["rlm.toml", "Cargo.toml"];

/// A test case and its location.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The name of the test case: the path of its file relative to the searched folder, without its
    /// extension. If the file contains several cases, the case's own name follows.
    pub(crate) name: String,
    pub(crate) case: Case,
    /// The path of the test case's file.
    pub(crate) file: PathBuf,
    /// The stem with which the names of the test case's other files begin.
    stem: String,
}

/// A file whose test cases can't be parsed.
#[derive(Debug, Clone)]
pub(crate) struct InvalidCase {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) detail: String,
}

/// The test cases that were found, including invalid ones.
pub(crate) type Found = Vec<Result<Entry, InvalidCase>>;

impl Entry {
    /// Returns the folder that contains the test case's file.
    pub(crate) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// Returns the path of the test case's recording: the path that the case names, or by default
    /// one next to its file.
    pub(crate) fn recording(&self) -> PathBuf {
        match &self.case.recording {
            Some(path) => self.folder().join(path),
            None => self.folder().join(format!("{}.jsonl", self.stem)),
        }
    }

    /// Returns the path of a snapshot of the test case, by its kind.
    pub(crate) fn snapshot(&self, kind: SnapshotKind) -> PathBuf {
        self.folder()
            .join("snapshots")
            .join(Snapshot::file_name(&self.stem, kind))
    }
}

/// Finds the test cases in folders and files, sorted by path. If `filter` is not empty, returns
/// only cases whose names contain one of its texts.
///
/// # Errors
/// [`Failure::Cases`] if a path does not exist, or no case is found.
pub(crate) fn find(paths: &[PathBuf], filter: &[String]) -> Result<Found, Failure> {
    let mut found = Vec::new();
    for path in paths {
        let unreadable = |cause: io::Error| Failure::Cases {
            path: path.clone(),
            detail: format!("{cause}; give a folder with cases, or the file of a case"),
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
            detail: "no cases found; `rlm record RUN` creates one".to_owned(),
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

/// Lists the TOML files below a folder, sorted by path. Skips hidden files.
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
