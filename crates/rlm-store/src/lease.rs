//! Leases: the exclusive right of one process to write in a folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use rlm_trace::Millis;
use serde::{Deserialize, Serialize};

use crate::StoreError;

const FILE: &str = "lease.json";

/// The process that holds a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process id of the holder.
    pub process: u32,
    /// The time at which the process took the lease, in milliseconds since 1970.
    pub since: Millis,
}

/// The exclusive right of this process to write in a folder, until dropped. It is a file lock,
/// which the operating system releases when the process ends, even if it is killed.
#[derive(Debug)]
#[must_use = "the folder is free again when it is dropped"]
pub struct Lease {
    file: File,
}

impl Lease {
    /// Takes the lease of a folder. Returns an inner error if another process holds the lease, with
    /// that holder if known.
    pub(crate) fn take(folder: &Path, holder: Holder) -> Result<Result<Self, Option<Holder>>, StoreError> {
        let path = folder.join(FILE);
        let error = |source| StoreError::WriteRecord {
            path: path.clone(),
            source,
        };
        let mut open = OpenOptions::new();
        let open = open.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(open, 0o600);
        let mut file = open.open(&path).map_err(error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                return Ok(Err(serde_json::from_str(&text).ok()));
            }
            Err(TryLockError::Error(source)) => return Err(error(source)),
        }
        let text = serde_json::to_string(&holder).unwrap_or_default();
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(text.as_bytes())
        };
        write(&mut file).map_err(error)?;
        Ok(Ok(Self { file }))
    }

    /// Returns `true` if a process holds the lease of a folder.
    pub(crate) fn is_held(folder: &Path) -> bool {
        let Ok(file) = File::open(folder.join(FILE)) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

impl Drop for Lease {
    /// Releases the lease by unlocking its file explicitly. A forked child shares open files until
    /// it executes its program, so closing the file alone would keep the lock until then.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}
