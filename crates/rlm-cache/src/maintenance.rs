//! Looking after a cache that no run uses: what it holds, whether that is sound, and an empty one again.

use std::path::Path;

use crate::CacheError;
use crate::disk::{Damaged, Disk, Keeping, OpenError, bytes_on_disk};

/// What a cache on disk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheContents {
    /// The replies.
    pub replies: u64,
    /// The bytes of the replies, their keys and checksums included.
    pub bytes: u64,
    /// The bytes of the files in the folder.
    pub bytes_on_disk: u64,
    /// Damaged entries that were found, which are removed by [`verify`].
    pub corrupt: u64,
}

/// Counts what the cache in `folder` holds: as [`verify`], but damaged entries stay.
///
/// # Errors
/// As [`verify`].
pub fn count(folder: &Path) -> Result<CacheContents, CacheError> {
    walk(folder, Damaged::Stays)
}

/// Looks at every entry of the cache in `folder`, removes the damaged ones, takes in what other processes left beside it, and
/// returns what it holds then. A folder that is not there holds nothing, and is not made.
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
/// [`CacheError::Busy`] while another process uses it, [`CacheError::Read`] where the database can't be read.
pub fn verify(folder: &Path) -> Result<CacheContents, CacheError> {
    walk(folder, Damaged::Goes)
}

fn walk(folder: &Path, damaged: Damaged) -> Result<CacheContents, CacheError> {
    if !folder.exists() {
        return Ok(CacheContents::default());
    }
    let read = |detail: String| CacheError::Read {
        folder: folder.to_owned(),
        detail,
    };
    let disk = open(folder)?;
    let walked = disk.walk(damaged).map_err(|error| read(error.to_string()))?;
    drop(disk);
    Ok(CacheContents {
        replies: walked.entries,
        bytes: walked.bytes,
        bytes_on_disk: bytes_on_disk(folder),
        corrupt: walked.corrupt,
    })
}

/// Removes the cache in `folder` and everything in it, and returns how many bytes its files had.
///
/// # Errors
/// [`CacheError::Busy`] while another process uses it, [`CacheError::NotACache`] where the folder holds something else,
/// [`CacheError::Write`] where it can't be removed.
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
        // Held until the files are gone: nobody opens it meanwhile.
        Ok(disk) => {
            let bytes = bytes_on_disk(folder);
            let removed = remove(folder);
            drop(disk);
            // Closing the database may write once more.
            let _ = remove(folder);
            removed.map(|()| bytes)
        }
        Err(error @ CacheError::Busy { .. }) => Err(error),
        // What can't be opened can be removed all the same.
        Err(_) => {
            let bytes = bytes_on_disk(folder);
            remove(folder).map(|()| bytes)
        }
    }
}

/// Removes what makes up a cache, and the folder if nothing else is in it.
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
    // Not if something else is in it.
    let _ = std::fs::remove_dir(folder);
    Ok(())
}

fn open(folder: &Path) -> Result<Disk, CacheError> {
    let keeping = Keeping {
        bytes: u64::MAX,
        longest: None,
    };
    Disk::open(folder, keeping).map_err(|error| match error {
        OpenError::Busy => CacheError::Busy {
            folder: folder.to_owned(),
        },
        OpenError::Failed(detail) => CacheError::Read {
            folder: folder.to_owned(),
            detail,
        },
    })
}
