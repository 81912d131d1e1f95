//! The disk tier: one sled database in one folder, held by one process.

use std::io;
use std::path::Path;

use rlm_model::{Reply, RequestId};
use sled::{Config, Db, Mode};

use crate::entry;

/// The bytes of sled's page cache. Replies are read once and then live in the memory tier.
const PAGE_CACHE: u64 = 1 << 20;

/// The bytes of a segment of sled's log. Its default of 512 KiB makes a small database slower to open; below 64 KiB writing
/// slows down.
const SEGMENT: usize = 64 << 10;

/// How often what was put in reaches the disk, in milliseconds: as much as a killed process loses.
const FLUSH_EVERY_MS: u64 = 500;

#[derive(Debug)]
pub(crate) struct Disk(Db);

/// Why the database can't be opened.
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
}

impl Disk {
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        create_private(folder).map_err(|error| OpenError::Failed(error.to_string()))?;
        let config = Config::new()
            .path(folder)
            .mode(Mode::LowSpace)
            .cache_capacity(PAGE_CACHE)
            .segment_size(SEGMENT)
            .flush_every_ms(Some(FLUSH_EVERY_MS));
        match config.open() {
            Ok(db) => Ok(Self(db)),
            Err(sled::Error::Io(error)) if is_locked(&error) => Err(OpenError::Busy),
            Err(error) => Err(OpenError::Failed(error.to_string())),
        }
    }

    pub(crate) fn get(&self, id: &RequestId) -> Result<Found, sled::Error> {
        let key = entry::key(id);
        let Some(bytes) = self.0.get(key)? else {
            return Ok(Found::Nothing);
        };
        if let Some(reply) = entry::read(&key, &bytes) {
            return Ok(Found::Reply(Box::new(reply)));
        }
        self.0.remove(key)?;
        Ok(Found::Corrupt)
    }

    pub(crate) fn put(&self, id: &RequestId, reply: &Reply) -> Result<(), sled::Error> {
        let key = entry::key(id);
        if let Some(bytes) = entry::write(&key, reply) {
            self.0.insert(key, bytes)?;
        }
        Ok(())
    }

    pub(crate) fn flush(&self) -> Result<(), sled::Error> {
        self.0.flush().map(|_| ())
    }
}

/// Sled locks its file and says so in words, under the kind that the platform's lock reports.
fn is_locked(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || error.to_string().contains("could not acquire lock")
}

/// Creates the folder, readable by its owner alone: replies quote the texts they were asked about.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
