//! Reading a journal that is still being written: what was added since one looked last.

use std::fs::{File, TryLockError};
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::reader::Read;
use crate::{Ending, JournalReader, ReadError, Record};

/// A journal that is read as it grows. A line that is only begun is waited for.
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
    /// Opens the journal at `path`. Nothing of it is read yet.
    ///
    /// # Errors
    /// [`ReadError::Open`] where there is no such file or it may not be read.
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

    /// Reads the events that were added since the last time, at most so many; none where there are none yet. Each is verified as by a
    /// [`JournalReader`].
    ///
    /// # Errors
    /// See [`JournalReader::next`](Iterator::next). The events before a damaged line were returned before.
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
                // It is met again when it comes first.
                Some(Err(_)) | None => break,
            }
        }
        self.read = reader.read();
        if let Some(ending) = reader.ending() {
            self.ending = ending;
        }
        Ok(records)
    }

    /// Returns how the journal ends as far as it was read. A line that is being written counts as torn.
    #[must_use]
    pub const fn ending(&self) -> Ending {
        self.ending
    }

    /// Tells whether a process is writing the journal now. Where the file system knows no locks, one is taken to.
    #[must_use]
    pub fn is_being_written(&self) -> bool {
        match self.file.try_lock_shared() {
            Ok(()) => {
                // Held for no longer than it takes to ask; closing the file would give it back as well.
                let _ = self.file.unlock();
                false
            }
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        }
    }
}
