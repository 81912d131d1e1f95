//! Records of sessions, jobs and batches on disk. Each is a folder with a lease and one file, which
//! is replaced atomically.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::lease::{Holder, Lease};
use crate::{RecordKind, StoreError};

/// The maximum length of a record's name, in characters.
const MOST_NAME: usize = 64;
const MOST_NEAR: usize = 3;
/// The prefix of the names of folders under construction. No valid record name starts with it.
const UNFINISHED: &str = ".new-";

/// The store of all records of one kind: sessions, jobs or batches.
#[derive(Debug, Clone)]
pub(crate) struct Records<T> {
    folder: PathBuf,
    kind: RecordKind,
    record: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Records<T> {
    /// Opens the store of records in a subfolder of `folder`, which is created if missing.
    pub(crate) fn open(folder: &Path, kind: RecordKind) -> Result<Self, StoreError> {
        let folder = folder.join(kind.folder());
        make_folder(&folder, true)?;
        Ok(Self {
            folder,
            kind,
            record: PhantomData,
        })
    }

    /// Adds a record with an unused name, atomically.
    pub(crate) fn create(&self, name: &str, record: &T) -> Result<(), StoreError> {
        self.check_name(name)?;
        let taken = || StoreError::NameTaken {
            kind: self.kind,
            name: name.to_owned(),
        };
        let folder = self.folder.join(name);
        if folder.exists() {
            return Err(taken());
        }
        let unfinished = self.folder.join(format!("{UNFINISHED}{name}-{}", std::process::id()));
        make_folder(&unfinished, false)?;
        let moved = write(&unfinished.join(self.kind.file()), record).and_then(|()| {
            // A rename never replaces a folder that isn't empty.
            fs::rename(&unfinished, &folder).map_err(|source| match source.kind() {
                io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => taken(),
                _ => StoreError::Folder {
                    path: folder.clone(),
                    source,
                },
            })
        });
        moved.inspect_err(|_| {
            // The unfinished folder contains nothing worth keeping.
            let _ = fs::remove_dir_all(&unfinished);
        })
    }

    /// Reads the record with a name.
    pub(crate) fn read(&self, name: &str) -> Result<T, StoreError> {
        let folder = self.existing(name)?;
        let path = folder.join(self.kind.file());
        let damaged = |detail: String| StoreError::Record {
            path: path.clone(),
            detail,
        };
        let text = fs::read(&path).map_err(|error| damaged(error.to_string()))?;
        serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))
    }

    /// Replaces a record atomically: concurrent readers see either the old or the new one.
    pub(crate) fn replace(&self, name: &str, record: &T) -> Result<(), StoreError> {
        write(&self.existing(name)?.join(self.kind.file()), record)
    }

    /// Returns the names of all records, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>, StoreError> {
        let error = |source| StoreError::List {
            path: self.folder.clone(),
            source,
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(error)? {
            let entry = entry.map_err(error)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if is_name(&name) && entry.path().join(self.kind.file()).is_file() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Removes the record with a name, and its folder.
    pub(crate) fn remove(&self, name: &str, holder: Holder) -> Result<(), StoreError> {
        let lease = self.lease(name, holder)?;
        let folder = self.folder.join(name);
        let removed = fs::remove_dir_all(&folder).map_err(|source| StoreError::WriteRecord { path: folder, source });
        drop(lease);
        removed
    }

    /// Takes the lease of the record with a name.
    pub(crate) fn lease(&self, name: &str, holder: Holder) -> Result<Lease, StoreError> {
        Lease::take(&self.existing(name)?, holder)?.map_err(|by| StoreError::InUse {
            kind: self.kind,
            name: name.to_owned(),
            by,
        })
    }

    /// Returns `true` if a process holds the lease of a record.
    pub(crate) fn is_held(&self, name: &str) -> bool {
        Lease::is_held(&self.folder.join(name))
    }

    /// Returns the path of a record's folder, whether or not it exists.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Returns whether there is a record with a name.
    pub(crate) fn contains(&self, name: &str) -> bool {
        is_name(name) && self.folder.join(name).join(self.kind.file()).is_file()
    }

    fn existing(&self, name: &str) -> Result<PathBuf, StoreError> {
        self.check_name(name)?;
        if self.contains(name) {
            return Ok(self.folder.join(name));
        }
        let mut near = self.names()?;
        near.retain(|other| other.contains(name) || name.contains(other.as_str()));
        near.truncate(MOST_NEAR);
        Err(StoreError::NoSuchName {
            kind: self.kind,
            name: name.to_owned(),
            near,
        })
    }

    fn check_name(&self, name: &str) -> Result<(), StoreError> {
        if is_name(name) {
            return Ok(());
        }
        Err(StoreError::BadName {
            kind: self.kind,
            name: name.chars().take(MOST_NAME).collect(),
        })
    }
}

/// Returns `true` if a record name is a valid folder name on any system: not a path, and not
/// hidden.
fn is_name(name: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.');
    (1..=MOST_NAME).contains(&name.len()) && name.chars().all(is_plain) && !name.starts_with('.')
}

/// Writes a record to a file atomically: writes a temporary file next to it and renames that.
fn write<T: Serialize>(path: &Path, record: &T) -> Result<(), StoreError> {
    let error = |source| StoreError::WriteRecord {
        path: path.to_owned(),
        source,
    };
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let write = || {
        let mut text = serde_json::to_vec_pretty(record).map_err(io::Error::from)?;
        text.push(b'\n');
        let mut file = private().open(&beside)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(error)?;
    sync_folder(path);
    Ok(())
}

/// Syncs the folder of a file to disk, ignoring errors. If a power failure undoes a rename that
/// isn't on disk yet, the old record is intact.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

/// Returns options that create or truncate a file for writing, accessible only by its owner.
pub(crate) fn private() -> OpenOptions {
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open
}

fn make_folder(path: &Path, recursive: bool) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    crate::private::owner_only(builder.recursive(recursive))
        .create(path)
        .map_err(|source| StoreError::Folder {
            path: path.to_owned(),
            source,
        })
}
