//! The reader of a journal. It verifies each line against its digest and the line before it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rlm_model::{Digest, SourceRange};

use crate::quoted::whole;
use crate::record::{self, LineFault, MAGIC};
use crate::{Event, JOURNAL_VERSION, JournalTexts, Record, RecordedOutcome, UnresolvedSource};

/// The default maximum length of a journal line, for reading and writing: 256 MiB.
pub const MAX_LINE_BYTES: u64 = 256 << 20;

/// The state of a journal's end: complete, without an outcome, or truncated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The last event is the run's outcome: the journal is complete.
    Finished,
    /// The last line is whole but is not the run's outcome: the run is still running, or its
    /// process was killed.
    Unfinished,
    /// The last line is truncated: the writer was stopped while writing, or the file was cut.
    Torn {
        /// The number of the truncated line, counted from 1.
        line: u64,
        /// The number of bytes of the truncated line. 0 if only the line end is missing and nothing
        /// is lost.
        dropped: u64,
    },
}

/// A recorded run: its journal, read in full and verified.
///
/// ```
/// # use rlm_trace::{Ending, Event, RecordedRun};
/// let run = RecordedRun::read("../../examples/recorded/minutes.jsonl")?;
/// assert_eq!(run.ending, Ending::Finished);
/// let turns = run.events().filter(|event| matches!(event, Event::TurnStarted(_))).count();
/// assert_eq!(turns, 4);
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRun {
    /// The records of the journal's events, in the order in which they were written.
    pub records: Vec<Record>,
    /// The state of the journal's end.
    pub ending: Ending,
}

impl RecordedRun {
    /// Reads and verifies the journal at `path`.
    ///
    /// # Errors
    /// See [`JournalReader::next`](Iterator::next).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        JournalReader::open(path)?.read_all()
    }

    /// Returns the run's events in the order in which they were written.
    pub fn events(&self) -> impl Iterator<Item = &Event> + Clone {
        self.records.iter().map(|record| &record.event)
    }

    /// Returns the run with placeholders for all its texts, as a journal stores it that keeps
    /// [digests](JournalTexts::Digests) of texts: no question, context, prompts, replies, programs,
    /// output, messages or names of documents are left. Events that can't be stripped are dropped.
    ///
    /// ```
    /// let run = rlm_trace::RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
    /// let events: Vec<_> = run.without_texts().events().cloned().collect();
    /// assert_eq!(events.len(), run.records.len());
    /// assert!(!format!("{events:?}").contains("kettle"));
    /// # Ok::<(), rlm_trace::ReadError>(())
    /// ```
    #[must_use]
    pub fn without_texts(&self) -> Self {
        let records = self.records.iter().filter_map(|record| {
            let event = JournalTexts::Digests.withheld(&record.event).ok()??;
            Some(Record {
                event,
                ..record.clone()
            })
        });
        Self {
            records: records.collect(),
            ending: self.ending,
        }
    }

    /// Returns the run with the quotes in its replies restored to their text. `resolve` returns the
    /// text of a range of the context, or `None` if there is no such range.
    ///
    /// # Errors
    /// [`UnresolvedSource`] for the first quote without a text, or whose mark is not in its reply.
    pub fn with_quotes(&self, resolve: &dyn Fn(SourceRange) -> Option<Arc<str>>) -> Result<Self, UnresolvedSource> {
        let mut run = self.clone();
        for record in &mut run.records {
            if let Event::Settled(settled) = &mut record.event
                && let RecordedOutcome::Reply(reply) = &mut settled.outcome
            {
                let pieces = std::mem::take(&mut settled.quoted);
                if !pieces.is_empty() {
                    reply.text = whole(&reply.text, &pieces, resolve)?;
                }
            }
        }
        Ok(run)
    }
}

/// An iterator over the events of a journal, which verifies each line. The iterator ends after the
/// first error.
///
/// ```
/// use rlm_trace::{Ending, JournalReader, ReadError};
///
/// let bytes = std::fs::read("../../examples/recorded/minutes.jsonl")?;
/// // A process that was killed in the middle of its last line.
/// let mut reader = JournalReader::new(&bytes[..bytes.len() - 9], "minutes.jsonl");
/// let records = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
/// assert!(matches!(reader.ending(), Some(Ending::Torn { line, .. }) if line == records.len() as u64 + 1));
///
/// // One letter of the question that somebody changed afterwards.
/// let edited = String::from_utf8(bytes)?.replacen("question\":\"", "question\":\"x", 1);
/// let read = JournalReader::new(edited.as_bytes(), "minutes.jsonl").read_all();
/// assert!(matches!(read, Err(ReadError::Altered { line: 1, .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JournalReader<R> {
    input: R,
    path: PathBuf,
    max_line_bytes: u64,
    state: State,
    last: Option<Digest>,
    lines: u64,
    whole_bytes: u64,
    buffer: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// More lines may follow. `outcome` is `true` if the last line read was the run's outcome.
    Reading {
        outcome: bool,
    },
    Ended(Ending),
    Failed,
}

