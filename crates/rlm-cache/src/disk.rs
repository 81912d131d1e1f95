//! The disk tier: one sled database in one folder, held by one process.

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

/// The bytes of sled's page cache. Replies are read once and then live in the memory tier.
const PAGE_CACHE: u64 = 1 << 20;

/// The bytes of a segment of sled's log. Its default of 512 KiB makes a small database slower to open; below 64 KiB writing
/// slows down.
const SEGMENT: usize = 64 << 10;

/// The file by whose lock sled keeps other processes out.
const SLED_FILE: &str = "db";

/// How long a closed database may take to let go of its file. Its threads do, a moment after it was dropped; on a machine with
/// much to do that moment is long enough for the next one to find it locked.
const LONGEST_RELEASE: Duration = Duration::from_secs(2);

/// How often what was put in reaches the disk, in milliseconds: as much as a killed process loses.
const FLUSH_EVERY_MS: u64 = 500;

/// The tree that holds how many bytes the entries have, under the name `bytes`.
const ABOUT: &str = "about";
const BYTES: &str = "bytes";

/// Most of the uses that are noted in memory between two writings; more are not noted, and their entries go sooner.
const MOST_NOTED: usize = 100_000;

/// What the disk may hold, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keeping {
    /// The bytes of entries, keys included.
    pub(crate) bytes: u64,
    /// The age at which a reply is asked for anew.
    pub(crate) longest: Option<Duration>,
}

#[derive(Debug)]
pub(crate) struct Disk {
    tiers: Arc<Tiers>,
    keeping: Keeping,
    /// The entries that were read since their use was noted last.
    read: Mutex<HashSet<[u8; KEY]>>,
    eviction: Mutex<Option<JoinHandle<()>>>,
    /// The last field: it is dropped when the database was.
    _release: Release,
}

/// Waits, when it is dropped, until sled let go of its file.
#[derive(Debug)]
struct Release {
    file: PathBuf,
}

#[derive(Debug)]
struct Tiers {
    db: Db,
    /// How many bytes the entries have, or a little more: exact after an eviction during which nothing came.
    bytes: AtomicU64,
    evicts: AtomicBool,
    clock: AtomicU64,
}

/// Why the database can't be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    Busy,
    Failed(String),
}

/// What a look-up found.
pub(crate) enum Found {
    Reply(Box<Reply>),
    Nothing,
    /// An entry that is not what was written; it is removed.
    Corrupt,
    /// An entry that is too old; it is removed.
    Expired,
}

/// What a walk over all entries found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Walked {
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
    pub(crate) corrupt: u64,
}

/// How to handle damaged entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damaged {
    Stays,
    Goes,
}

impl Disk {
    /// Opens the database, and takes in what other processes left beside it.
    pub(crate) fn open(folder: &Path, keeping: Keeping) -> Result<Self, OpenError> {
        let failed = |error: sled::Error| OpenError::Failed(error.to_string());
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
        // Written when the database is closed, and taken away meanwhile: what a killed process leaves is counted anew.
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
            keeping,
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
            // What was damaged on its way is no entry, and not worth another attempt.
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

    /// Returns an entry as it is written to a log.
    pub(crate) fn entry(id: &RequestId, reply: &Reply) -> Option<([u8; KEY], Vec<u8>)> {
        let key = entry::key(id);
        Some((key, entry::write(&key, reply, micros_since_1970())?))
    }

    /// Writes everything to the disk, and notes what was used.
    pub(crate) fn flush(&self) -> Result<(), sled::Error> {
        self.note_uses()?;
        self.tiers.db.flush().map(|_| ())
    }

    fn close(&self) -> Result<(), sled::Error> {
        let bytes = self.tiers.bytes.load(Ordering::Relaxed);
        self.tiers.db.open_tree(ABOUT)?.insert(BYTES, &bytes.to_be_bytes())?;
        self.flush()
    }

    /// Counts all entries.
    pub(crate) fn walk(&self, damaged: Damaged) -> Result<Walked, sled::Error> {
        let mut walked = Walked::default();
        for pair in &*self.tiers.db {
            let (key, bytes) = pair?;
            if entry::is_sound(&key, &bytes) {
                walked.entries = walked.entries.saturating_add(1);
                walked.bytes = walked.bytes.saturating_add(size(&key, &bytes));
            } else {
                walked.corrupt = walked.corrupt.saturating_add(1);
                if damaged == Damaged::Goes {
                    self.tiers.db.remove(&key)?;
                }
            }
        }
        self.tiers.bytes.store(walked.bytes, Ordering::Relaxed);
        Ok(walked)
    }

    fn insert(&self, key: [u8; KEY], bytes: Vec<u8>) -> Result<(), sled::Error> {
        let size = (bytes.len() as u64).saturating_add(KEY as u64);
        let before = self.tiers.db.insert(key, bytes)?;
        let total = self.tiers.bytes.fetch_add(size, Ordering::Relaxed).saturating_add(size);
        if let Some(before) = before {
            self.tiers.forget(self::size(&key, &before));
        }
        if total > self.keeping.bytes {
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
        self.keeping.longest.is_some_and(|longest| {
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

    /// Removes what was not used for longest, on a thread of its own: all entries are looked at.
    fn evict(&self) {
        if self.tiers.evicts.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Err(error) = self.note_uses() {
            tracing::warn!(%error, "what of the cache was used could not be noted");
        }
        let (tiers, most) = (Arc::clone(&self.tiers), self.keeping.bytes);
        let thread = std::thread::spawn(move || {
            loop {
                let evicted = tiers.evict(most);
                let failed = evicted.is_err();
                if let Err(error) = evicted {
                    tracing::warn!(%error, "the cache could not be made smaller");
                }
                tiers.evicts.swap(false, Ordering::AcqRel);
                // What came meanwhile found the flag set, and left this to whoever had set it.
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
            // It has ended, or the flag would be set.
            let _ = before.join();
        }
    }

    /// Waits until no entries are being removed.
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
        // What can't be written is asked for anew one day.
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
    /// Returns the time, and later ones than before each time: which of two uses came last must be known.
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

    /// Removes entries until a tenth of what there may be is free, so that it is not done at each put.
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
        // What came meanwhile may be counted twice, until the next time, and is never left out.
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

/// Sled locks its file and says so in words, under the kind that the platform's lock reports.
fn is_locked(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.to_string().contains("could not acquire lock")
}

/// Creates the folder, readable by its owner alone: replies quote the texts they were asked about.
pub(crate) fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns the bytes of all files below a folder.
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
