//! Side logs: a process that finds the database in use appends its replies to a log next to it. The
//! next process that opens the database imports the logs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::disk::create_private;
use crate::entry::KEY;

/// The folder of the logs, within the database folder.
const FOLDER: &str = "side";
const ENDING: &str = "log";

/// The maximum length of an entry in bytes; a larger value is a damaged length.
const LONGEST: usize = 64 << 20;

/// A log that this process writes. It is locked while open, so that no other process removes it.
#[derive(Debug)]
pub(crate) struct SideLog(Mutex<File>);

impl SideLog {
    /// Creates a log for this process.
    pub(crate) fn create(database: &Path) -> io::Result<Self> {
        let folder = database.join(FOLDER);
        create_private(&folder)?;
        let mut number = 0_u32;
        loop {
            let draft = folder.join(format!("{}-{number}.draft", std::process::id()));
            let mut options = OpenOptions::new();
            options.append(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&draft) {
                Ok(file) => {
                    // The log is locked before it is renamed, so that an importing process never
                    // sees an unlocked log that is still in use.
                    file.lock()?;
                    fs::rename(&draft, unused_name(&folder)?)?;
                    return Ok(Self(Mutex::new(file)));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1_000 => {
                    number = number.saturating_add(1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Appends an entry in a single write, so that a killed process loses at most its last entry.
    pub(crate) fn add(&self, key: &[u8; KEY], entry: &[u8]) -> io::Result<()> {
        let length = u32::try_from(entry.len()).map_err(io::Error::other)?;
        let mut record = Vec::with_capacity(entry.len().saturating_add(KEY).saturating_add(4));
        record.extend_from_slice(&length.to_be_bytes());
        record.extend_from_slice(key);
        record.extend_from_slice(entry);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&record)
    }
}

/// Returns an unused log name. Process ids are reused, so an increasing number is appended.
fn unused_name(folder: &Path) -> io::Result<PathBuf> {
    let id = std::process::id();
    (0..10_000_u32)
        .map(|number| folder.join(format!("{id}-{number}.{ENDING}")))
        .find(|path| !path.exists())
        .ok_or_else(|| io::Error::other("too many logs next to the cache"))
}

/// Lists the logs, including those that are still being written.
pub(crate) fn list(database: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(database.join(FOLDER)) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut logs: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .collect();
    logs.sort_unstable();
    logs
}

/// Passes each entry of each finished log to `take`, and removes the logs. A log that is still
/// being written is skipped. A log with entries that couldn't be taken is kept.
pub(crate) fn import(database: &Path, mut take: impl FnMut(&[u8; KEY], &[u8]) -> bool) {
    for path in list(database) {
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock().is_err() {
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        let mut rest = bytes.as_slice();
        let mut taken = true;
        while let Some((key, entry, next)) = first(rest) {
            taken &= take(key, entry);
            rest = next;
        }
        if taken {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Splits off the first entry of a log; `None` if there is none or it is truncated, as after a
/// crash.
fn first(bytes: &[u8]) -> Option<(&[u8; KEY], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (key, rest) = rest.split_first_chunk::<KEY>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (entry, rest) = rest.split_at_checked(length).filter(|_| length <= LONGEST)?;
    Some((key, entry, rest))
}