impl JournalReader<BufReader<File>> {
    /// Opens the journal file at `path` for reading.
    ///
    /// # Errors
    /// [`ReadError::Open`] if the file doesn't exist or can't be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|source| ReadError::Open {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self::new(BufReader::with_capacity(64 << 10, file), path))
    }
}

/// The position up to which a journal was read, to continue from it later.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Read {
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
    pub(crate) last: Option<Digest>,
    /// Whether the last event read was the run's outcome.
    pub(crate) outcome: bool,
}

impl<R: BufRead> JournalReader<R> {
    /// Creates a journal reader over `input`. Errors name `path`.
    pub fn new(input: R, path: impl Into<PathBuf>) -> Self {
        Self {
            input,
            path: path.into(),
            max_line_bytes: MAX_LINE_BYTES,
            state: State::Reading { outcome: false },
            last: None,
            lines: 0,
            whole_bytes: 0,
            buffer: Vec::new(),
        }
    }

    /// Sets the maximum length of a journal line in bytes. A longer line is an error. Default:
    /// [`MAX_LINE_BYTES`].
    #[must_use]
    pub fn with_max_line_bytes(mut self, bytes: u64) -> Self {
        self.max_line_bytes = bytes;
        self
    }

    /// Continues reading from an earlier position. `input` must begin at that position.
    pub(crate) fn going_on(mut self, read: Read) -> Self {
        self.lines = read.lines;
        self.whole_bytes = read.bytes;
        self.last = read.last;
        self.state = State::Reading { outcome: read.outcome };
        self
    }

    /// Returns the position up to which the journal has been read.
    pub(crate) const fn read(&self) -> Read {
        Read {
            lines: self.lines,
            bytes: self.whole_bytes,
            last: self.last,
            outcome: matches!(
                self.state,
                State::Reading { outcome: true } | State::Ended(Ending::Finished)
            ),
        }
    }

    /// Returns the state of the journal's end, or `None` while lines remain to be read.
    #[must_use]
    pub const fn ending(&self) -> Option<Ending> {
        match self.state {
            State::Ended(ending) => Some(ending),
            State::Reading { .. } | State::Failed => None,
        }
    }

    /// Returns the digest of the last journal line that was read.
    #[must_use]
    pub const fn last_hash(&self) -> Option<Digest> {
        self.last
    }

    /// Returns the length in bytes of the complete lines that were read, line ends included.
    #[must_use]
    pub const fn whole_bytes(&self) -> u64 {
        self.whole_bytes
    }

    /// Reads and verifies all remaining events of the journal.
    ///
    /// # Errors
    /// The first error of [`JournalReader::next`](Iterator::next).
    pub fn read_all(mut self) -> Result<RecordedRun, ReadError> {
        let records = self.by_ref().collect::<Result<Vec<_>, _>>()?;
        let ending = self.ending().unwrap_or(Ending::Unfinished);
        Ok(RecordedRun { records, ending })
    }

    fn read_record(&mut self, outcome_before: bool) -> Result<Option<Record>, ReadError> {
        let line = self.lines + 1;
        self.read_line(line)?;
        let (bytes, terminated) = match self.buffer.strip_suffix(b"\n") {
            Some(bytes) => (bytes, true),
            None => (self.buffer.as_slice(), false),
        };
        if self.buffer.is_empty() {
            let ending = if outcome_before {
                Ending::Finished
            } else {
                Ending::Unfinished
            };
            self.state = State::Ended(ending);
            return Ok(None);
        }
        if line == 1 {
            self.check_version(bytes, terminated)?;
        }
        let record = match record::decode(bytes, line, self.last.as_ref()) {
            Ok(record) => record,
            Err(LineFault::Altered) if !terminated => {
                let dropped = bytes.len() as u64;
                self.state = State::Ended(Ending::Torn { line, dropped });
                return Ok(None);
            }
            Err(fault) => return Err(self.fault(fault, line, bytes)),
        };
        self.lines = line;
        self.last = Some(record.hash);
        self.whole_bytes += bytes.len() as u64 + 1;
        self.state = if terminated {
            let outcome = record.event.ends_the_run();
            State::Reading { outcome }
        } else {
            State::Ended(Ending::Torn { line, dropped: 0 })
        };
        Ok(Some(record))
    }

    fn read_line(&mut self, line: u64) -> Result<(), ReadError> {
        self.buffer.clear();
        let allowed = self.max_line_bytes;
        let mut input = self.input.by_ref().take(allowed.saturating_add(1));
        let read = input
            .read_until(b'\n', &mut self.buffer)
            .map_err(|source| ReadError::Read {
                path: self.path.clone(),
                line,
                source,
            })?;
        if read as u64 > allowed {
            return Err(ReadError::LineTooLong {
                path: self.path.clone(),
                line,
                allowed,
            });
        }
        Ok(())
    }

