//! The disk tier: a sled database in a folder, held by one process at a time.

use std::collections::HashSet;
use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rlm_model::{Reply, RequestId};
use sled::{Config, Db, IVec, Mode};

use crate::entry::{self, KEY, Micros};
use crate::side_log;

/// The size of sled's page cache in bytes. It is small, because replies are read once and then
/// cached in the memory tier.
const PAGE_CACHE: u64 = 1 << 20;

/// The size of a segment of sled's log, in bytes. The default of 512 KiB makes small databases
/// slower to open; below 64 KiB, writing slows down.
const SEGMENT: usize = 64 << 10;

/// The file that sled locks against other processes.
const SLED_FILE: &str = "db";

/// The maximum time to wait until a closed database has released its file. Its threads do so
/// shortly after the drop. On a busy machine, the next process might otherwise find the file
/// locked.
const LONGEST_RELEASE: Duration = Duration::from_secs(2);

/// The interval of writing to disk, in milliseconds. A killed process loses at most this much.
const FLUSH_EVERY_MS: u64 = 500;

/// The tree that stores the total size of the entries in bytes, under the key `bytes`.
const ABOUT: &str = "about";
const BYTES: &str = "bytes";

/// The maximum number of recent uses recorded in memory between two flushes. Further uses aren't
/// recorded, so their entries may be evicted earlier.
const MOST_NOTED: usize = 100_000;

/// The limits of the disk tier: size and age.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DiskLimits {
    /// The maximum total size of the entries in bytes, including keys.
    pub(crate) bytes: u64,
    /// The age at which a reply expires; `None` for never.
    pub(crate) longest: Option<Duration>,
}

#[derive(Debug)]
pub(crate) struct Disk {
    tiers: Arc<Tiers>,
    limits: DiskLimits,
    /// The keys of the entries that were read since the last flush.
    read: Mutex<HashSet<[u8; KEY]>>,
    eviction: Mutex<Option<JoinHandle<()>>>,
    /// Must be the last field, so that it is dropped after the database.
    _release: Release,
}

/// Waits on drop until sled has released its file.
#[derive(Debug)]
struct Release {
    file: PathBuf,
}

#[derive(Debug)]
struct Tiers {
    db: Db,
    /// The total size of the entries in bytes, or slightly more. It is exact after an eviction
    /// without concurrent writes.
    bytes: AtomicU64,
    evicts: AtomicBool,
    clock: AtomicU64,
}

/// The reason why the database can't be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    Busy,
    Failed(String),
}

/// The result of a look-up.
pub(crate) enum Found {
    Reply(Box<Reply>),
    Nothing,
    /// A damaged entry; it is removed.
    Corrupt,
    /// An expired entry; it is removed.
    Expired,
}

/// The counts of a scan: intact entries, their total size in bytes, and damaged entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ScanResult {
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
    pub(crate) corrupt: u64,
}

/// Whether a scan keeps or removes damaged entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damaged {
    Stays,
    Goes,
}

impl Disk {
    /// Opens the database and imports the logs that other processes left next to it.
    pub(crate) fn open(folder: &Path, limits: DiskLimits) -> Result<Self, OpenError> {
        let failed = |error: sled::Error| OpenError::Failed(described(&error));
        create_private(folder).map_err(|error| OpenError::Failed(error.to_string()))?;
        let config = Config::new()
            .path(folder)
            .mode(Mode::LowSpace)
            .cache_capacity(PAGE_CACHE)
            .segment_size(SEGMENT)
            .flush_every_ms(Some(FLUSH_EVERY_MS));
        let db = match config.open() {
            Ok(db) => db,
            Err(sled::Error::Io(error)) if is_locked(&error) => return Err(OpenError::Busy),
            Err(error) => return Err(failed(error)),
        };
        // The size is stored when the database is closed and removed while it is open. After a
        // crash it is missing, so the entries are counted again.
        let noted = db
            .open_tree(ABOUT)
            .and_then(|about| about.remove(BYTES))
            .map_err(failed)?;
        let is_counted = noted.is_some() || db.is_empty();
        let disk = Self {
            tiers: Arc::new(Tiers {
                bytes: AtomicU64::new(noted.as_ref().and_then(number).unwrap_or_default()),
                db,
                evicts: AtomicBool::new(false),
                clock: AtomicU64::new(0),
            }),
            limits,
            read: Mutex::default(),
            eviction: Mutex::default(),
            _release: Release {
                file: folder.join(SLED_FILE),
            },
        };
        if !is_counted {
            disk.evict();
        }
        side_log::import(folder, |key, entry| {
            // A damaged entry is dropped instead of retried.
            !entry::is_sound(key, entry) || disk.insert(*key, entry.to_vec()).is_ok()
        });
        Ok(disk)
    }

