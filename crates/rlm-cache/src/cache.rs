//! The cache of replies: a memory tier and an optional disk tier.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rlm_model::{Reply, RequestId};

use crate::disk::{Disk, DiskLimits, Found, OpenError};
use crate::memory::Memory;
use crate::side_log::SideLog;
use crate::{CacheError, CacheStats, CacheStatus};

/// The default size limit of the memory tier, in bytes of replies.
const MEMORY_LIMIT: u64 = 32 << 20;

/// The default size limit of the disk tier, in bytes of replies: some hundred thousand replies.
const DISK_LIMIT: u64 = 512 << 20;

/// A cache of replies, keyed by request id. Thread-safe.
#[derive(Debug)]
pub struct Cache {
    memory: Memory,
    disk: Option<DiskTier>,
    counts: Counts,
}

#[derive(Debug)]
struct DiskTier {
    folder: PathBuf,
    limits: DiskLimits,
    state: OnceLock<Opened>,
    /// The first error after opening. From then on the disk isn't used.
    failure: OnceLock<String>,
}

#[derive(Debug)]
enum Opened {
    Disk(Disk),
    /// Another process holds the database. The log is created with the first reply, and is `None`
    /// if that fails.
    Busy(OnceLock<Option<SideLog>>),
    Failed(String),
}

#[derive(Debug, Default)]
struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    stored: AtomicU64,
    corrupt: AtomicU64,
    expired: AtomicU64,
}

impl Cache {
    /// Creates a cache in memory only.
    #[must_use]
    pub fn memory() -> Self {
        Self {
            memory: Memory::new(MEMORY_LIMIT),
            disk: None,
            counts: Counts::default(),
        }
    }

