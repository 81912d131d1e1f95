//! The files of an index: in memory, or parts of one file on disk that are read where they are needed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, FileSlice, Lock, OwnedBytes, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

/// Files by their names. What is written to it stays in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(Arc<Mutex<BTreeMap<PathBuf, FileSlice>>>);

impl Files {
    pub(crate) fn of(files: impl IntoIterator<Item = (PathBuf, FileSlice)>) -> Self {
        Self(Arc::new(Mutex::new(files.into_iter().collect())))
    }

    pub(crate) fn put(&self, name: &str, bytes: Vec<u8>) {
        self.lock().insert(name.into(), FileSlice::from(bytes));
    }

    pub(crate) fn get(&self, name: &Path) -> Option<FileSlice> {
        self.lock().get(name).cloned()
    }

    /// Returns all files, by name.
    pub(crate) fn all(&self) -> Vec<(PathBuf, FileSlice)> {
        let files = self.lock();
        files
            .iter()
            .map(|(name, bytes)| (name.clone(), bytes.clone()))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PathBuf, FileSlice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match self.get(path) {
            Some(file) => Ok(Arc::new(file)),
            None => Err(OpenReadError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        match self.lock().remove(path) {
            Some(_) => Ok(()),
            None => Err(DeleteError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.lock().contains_key(path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        if self.lock().contains_key(path) {
            return Err(OpenWriteError::FileAlreadyExists(path.to_owned()));
        }
        Ok(WritePtr::new(Box::new(Draft {
            path: path.to_owned(),
            bytes: Vec::new(),
            files: self.clone(),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let file = self
            .get(path)
            .ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))?;
        let bytes = file.read_bytes();
        let bytes = bytes.map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))?;
        Ok(bytes.as_slice().to_vec())
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.lock().insert(path.to_owned(), FileSlice::from(data.to_vec()));
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// Nobody else knows of these files.
    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// A file that is being written.
struct Draft {
    path: PathBuf,
    bytes: Vec<u8>,
    files: Files,
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Draft {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.shrink_to_fit();
        self.files.lock().insert(self.path.clone(), FileSlice::from(bytes));
        Ok(())
    }
}

/// A file that is read where it is needed. It is not mapped: whoever truncates it brings about an error and no more.
pub(crate) struct OnDisk {
    file: Mutex<File>,
    length: usize,
}

impl OnDisk {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self {
            file: Mutex::new(file),
            length,
        })
    }

    /// Returns a part of the file.
    pub(crate) fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        if range.start > range.end || range.end > self.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; range.end - range.start];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl fmt::Debug for OnDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDisk")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl HasLen for OnDisk {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for OnDisk {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.read(range).map(OwnedBytes::new)
    }
}