    /// Checks the format version in the journal's first line, before any digest, since other
    /// versions may hash differently.
    fn check_version(&self, bytes: &[u8], terminated: bool) -> Result<(), ReadError> {
        let path = || self.path.clone();
        match record::version(bytes) {
            Some(JOURNAL_VERSION) => Ok(()),
            Some(found) => Err(ReadError::Version { path: path(), found }),
            None if !terminated && MAGIC.starts_with(bytes.get(..MAGIC.len()).unwrap_or(bytes)) => Ok(()),
            None => Err(ReadError::NotAJournal { path: path() }),
        }
    }

    fn fault(&self, fault: LineFault, line: u64, bytes: &[u8]) -> ReadError {
        let path = self.path.clone();
        let what = What(record::describe(bytes));
        match fault {
            LineFault::Altered => ReadError::Altered { path, line, what },
            LineFault::Unchained => ReadError::Unchained { path, line, what },
            LineFault::Malformed(detail) => ReadError::Malformed {
                path,
                line,
                what,
                detail,
            },
        }
    }
}

impl<R: BufRead> Iterator for JournalReader<R> {
    type Item = Result<Record, ReadError>;

    /// Reads and verifies the next event of the journal. Returns `None` at the end and after an
    /// error.
    fn next(&mut self) -> Option<Self::Item> {
        let State::Reading { outcome } = self.state else {
            return None;
        };
        let record = self.read_record(outcome);
        if record.is_err() {
            self.state = State::Failed;
        }
        record.transpose()
    }
}

/// The name of the event on a damaged journal line, if still readable. Displayed in brackets after
/// a space, as part of an error message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct What(pub Option<String>);

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(event) => write!(f, " ({event})"),
            None => Ok(()),
        }
    }
}

/// An error of reading or verifying a journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The journal's file can't be opened.
    #[error("can't open the journal {}: {source}", path.display())]
    Open {
        /// The path of the journal.
        path: PathBuf,
        /// The I/O error.
        source: io::Error,
    },
    /// An I/O error occurred while reading the journal.
    #[error("can't read the journal {} at line {line}: {source}", path.display())]
    Read {
        /// The path of the journal.
        path: PathBuf,
        /// The number of the line.
        line: u64,
        /// The I/O error.
        source: io::Error,
    },
    /// The file is not a journal.
    #[error("{} is not a journal", path.display())]
    NotAJournal {
        /// The path of the file.
        path: PathBuf,
    },
    /// The journal has a format version that this release can't read.
    #[error("unsupported version of the journal {}: expected {JOURNAL_VERSION}, got {found}", path.display())]
    Version {
        /// The path of the journal.
        path: PathBuf,
        /// The format version of the journal.
        found: u32,
    },
    /// A line of the journal was changed after it was written: its digest does not match.
    #[error("the journal {} was altered at line {line}{what}", path.display())]
    Altered {
        /// The path of the journal.
        path: PathBuf,
        /// The number of the line.
        line: u64,
        /// The event on the damaged line, if still readable.
        what: What,
    },
    /// A line of the journal does not follow the line before it, so that lines were removed, added
    /// or reordered.
    #[error(
        "the journal {} was altered before line {line}{what}: the hash chain is broken there",
        path.display()
    )]
    Unchained {
        /// The path of the journal.
        path: PathBuf,
        /// The number of the line.
        line: u64,
        /// The event on the line that does not follow, if still readable.
        what: What,
    },
    /// A line of the journal has a valid digest but can't be parsed.
    #[error("invalid line {line}{what} in the journal {}: {detail}", path.display())]
    Malformed {
        /// The path of the journal.
        path: PathBuf,
        /// The number of the line.
        line: u64,
        /// The event on the line, if still readable.
        what: What,
        /// The parse error.
        detail: String,
    },
    /// A line of the journal exceeds the maximum length.
    #[error("line {line} of the journal {} is longer than {allowed} bytes", path.display())]
    LineTooLong {
        /// The path of the journal.
        path: PathBuf,
        /// The number of the line.
        line: u64,
        /// The maximum length of a line in bytes.
        allowed: u64,
    },
}

impl ReadError {
    /// Returns the stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "journal_open",
            Self::Read { .. } => "journal_read",
            Self::NotAJournal { .. } => "not_a_journal",
            Self::Version { .. } => "journal_version",
            Self::Altered { .. } => "journal_altered",
            Self::Unchained { .. } => "journal_unchained",
            Self::Malformed { .. } => "journal_malformed",
            Self::LineTooLong { .. } => "journal_line_too_long",
        }
    }

    /// Returns a suggestion for the user on how to fix the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Open { .. } => "check the path and your permission to read the file",
            Self::Read { .. } => "check the disk, then try again",
            Self::NotAJournal { .. } => "give a run's id, `last`, or the path of a journal.jsonl",
            Self::Version { .. } => "read it with the release that wrote it",
            Self::Altered { .. } | Self::Unchained { .. } => {
                "don't trust anything from that line on; restore the file from a backup, or run again"
            }
            Self::Malformed { .. } => "read it with the program or the release that wrote it",
            Self::LineTooLong { .. } => "check that the file is a journal; runs don't write such lines",
        }
    }
}
