//! What is known of a file before it is read.

use std::fmt;
use std::fs::File;
use std::io;
use std::time::SystemTime;

/// What tells without reading whether a file was changed: its size and the time of its last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last changed, where the system says so.
    pub modified: Option<SystemTime>,
}

impl FileState {
    /// Asks the system.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }
}

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes)?;
        match self.modified.and_then(|time| jiff::Timestamp::try_from(time).ok()) {
            Some(time) => write!(f, " from {time}"),
            None => Ok(()),
        }
    }
}
