//! Maintenance of a cache that isn't in use: counting, verifying and clearing.

use std::path::Path;

use crate::CacheError;
use crate::disk::{Damaged, Disk, DiskLimits, OpenError, bytes_on_disk, described};

/// The contents of a cache on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheContents {
    /// The number of replies.
    pub replies: u64,
    /// The total size of the replies in bytes, including keys and checksums.
    pub bytes: u64,
    /// The total size of the files in the folder, in bytes.
    pub bytes_on_disk: u64,
    /// The number of damaged entries, which [`verify`] removes.
    pub corrupt: u64,
}

/// Counts the contents of the cache in `folder`. Unlike [`verify`], it keeps damaged entries.
///
/// # Errors
/// See [`verify`].
pub fn count(folder: &Path) -> Result<CacheContents, CacheError> {
    scan(folder, Damaged::Stays)
}

/// Verifies every entry of the cache in `folder`, removes damaged ones, imports the logs of other
/// processes, and returns the contents afterwards. A missing folder counts as empty and isn't
/// created.
///
/// ```
/// # use std::sync::Arc;
/// # use rlm_cache::{Cache, clear, count, verify};
/// # use rlm_model::{Digest, Reply, RequestId, Usage};
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path().join("replies");
/// let cache = Cache::open(&folder)?;
/// let id = RequestId { digest: Digest::of(b"How many errors are there?"), occurrence: 0 };
/// cache.put(&id, Arc::new(Reply::new("Three.", Usage::default())));
/// drop(cache);
///
/// let contents = verify(&folder)?;
/// assert_eq!((contents.replies, contents.corrupt), (1, 0));
/// assert!(clear(&folder)? >= contents.bytes_on_disk);
/// assert_eq!(count(&folder)?.replies, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`CacheError::Busy`] if another process uses it, [`CacheError::Read`] if the database can't be
/// read.
pub fn verify(folder: &Path) -> Result<CacheContents, CacheError> {
    scan(folder, Damaged::Goes)
}

fn scan(folder: &Path, damaged: Damaged) -> Result<CacheContents, CacheError> {
    if !folder.exists() {
        return Ok(CacheContents::default());
    }
    let read = |detail: String| CacheError::Read {
        folder: folder.to_owned(),
        detail,
    };
    let disk = open(folder)?;
    let scan = disk.scan(damaged).map_err(|error| read(described(&error)))?;
    drop(disk);
    Ok(CacheContents {
        replies: scan.entries,
        bytes: scan.bytes,
        bytes_on_disk: bytes_on_disk(folder),
        corrupt: scan.corrupt,
    })
}

/// Removes the cache in `folder` and returns the number of bytes freed.
///
/// # Errors
/// [`CacheError::Busy`] if another process uses it, [`CacheError::NotACache`] if the folder
/// contains other data, [`CacheError::Write`] if it can't be removed.
pub fn clear(folder: &Path) -> Result<u64, CacheError> {
    if !folder.exists() {
        return Ok(0);
    }
    let is_empty = folder.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    let is_cache = folder.join("conf").is_file() && folder.join("db").is_file();
    if !is_cache && !is_empty {
        return Err(CacheError::NotACache {
            folder: folder.to_owned(),
        });
    }
    match open(folder) {
        // The database stays open until the files are gone, so that no other process opens it
        // meanwhile.
        Ok(disk) => {
            let bytes = bytes_on_disk(folder);
            let removed = remove(folder);
            drop(disk);
            // Closing the database may write files again.
            let _ = remove(folder);
            removed.map(|()| bytes)
        }
        Err(error @ CacheError::Busy { .. }) => Err(error),
        // A database that can't be opened can still be removed.
        Err(_) => {
            let bytes = bytes_on_disk(folder);
            remove(folder).map(|()| bytes)
        }
    }
}

/// Removes the files of a cache, and the folder if it contains no other files.
fn remove(folder: &Path) -> Result<(), CacheError> {
    let entries = match folder.read_dir() {
        Ok(entries) => entries,
        Err(_) => return Ok(()),
    };
    let ours = |name: &str| matches!(name, "conf" | "db" | "blobs" | "side") || name.starts_with("snap.");
    for entry in entries.flatten() {
        let path = entry.path();
        if !entry.file_name().to_str().is_some_and(ours) {
            continue;
        }
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        removed.map_err(|error| CacheError::Write {
            folder: folder.to_owned(),
            detail: error.to_string(),
        })?;
    }
    // This fails if the folder contains other files.
    let _ = std::fs::remove_dir(folder);
    Ok(())
}

fn open(folder: &Path) -> Result<Disk, CacheError> {
    let limits = DiskLimits {
        bytes: u64::MAX,
        longest: None,
    };
    Disk::open(folder, limits).map_err(|error| match error {
        OpenError::Busy => CacheError::Busy {
            folder: folder.to_owned(),
        },
        OpenError::Failed(detail) => CacheError::Read {
            folder: folder.to_owned(),
            detail,
        },
    })
}
