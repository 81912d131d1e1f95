//! An append-only key-value store.
//!
//! Values are written to the end of a *segment*, a file that grows up to a
//! fixed size and is then sealed. An index in memory says in which segment and
//! at which offset the newest value of each key lies. Nothing is ever
//! overwritten; space is regained by compaction, which copies what is still
//! needed into a fresh segment.
//!
//! ```no_run
//! # fn main() -> Result<(), peatlog::Error> {
//! let mut store = peatlog::Store::open("data", peatlog::Config::default())?;
//! store.put(b"tide/harrow", b"high 06:12")?;
//! assert_eq!(store.get(b"tide/harrow")?.as_deref(), Some(&b"high 06:12"[..]));
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod client;
pub mod compact;
pub mod config;
pub mod error;
pub mod index;
pub mod segment;

pub use config::Config;
pub use error::Error;

use std::fs;
use std::path::{Path, PathBuf};

use index::{Index, Place};
use segment::{Record, Segment};

/// Keys longer than this are refused.
pub const MAX_KEY: usize = 512;

/// A store in a folder. Only one process may have it open.
pub struct Store {
    folder: PathBuf,
    config: Config,
    index: Index,
    sealed: Vec<Segment>,
    active: Segment,
    lock: PathBuf,
}

impl Store {
    /// Opens a store, or makes a new one if the folder is empty.
    ///
    /// All segments are read once to rebuild the index, which takes about a
    /// second for each gigabyte. A record cut short by a power failure at the
    /// end of the last segment is dropped.
    pub fn open(folder: impl AsRef<Path>, config: Config) -> Result<Store, Error> {
        config.check()?;
        let folder = folder.as_ref().to_path_buf();
        fs::create_dir_all(&folder)?;
        let lock = take_lock(&folder)?;
        match Store::load(&folder, &config) {
            Ok((index, sealed, active)) => Ok(Store { folder, config, index, sealed, active, lock }),
            Err(error) => {
                // Otherwise the folder could not be opened again without help.
                let _ = fs::remove_file(&lock);
                Err(error)
            }
        }
    }

    fn load(folder: &Path, config: &Config) -> Result<(Index, Vec<Segment>, Segment), Error> {
        let mut index = Index::default();
        let mut sealed = Vec::new();
        let mut numbers = segment::list(folder)?;
        let last = numbers.pop();
        for number in numbers {
            let mut segment = Segment::open(folder, number)?;
            segment.scan(false, |place, record| index.apply(place, record))?;
            sealed.push(segment);
        }
        let active = match last {
            Some(number) => {
                let mut segment = Segment::open(folder, number)?;
                segment.scan(true, |place, record| index.apply(place, record))?;
                segment
            }
            None => Segment::create(folder, 1)?,
        };
        if config.verbose {
            eprintln!("peatlog: {} keys in {} segments", index.len(), sealed.len() + 1);
        }
        Ok((index, sealed, active))
    }

    /// The newest value of a key.
    pub fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let Some(place) = self.index.find(key) else { return Ok(None) };
        let record = self.segment(place)?.read(place.offset)?;
        Ok(record.value)
    }

    /// Stores a value. It is on disk when this returns if `sync` is set in the
    /// configuration; otherwise the operating system decides when.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        self.append(Record { key: key.to_vec(), value: Some(value.to_vec()) })
    }

    /// Removes a key by writing a tombstone, a record without a value.
    ///
    /// The old values stay in their segments until the next compaction, so
    /// this does not erase anything from the disk by itself.
    pub fn remove(&mut self, key: &[u8]) -> Result<bool, Error> {
        if self.index.find(key).is_none() {
            return Ok(false);
        }
        self.append(Record { key: key.to_vec(), value: None })?;
        Ok(true)
    }

    /// All keys that begin with a prefix, in order.
    pub fn keys<'a>(&'a self, prefix: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.index.range(prefix)
    }

    /// Share of the stored bytes which no key refers to any more, from 0 to 1.
    pub fn waste(&self) -> f64 {
        let total: u64 = self.sealed.iter().map(Segment::len).sum::<u64>() + self.active.len();
        if total == 0 {
            return 0.0;
        }
        1.0 - self.index.live_bytes() as f64 / total as f64
    }

    /// Compacts the sealed segments if enough of the store is waste.
    pub fn tidy(&mut self) -> Result<Option<compact::Report>, Error> {
        if self.waste() < self.config.compact_at {
            return Ok(None);
        }
        self.seal()?;
        let number = self.active.number();
        let report = compact::run(&self.folder, &mut self.sealed, &mut self.index, number)?;
        // The compacted segment took the number of the active one, which is empty.
        self.active = Segment::create(&self.folder, number + 1)?;
        Ok(Some(report))
    }

    fn append(&mut self, record: Record) -> Result<(), Error> {
        if record.key.is_empty() || record.key.len() > MAX_KEY {
            return Err(Error::BadKey(record.key.len()));
        }
        let size = record.encoded_len();
        if size > self.config.segment_size {
            return Err(Error::TooLarge { size, limit: self.config.segment_size });
        }
        if self.active.len() + size > self.config.segment_size {
            self.seal()?;
        }
        let place = self.active.append(&record, self.config.sync)?;
        self.index.apply(place, &record);
        Ok(())
    }

    /// Starts a new segment; the old one is never written to again.
    fn seal(&mut self) -> Result<(), Error> {
        let next = Segment::create(&self.folder, self.active.number() + 1)?;
        let old = std::mem::replace(&mut self.active, next);
        old.flush()?;
        self.sealed.push(old);
        Ok(())
    }

    fn segment(&mut self, place: Place) -> Result<&mut Segment, Error> {
        if self.active.number() == place.segment {
            return Ok(&mut self.active);
        }
        self.sealed
            .iter_mut()
            .find(|segment| segment.number() == place.segment)
            .ok_or(Error::MissingSegment(place.segment))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.active.flush();
        let _ = fs::remove_file(&self.lock);
    }
}

/// Creates the lock file, which holds the number of our process.
///
/// After a crash the file is left behind. It has to be removed by hand, since
/// process numbers are used again and cannot be trusted.
fn take_lock(folder: &Path) -> Result<PathBuf, Error> {
    let path = folder.join("LOCK");
    let file = fs::OpenOptions::new().write(true).create_new(true).open(&path);
    match file {
        Ok(mut file) => {
            use std::io::Write;
            write!(file, "{}", std::process::id())?;
            Ok(path)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let holder = fs::read_to_string(&path).unwrap_or_default();
            Err(Error::Locked(holder))
        }
        Err(error) => Err(error.into()),
    }
}
