//! The status, counters and errors of a cache.

use std::fmt;
use std::path::PathBuf;

use crate::disk::DAMAGED;

/// The current storage of a cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheStatus {
    /// Replies are stored in memory only, as configured.
    Memory,
    /// Replies will be stored on disk. The database isn't opened yet.
    Unopened {
        /// The folder.
        folder: PathBuf,
    },
    /// Replies are stored on disk.
    Disk {
        /// The folder.
        folder: PathBuf,
    },
    /// Replies are stored in memory and in a log next to the database, because another process
    /// holds the database.
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// Replies are stored in memory only, because the disk failed.
    Failed {
        /// The folder.
        folder: PathBuf,
        /// The underlying error.
        detail: String,
    },
}

impl fmt::Display for CacheStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => write!(f, "replies are cached in memory"),
            Self::Unopened { folder } => write!(f, "replies will be cached in {}", folder.display()),
            Self::Disk { folder } => write!(f, "replies are cached in {}", folder.display()),
            Self::Busy { folder } => write!(
                f,
                "another process uses the cache in {}; replies of this run are cached in memory and written to it later",
                folder.display()
            ),
            Self::Failed { folder, detail } => write!(
                f,
                "can't use the cache in {} ({detail}{}); replies of this run are cached in memory only",
                folder.display(),
                if detail == DAMAGED {
                    "; `rlm cache clear` repairs it"
                } else {
                    ""
                }
            ),
        }
    }
}

/// The counters of a cache since its creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheStats {
    /// The number of look-ups that found a reply.
    pub hits: u64,
    /// The number of look-ups that found no reply.
    pub misses: u64,
    /// The number of replies that were stored.
    pub stored: u64,
    /// The number of damaged entries that were found; counted as misses and removed.
    pub corrupt: u64,
    /// The number of expired entries that were found; counted as misses and removed.
    pub expired: u64,
}

/// The error of creating, reading or writing a cache.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// The path is a file, not a folder.
    #[error("the cache path {} is a file; give a folder, or turn the cache off", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// Another process uses the cache.
    #[error("cache is in use by another process: {}; try again when it has exited", folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder contains other data than a cache.
    #[error("{} is not a reply cache, so nothing was removed", folder.display())]
    NotACache {
        /// The folder.
        folder: PathBuf,
    },
    /// The database can't be read.
    #[error("can't read the cache in {}: {detail}", folder.display())]
    Read {
        /// The folder.
        folder: PathBuf,
        /// The underlying error.
        detail: String,
    },
    /// Pending data couldn't be written.
    #[error("can't write to the cache in {}: {detail}", folder.display())]
    Write {
        /// The folder.
        folder: PathBuf,
        /// The underlying error.
        detail: String,
    },
}

impl CacheError {
    /// Returns a stable code for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAFolder { .. } => "cache_not_a_folder",
            Self::Busy { .. } => "cache_busy",
            Self::NotACache { .. } => "cache_not_a_cache",
            Self::Read { .. } => "cache_read_failed",
            Self::Write { .. } => "cache_write_failed",
        }
    }
}