    pub(crate) fn get(&self, id: &RequestId) -> Result<Found, sled::Error> {
        let key = entry::key(id);
        let Some(bytes) = self.tiers.db.get(key)? else {
            return Ok(Found::Nothing);
        };
        let Some(found) = entry::read(&key, &bytes) else {
            self.remove(&key, &bytes)?;
            return Ok(Found::Corrupt);
        };
        if self.is_too_old(found.written) {
            self.remove(&key, &bytes)?;
            return Ok(Found::Expired);
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.len() < MOST_NOTED {
            read.insert(key);
        }
        Ok(Found::Reply(Box::new(found.reply)))
    }

    pub(crate) fn put(&self, id: &RequestId, reply: &Reply) -> Result<(), sled::Error> {
        let key = entry::key(id);
        match entry::write(&key, reply, self.tiers.now()) {
            Some(bytes) => self.insert(key, bytes),
            None => Ok(()),
        }
    }

    /// Returns the key and encoded entry of a reply, for a log.
    pub(crate) fn entry(id: &RequestId, reply: &Reply) -> Option<([u8; KEY], Vec<u8>)> {
        let key = entry::key(id);
        Some((key, entry::write(&key, reply, micros_since_1970())?))
    }

    /// Writes all pending data and recent uses to disk.
    pub(crate) fn flush(&self) -> Result<(), sled::Error> {
        self.note_uses()?;
        self.tiers.db.flush().map(|_| ())
    }

    fn close(&self) -> Result<(), sled::Error> {
        let bytes = self.tiers.bytes.load(Ordering::Relaxed);
        self.tiers.db.open_tree(ABOUT)?.insert(BYTES, &bytes.to_be_bytes())?;
        self.flush()
    }

    /// Verifies and counts all entries.
    pub(crate) fn scan(&self, damaged: Damaged) -> Result<ScanResult, sled::Error> {
        let mut scan = ScanResult::default();
        for pair in &*self.tiers.db {
            let (key, bytes) = pair?;
            if entry::is_sound(&key, &bytes) {
                scan.entries = scan.entries.saturating_add(1);
                scan.bytes = scan.bytes.saturating_add(size(&key, &bytes));
            } else {
                scan.corrupt = scan.corrupt.saturating_add(1);
                if damaged == Damaged::Goes {
                    self.tiers.db.remove(&key)?;
                }
            }
        }
        self.tiers.bytes.store(scan.bytes, Ordering::Relaxed);
        Ok(scan)
    }

    fn insert(&self, key: [u8; KEY], bytes: Vec<u8>) -> Result<(), sled::Error> {
        let size = (bytes.len() as u64).saturating_add(KEY as u64);
        let before = self.tiers.db.insert(key, bytes)?;
        let total = self.tiers.bytes.fetch_add(size, Ordering::Relaxed).saturating_add(size);
        if let Some(before) = before {
            self.tiers.forget(self::size(&key, &before));
        }
        if total > self.limits.bytes {
            self.evict();
        }
        Ok(())
    }

    fn remove(&self, key: &[u8; KEY], bytes: &IVec) -> Result<(), sled::Error> {
        if self.tiers.db.remove(key)?.is_some() {
            self.tiers.forget(size(key, bytes));
        }
        Ok(())
    }

    fn is_too_old(&self, written: Micros) -> bool {
        self.limits.longest.is_some_and(|longest| {
            let age = micros_since_1970().saturating_sub(written);
            u128::from(age) >= longest.as_micros()
        })
    }

    fn note_uses(&self) -> Result<(), sled::Error> {
        let read = std::mem::take(&mut *self.read.lock().unwrap_or_else(PoisonError::into_inner));
        for key in read {
            let now = self.tiers.now();
            self.tiers
                .db
                .update_and_fetch(key, |bytes| Some(entry::with_used(bytes?, now)))?;
        }
        Ok(())
    }

    /// Evicts the least recently used entries on a background thread, because it scans all entries.
    fn evict(&self) {
        if self.tiers.evicts.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Err(error) = self.note_uses() {
            tracing::warn!(%error, "can't record which cache entries were used");
        }
        let (tiers, most) = (Arc::clone(&self.tiers), self.limits.bytes);
        let thread = std::thread::spawn(move || {
            loop {
                let evicted = tiers.evict(most);
                let failed = evicted.is_err();
                if let Err(error) = evicted {
                    tracing::warn!(%error, "can't shrink the cache");
                }
                tiers.evicts.swap(false, Ordering::AcqRel);
                // A concurrent caller that found the flag set relies on this thread to check again.
                let is_done = failed || tiers.bytes.load(Ordering::Relaxed) <= most;
                if is_done || tiers.evicts.swap(true, Ordering::AcqRel) {
                    break;
                }
            }
        });
        let before = self
            .eviction
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(thread);
        if let Some(before) = before {
            // The thread has ended, otherwise the flag would be set.
            let _ = before.join();
        }
    }

    /// Waits until a running eviction has finished.
    pub(crate) fn settle(&self) {
        let thread = self.eviction.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.settle();
        // A reply that can't be written is requested again some day.
        let _ = self.close();
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        let began = Instant::now();
        let is_locked = || {
            let file = std::fs::File::open(&self.file);
            file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
        };
        while is_locked() && began.elapsed() < LONGEST_RELEASE {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Tiers {
    /// Returns the current time, strictly increasing between calls, so that uses are totally
    /// ordered.
    fn now(&self) -> Micros {
        let now = micros_since_1970();
        let before = self.clock.fetch_max(now, Ordering::AcqRel);
        if before < now {
            return now;
        }
        self.clock.fetch_add(1, Ordering::AcqRel).saturating_add(1)
    }

    fn forget(&self, size: u64) {
        let _ = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bytes| {
            Some(bytes.saturating_sub(size))
        });
    }

    /// Evicts entries until a tenth of the limit is free, so that not every put evicts.
    fn evict(&self, most: u64) -> Result<(), sled::Error> {
        let mut entries: Vec<(Micros, u64, IVec)> = Vec::new();
        let mut total = 0_u64;
        let before = self.bytes.load(Ordering::Relaxed);
        for pair in &*self.db {
            let (key, bytes) = pair?;
            let size = size(&key, &bytes);
            total = total.saturating_add(size);
            entries.push((entry::used(&bytes), size, key));
        }
        // Concurrent writes may be counted twice until the next eviction, but are never missed.
        let _ = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
            Some(now.saturating_add(total).saturating_sub(before))
        });
        entries.sort_unstable();
        let target = most.saturating_sub(most / 10);
        for (_, size, key) in entries {
            if total <= target {
                break;
            }
            self.db.remove(key)?;
            self.forget(size);
            total = total.saturating_sub(size);
        }
        Ok(())
    }
}

fn size(key: &[u8], bytes: &[u8]) -> u64 {
    (key.len() as u64).saturating_add(bytes.len() as u64)
}

fn number(bytes: &IVec) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.as_ref().try_into().ok()?))
}

fn micros_since_1970() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
}

/// The description of a damaged database.
pub(crate) const DAMAGED: &str = "its database is damaged";

/// Describes an error of sled. Its own messages about damaged files name their offsets.
pub(crate) fn described(error: &sled::Error) -> String {
    match error {
        sled::Error::Io(error) => error.to_string(),
        _ => DAMAGED.to_owned(),
    }
}

/// Returns `true` if sled failed to lock its file. Sled reports this in the message, with a
/// platform-dependent error kind.
fn is_locked(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.to_string().contains("could not acquire lock")
}

/// Creates the folder for its owner only: replies quote private texts.
pub(crate) fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns the total size of all files below a folder, in bytes.
pub(crate) fn bytes_on_disk(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let sizes = entries.filter_map(|entry| {
        let path: PathBuf = entry.ok()?.path();
        let metadata = path.symlink_metadata().ok()?;
        Some(if metadata.is_dir() {
            bytes_on_disk(&path)
        } else {
            metadata.len()
        })
    });
    sizes.fold(0, u64::saturating_add)
}
