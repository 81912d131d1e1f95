//! A reader of a journal that is still being written, which continues from its last position.

use std::fs::{File, TryLockError};
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::reader::Read;
use crate::{Ending, JournalReader, ReadError, Record};

/// A reader that follows a growing journal. An incomplete last line is read once it is complete.
///
/// ```
/// use rlm_model::RunPath;
/// use rlm_trace::{Event, Journal, JournalOptions, JournalTail, StepKind, TurnStarted};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("journal.jsonl");
/// # let turn = |turn| Event::TurnStarted(TurnStarted { run: RunPath::default(), turn, step: StepKind::RootCall });
/// let journal = Journal::create(&path, JournalOptions::default())?;
/// let mut tail = JournalTail::open(&path)?; // by another process, say
/// journal.write(turn(1))?;
/// assert_eq!(tail.read_on(100)?.len(), 1);
/// assert_eq!(tail.read_on(100)?.len(), 0, "nothing new");
/// journal.write(turn(2))?;
/// assert_eq!(tail.read_on(100)?[0].line, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JournalTail {
    file: File,
    path: PathBuf,
    read: Read,
    ending: Ending,
}

impl JournalTail {
    /// Opens the journal at `path` without reading it.
    ///
    /// # Errors
    /// [`ReadError::Open`] if the file doesn't exist or can't be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|source| ReadError::Open {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            file,
            path: path.to_owned(),
            read: Read::default(),
            ending: Ending::Unfinished,
        })
    }

    /// Reads the events added to the journal since the last call, at most `most`. Returns an empty
    /// list if there are none yet. Each event is verified as by a [`JournalReader`].
    ///
    /// # Errors
    /// See [`JournalReader::next`](Iterator::next). Events before a damaged line are returned
    /// first, the error by the next call.
    pub fn read_on(&mut self, most: usize) -> Result<Vec<Record>, ReadError> {
        let failed = |source| ReadError::Read {
            path: self.path.clone(),
            line: self.read.lines + 1,
            source,
        };
        self.file.seek(SeekFrom::Start(self.read.bytes)).map_err(failed)?;
        let input = BufReader::with_capacity(64 << 10, &self.file);
        let mut reader = JournalReader::new(input, &self.path).going_on(self.read);
        let mut records = Vec::new();
        while records.len() < most {
            match reader.next() {
                Some(Ok(record)) => records.push(record),
                Some(Err(error)) if records.is_empty() => return Err(error),
                // The next call meets the error again as its first item.
                Some(Err(_)) | None => break,
            }
        }
        self.read = reader.read();
        if let Some(ending) = reader.ending() {
            self.ending = ending;
        }
        Ok(records)
    }

    /// Returns the state of the journal's end as far as it was read. An incomplete last line counts
    /// as [`Ending::Torn`].
    #[must_use]
    pub const fn ending(&self) -> Ending {
        self.ending
    }

    /// Returns `true` if a process is writing the journal now, or if the file system doesn't support
    /// locks.
    #[must_use]
    pub fn is_being_written(&self) -> bool {
        match self.file.try_lock_shared() {
            Ok(()) => {
                // Releases the lock at once. Closing the file would release it as well.
                let _ = self.file.unlock();
                false
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        }
    }
}