    /// Creates a cache in `folder`, which is created and opened on first use.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_cache::{Cache, CacheError};
    /// # use rlm_model::{Digest, Reply, RequestId, Usage};
    /// # let folder = tempfile::tempdir()?;
    /// # let folder = folder.path().join("replies");
    /// let id = RequestId { digest: Digest::of(b"How many errors are there?"), occurrence: 0 };
    /// let cache = Cache::open(&folder)?.with_disk_limit(1 << 30);
    /// cache.put(&id, Arc::new(Reply::new("Three.", Usage::default())));
    /// drop(cache); // as at the end of a process
    ///
    /// let cache = Cache::open(&folder)?;
    /// assert_eq!(cache.get(&id).map(|reply| reply.text.clone()).as_deref(), Some("Three."));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`CacheError::NotAFolder`] if the path is a file. Later failures are reported as
    /// [`CacheStatus`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, CacheError> {
        let folder = folder.into();
        if folder.metadata().is_ok_and(|metadata| !metadata.is_dir()) {
            return Err(CacheError::NotAFolder { path: folder });
        }
        Ok(Self {
            disk: Some(DiskTier {
                folder,
                limits: DiskLimits {
                    bytes: DISK_LIMIT,
                    longest: None,
                },
                state: OnceLock::new(),
                failure: OnceLock::new(),
            }),
            ..Self::memory()
        })
    }

    /// Sets the size limit of the memory tier, in bytes of replies. Beyond it, replies that haven't
    /// been requested again are evicted; they remain on disk.
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory = Memory::new(bytes);
        self
    }

    /// Sets the size limit of the disk tier in bytes. Beyond it, the least recently used replies
    /// are evicted.
    #[must_use]
    pub fn with_disk_limit(mut self, bytes: u64) -> Self {
        if let Some(disk) = &mut self.disk {
            disk.limits.bytes = bytes;
        }
        self
    }

    /// Sets the age at which a reply expires. By default, replies never expire.
    #[must_use]
    pub fn with_longest(mut self, age: Duration) -> Self {
        if let Some(disk) = &mut self.disk {
            disk.limits.longest = Some(age);
        }
        self
    }

    /// Opens the disk tier unless that has been done, and returns the status. Blocks for some
    /// milliseconds.
    pub fn warm(&self) -> CacheStatus {
        if let Some(disk) = &self.disk {
            let _ = disk.opened();
        }
        self.status()
    }

    /// Returns the cached reply to a request.
    #[must_use]
    pub fn get(&self, id: &RequestId) -> Option<Arc<Reply>> {
        let found = self.memory.get(id).or_else(|| self.read(id));
        let count = match found {
            Some(_) => &self.counts.hits,
            None => &self.counts.misses,
        };
        count.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// Stores the reply to a request.
    pub fn put(&self, id: &RequestId, reply: Arc<Reply>) {
        if let Some(disk) = &self.disk {
            disk.put(id, &reply);
        }
        self.memory.put(id, reply);
        self.counts.stored.fetch_add(1, Ordering::Relaxed);
    }

    /// Writes all pending data to disk. This also happens twice a second and when the cache is
    /// dropped.
    ///
    /// # Errors
    /// [`CacheError::Write`] if writing fails.
    pub fn flush(&self) -> Result<(), CacheError> {
        let Some(tier) = &self.disk else { return Ok(()) };
        let Some(Opened::Disk(disk)) = tier.state.get() else {
            return Ok(());
        };
        disk.flush().map_err(|error| CacheError::Write {
            folder: tier.folder.clone(),
            detail: error.to_string(),
        })
    }

    /// Returns where replies are currently stored.
    #[must_use]
    pub fn status(&self) -> CacheStatus {
        let Some(tier) = &self.disk else {
            return CacheStatus::Memory;
        };
        let folder = tier.folder.clone();
        match (tier.state.get(), tier.failure.get()) {
            (None, _) => CacheStatus::Unopened { folder },
            (Some(Opened::Busy(_)), _) => CacheStatus::Busy { folder },
            (Some(Opened::Failed(detail)), _) | (Some(Opened::Disk(_)), Some(detail)) => CacheStatus::Failed {
                folder,
                detail: detail.clone(),
            },
            (Some(Opened::Disk(_)), None) => CacheStatus::Disk { folder },
        }
    }

    /// Returns `true` if a look-up may block on opening the disk.
    #[must_use]
    pub fn is_unopened(&self) -> bool {
        self.disk.as_ref().is_some_and(|tier| tier.state.get().is_none())
    }

    /// Returns the counters since the cache was created.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        CacheStats {
            hits: read(&self.counts.hits),
            misses: read(&self.counts.misses),
            stored: read(&self.counts.stored),
            corrupt: read(&self.counts.corrupt),
            expired: read(&self.counts.expired),
        }
    }

    fn read(&self, id: &RequestId) -> Option<Arc<Reply>> {
        match self.disk.as_ref()?.run(|disk| disk.get(id))? {
            Found::Reply(reply) => {
                let reply = Arc::from(reply);
                self.memory.put(id, Arc::clone(&reply));
                Some(reply)
            }
            Found::Corrupt => {
                self.counts.corrupt.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(request = %id, "removed a damaged cache entry");
                None
            }
            Found::Expired => {
                self.counts.expired.fetch_add(1, Ordering::Relaxed);
                None
            }
            Found::Nothing => None,
        }
    }
}

impl DiskTier {
    fn opened(&self) -> &Opened {
        self.state.get_or_init(|| match Disk::open(&self.folder, self.limits) {
            Ok(disk) => Opened::Disk(disk),
            Err(OpenError::Busy) => Opened::Busy(OnceLock::new()),
            Err(OpenError::Failed(detail)) => Opened::Failed(detail),
        })
    }

    fn put(&self, id: &RequestId, reply: &Reply) {
        let Opened::Busy(log) = self.opened() else {
            let _ = self.run(|disk| disk.put(id, reply));
            return;
        };
        let log = log.get_or_init(|| match SideLog::create(&self.folder) {
            Ok(log) => Some(log),
            Err(error) => {
                tracing::warn!(%error, "can't write a log next to the cache");
                None
            }
        });
        if let (Some(log), Some((key, entry))) = (log, Disk::entry(id, reply))
            && let Err(error) = log.add(&key, &entry)
        {
            tracing::warn!(%error, "can't write a reply next to the cache");
        }
    }

    /// Runs an action on the disk tier; `None` if it is unavailable or fails.
    fn run<T>(&self, action: impl FnOnce(&Disk) -> Result<T, sled::Error>) -> Option<T> {
        let Opened::Disk(disk) = self.opened() else { return None };
        if self.failure.get().is_some() {
            return None;
        }
        match action(disk) {
            Ok(value) => Some(value),
            Err(error) => {
                let _ = self.failure.set(error.to_string());
                tracing::warn!(%error, "the disk cache failed");
                None
            }
        }
    }
}
