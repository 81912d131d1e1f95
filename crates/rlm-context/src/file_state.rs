//! The size and modification time of a file.

use std::fmt;
use std::fs::File;
use std::io;
use std::time::SystemTime;

/// The size and modification time of a file, used to detect changes without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    /// The size in bytes.
    pub bytes: u64,
    /// The modification time; `None` if the system doesn't report it.
    pub modified: Option<SystemTime>,
}

impl FileState {
    /// Queries the metadata of an open file.
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
