//! Replies of processes that found the database taken: each writes a log of its own beside it, and whoever has the database next
//! takes them in.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::disk::create_private;
use crate::entry::KEY;

/// The folder of the logs, within that of the database.
const FOLDER: &str = "side";
const ENDING: &str = "log";

/// The longest entry that is read back; a longer one is a damaged length.
const LONGEST: usize = 64 << 20;

/// A log that this process writes. While it is open, it is locked, so that nobody takes it away.
#[derive(Debug)]
pub(crate) struct SideLog(Mutex<File>);

impl SideLog {
    /// Makes a log of this process's own.
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
                    // Locked before it has its name: whoever takes logs in never meets one that is about to be written.
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

    /// Writes an entry, in one write, so that a process that is killed loses its last at the most.
    pub(crate) fn add(&self, key: &[u8; KEY], entry: &[u8]) -> io::Result<()> {
        let length = u32::try_from(entry.len()).map_err(io::Error::other)?;
        let mut record = Vec::with_capacity(entry.len().saturating_add(KEY).saturating_add(4));
        record.extend_from_slice(&length.to_be_bytes());
        record.extend_from_slice(key);
        record.extend_from_slice(entry);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&record)
    }
}

/// A name that no log has: process ids come again, so a number that grows stands after it.
fn unused_name(folder: &Path) -> io::Result<PathBuf> {
    let id = std::process::id();
    (0..10_000_u32)
        .map(|number| folder.join(format!("{id}-{number}.{ENDING}")))
        .find(|path| !path.exists())
        .ok_or_else(|| io::Error::other("too many logs stand beside the cache"))
}

/// Lists the logs, those that are still being written among them.
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

/// Gives each entry of each finished log to `take`, and removes the logs. One that a process still writes is left for later;
/// one whose entries could not be taken stays.
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

/// Cuts the first record off; none where the rest is none, as after a process that was killed.
fn first(bytes: &[u8]) -> Option<(&[u8; KEY], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (key, rest) = rest.split_first_chunk::<KEY>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (entry, rest) = rest.split_at_checked(length).filter(|_| length <= LONGEST)?;
    Some((key, entry, rest))
}
