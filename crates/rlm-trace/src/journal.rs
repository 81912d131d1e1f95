//! The writer of a journal, to a file or to memory. It accepts events from several threads and
//! notifies listeners.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rlm_model::{BoxFuture, Digest};

use crate::{
    Ending, Event, JournalReader, JournalTexts, MAX_LINE_BYTES, Millis, ReadError, Record, RecordedRun, ResumeError,
    WriteError, record,
};

/// The policy for a journal file that already exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// Keeps the existing file and returns an error.
    #[default]
    Keep,
    /// Replaces the existing file.
    Replace,
}

/// The durability guarantee of a written event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The event has reached the operating system. It survives a crash of the process, but not a
    /// loss of power.
    #[default]
    Process,
    /// The event is flushed to disk, so that it survives a loss of power. Each write waits for the
    /// disk.
    Disk,
}

/// Whether the events of a journal have timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Times {
    /// Events have a timestamp: the milliseconds since the journal was created.
    #[default]
    Elapsed,
    /// Events have no timestamp, so that equal runs write equal bytes.
    None,
}

/// The options of creating or resuming a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalOptions {
    /// The policy for a journal file that already exists.
    pub existing: Existing,
    /// The durability guarantee of written events.
    pub durability: Durability,
    /// Whether events have a timestamp.
    pub times: Times,
    /// Which texts the journal stores in full. A resumed journal keeps the value with which it was
    /// created.
    pub texts: JournalTexts,
    /// The maximum length of a journal line in bytes. Longer events are rejected.
    pub max_line_bytes: u64,
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            existing: Existing::default(),
            durability: Durability::default(),
            times: Times::default(),
            texts: JournalTexts::default(),
            max_line_bytes: MAX_LINE_BYTES,
        }
    }
}

/// A second place of a journal's lines, such as a database that outlives this machine.
pub trait LineSink: Send + Sync {
    /// Takes a line that the journal's file has, with its line end. Must not block.
    ///
    /// # Errors
    /// The error that an earlier line could not be stored. The journal accepts no more events then.
    fn put(&self, number: u64, line: &[u8]) -> io::Result<()>;

    /// Waits until all lines so far are stored.
    ///
    /// # Errors
    /// The error that one of them could not be stored.
    fn flush(&self) -> BoxFuture<'_, io::Result<()>>;
}

/// An open journal, to which a run writes its events. All methods may be called from several
/// threads at once.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use rlm_model::RunPath;
/// use rlm_trace::{Event, Journal, JournalOptions, StepKind, TurnStarted};
///
/// let journal = Journal::in_memory(JournalOptions::default());
/// let (sender, turns) = std::sync::mpsc::channel();
/// journal.subscribe(move |record| match sender.send(record.event.turn()) {
///     Ok(()) => ControlFlow::Continue(()),
///     Err(_) => ControlFlow::Break(()), // nobody listens any more
/// });
/// for turn in [1, 2] {
///     journal.write(Event::TurnStarted(TurnStarted { run: RunPath::default(), turn, step: StepKind::RootCall }))?;
/// }
/// assert_eq!(turns.try_iter().flatten().collect::<Vec<_>>(), [1, 2]);
/// assert_eq!(journal.records().map(|records| records.len()), Some(2));
/// # Ok::<(), rlm_trace::WriteError>(())
/// ```
pub struct Journal {
    path: Option<PathBuf>,
    options: JournalOptions,
    state: Mutex<State>,
    second: Option<Arc<dyn LineSink>>,
}

type Listener = Box<dyn FnMut(&Arc<Record>) -> ControlFlow<()> + Send>;

struct State {
    sink: Sink,
    lines: u64,
    last: Option<Digest>,
    /// The instant to which timestamps are relative. A resumed journal continues from the time of
    /// its last event.
    clock: Instant,
    clock_base: Millis,
    listeners: Vec<Listener>,
    buffer: Vec<u8>,
}

enum Sink {
    File { file: File, bytes: u64 },
    Memory(Vec<Arc<Record>>),
    Broken,
}

impl Journal {
    /// Creates a journal file, readable only by its owner, and its folder if that is missing.
    ///
    /// # Errors
    /// [`WriteError::Exists`], [`WriteError::Folder`], [`WriteError::Create`], or
    /// [`WriteError::InUse`] if another process is writing to the file that is to be replaced.
    pub fn create(path: impl AsRef<Path>, options: JournalOptions) -> Result<Self, WriteError> {
        let path = path.as_ref();
        create_folder(path)?;
        let mut open = OpenOptions::new();
        open.write(true).read(true);
        match options.existing {
            Existing::Keep => open.create_new(true),
            Existing::Replace => open.create(true),
        };
        owner_only(&mut open);
        let file = open.open(path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => WriteError::Exists { path: path.to_owned() },
            _ => WriteError::Create {
                path: path.to_owned(),
                source,
            },
        })?;
        lock(&file, path)?;
        if options.existing == Existing::Replace {
            clear(&file).map_err(|source| WriteError::Create {
                path: path.to_owned(),
                source,
            })?;
        }
        let sink = Sink::File { file, bytes: 0 };
        Ok(Self::over(sink, Some(path.to_owned()), options))
    }

    /// Creates a journal that keeps its events in memory.
    #[must_use]
    pub fn in_memory(options: JournalOptions) -> Self {
        Self::over(Sink::Memory(Vec::new()), None, options)
    }

    /// Opens an existing journal to append to it, and returns its events. A truncated last line is
    /// removed.
    ///
    /// ```
    /// # use rlm_model::RunPath;
    /// # use rlm_trace::{Event, Journal, JournalOptions, ResumeError, StepKind, TurnStarted};
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("journal.jsonl");
    /// # let turn = |turn| Event::TurnStarted(TurnStarted { run: RunPath::default(), turn, step: StepKind::RootCall });
    /// let journal = Journal::create(&path, JournalOptions::default())?;
    /// journal.write(turn(1))?;
    /// drop(journal); // as a process is gone
    ///
    /// let (journal, recorded) = Journal::resume(&path, JournalOptions::default())?;
    /// assert_eq!(recorded.records.len(), 1);
    /// assert_eq!(journal.write(turn(2))?.line, 2, "the chain goes on");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ResumeError::Read`] if the journal can't be read or was altered; it is left unchanged.
    /// [`ResumeError::Write`] if it can't be written, or another process is writing it.
    pub fn resume(path: impl AsRef<Path>, options: JournalOptions) -> Result<(Self, RecordedRun), ResumeError> {
        let path = path.as_ref();
        let open = OpenOptions::new().read(true).write(true).open(path);
        let file = open.map_err(|source| ReadError::Open {
            path: path.to_owned(),
            source,
        })?;
        lock(&file, path)?;
        let mut reader = JournalReader::new(BufReader::new(&file), path).with_max_line_bytes(options.max_line_bytes);
        let records = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
        let ending = reader.ending().unwrap_or(Ending::Unfinished);
        let (last, bytes) = (reader.last_hash(), reader.whole_bytes());
        restore(&file, bytes, ending).map_err(|source| WriteError::Write {
            path: path.to_owned(),
            source,
        })?;
        let texts = JournalTexts::of(&records);
        let journal = Self::over(
            Sink::File { file, bytes },
            Some(path.to_owned()),
            JournalOptions { texts, ..options },
        );
        {
            let mut state = journal.lock_state();
            state.last = last;
            state.lines = records.len() as u64;
            state.clock_base = records.iter().rev().find_map(|record| record.at).unwrap_or_default();
        }
        Ok((journal, RecordedRun { records, ending }))
    }

    fn over(sink: Sink, path: Option<PathBuf>, options: JournalOptions) -> Self {
        let state = State {
            sink,
            lines: 0,
            last: None,
            clock: Instant::now(),
            clock_base: Millis(0),
            listeners: Vec::new(),
            buffer: Vec::new(),
        };
        Self {
            path,
            options,
            state: Mutex::new(state),
            second: None,
        }
    }

    /// Returns the journal, whose later lines also go to a second place.
    #[must_use]
    pub fn with_second(self, second: Arc<dyn LineSink>) -> Self {
        Self {
            second: Some(second),
            ..self
        }
    }

    /// Returns the path of the journal's file, or `None` for a journal in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns which texts the journal stores in full.
    #[must_use]
    pub const fn texts(&self) -> JournalTexts {
        self.options.texts
    }

    /// Writes an event to the journal and notifies the listeners. When this returns, the operating
    /// system has the event. The written line omits the texts that the journal must not store; the
    /// returned record, which listeners also get, has all texts.
    ///
    /// # Errors
    /// [`WriteError::Begin`] or [`WriteError::Write`] if the system call fails. A partial line is removed if possible, and
    /// every later event is rejected with [`WriteError::Broken`], so that a journal never has a
    /// gap. [`WriteError::TooLong`] if the event exceeds the maximum length of a line; later events
    /// can still be written.
    pub fn write(&self, event: Event) -> Result<Arc<Record>, WriteError> {
        let encode = |source| WriteError::Encode {
            kind: event.kind().to_owned(),
            source,
        };
        let withheld = self.options.texts.withheld(&event).map_err(encode)?;
        let json = serde_json::to_string(withheld.as_ref().unwrap_or(&event)).map_err(encode)?;
        let mut state = self.lock_state();
        let state = &mut *state;
        let at = match self.options.times {
            Times::Elapsed => Some(state.now()),
            Times::None => None,
        };
        let line = state.lines + 1;
        let hash = record::encode(line, at, state.last.as_ref(), &json, &mut state.buffer);
        if state.buffer.len() as u64 > self.options.max_line_bytes {
            return Err(WriteError::TooLong {
                kind: event.kind().to_owned(),
                bytes: state.buffer.len() as u64,
                allowed: self.options.max_line_bytes,
            });
        }
        let record = Arc::new(Record { line, at, hash, event });
        match withheld {
            Some(event) => self.put(state, &Arc::new(Record { line, at, hash, event }))?,
            None => self.put(state, &record)?,
        }
        state.lines = line;
        state.last = Some(hash);
        state.listeners.retain_mut(|listener| listener(&record).is_continue());
        Ok(record)
    }

    fn put(&self, state: &mut State, record: &Arc<Record>) -> Result<(), WriteError> {
        let path = || self.path.clone().unwrap_or_default();
        match &mut state.sink {
            Sink::Memory(records) => {
                records.push(record.clone());
                Ok(())
            }
            Sink::Broken => Err(WriteError::Broken { path: path() }),
            Sink::File { file, bytes } => {
                let written = file
                    .write_all(&state.buffer)
                    .and_then(|()| match self.options.durability {
                        Durability::Process => Ok(()),
                        Durability::Disk => file.sync_data(),
                    });
                if let Err(source) = written {
                    // Best effort: if this fails too, a reader drops the truncated line.
                    let _ = file.set_len(*bytes);
                    state.sink = Sink::Broken;
                    let path = path();
                    return Err(match state.lines {
                        0 => WriteError::Begin { path, source },
                        _ => WriteError::Write { path, source },
                    });
                }
                *bytes += state.buffer.len() as u64;
                self.put_second(state, record.line)
            }
        }
    }

    fn put_second(&self, state: &mut State, line: u64) -> Result<(), WriteError> {
        let put = |second: &Arc<dyn LineSink>| second.put(line, &state.buffer);
        self.second.as_ref().map_or(Ok(()), put).map_err(|source| {
            state.sink = Sink::Broken;
            self.write_error(source)
        })
    }

    /// Returns `true` if there is a second place, so that [`flush`](Self::flush) may wait.
    #[must_use]
    pub const fn has_second(&self) -> bool {
        self.second.is_some()
    }

    /// Waits until the second place, if there is one, has all events. Effects that must not be
    /// repeated, such as paid requests, wait for this after their event is written.
    ///
    /// # Errors
    /// [`WriteError::Write`] if an event could not be stored there.
    pub async fn flush(&self) -> Result<(), WriteError> {
        match &self.second {
            Some(second) => second.flush().await.map_err(|source| self.write_error(source)),
            None => Ok(()),
        }
    }

    fn write_error(&self, source: io::Error) -> WriteError {
        WriteError::Write {
            path: self.path.clone().unwrap_or_default(),
            source,
        }
    }

    /// Calls `listener` with every later event, in order, each after it was written, until it
    /// returns [`ControlFlow::Break`]. The writer is blocked meanwhile, so a listener should
    /// forward the event and return. It must not write to the journal.
    pub fn subscribe(&self, listener: impl FnMut(&Arc<Record>) -> ControlFlow<()> + Send + 'static) {
        self.lock_state().listeners.push(Box::new(listener));
    }

    /// Returns an unbounded channel that receives every later event, in order. A slow reader never
    /// blocks the run. Dropping the channel ends the subscription.
    #[must_use]
    pub fn follow(&self) -> Receiver<Arc<Record>> {
        let (sender, receiver) = channel();
        self.subscribe(move |record| match sender.send(record.clone()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        });
        receiver
    }

    /// Returns the events written so far to a journal in memory. Returns `None` for a journal in a
    /// file, which [`RecordedRun::read`] reads.
    #[must_use]
    pub fn records(&self) -> Option<Vec<Arc<Record>>> {
        match &self.lock_state().sink {
            Sink::Memory(records) => Some(records.clone()),
            Sink::File { .. } | Sink::Broken => None,
        }
    }

    /// Locks the journal's state. Lock poisoning is ignored, since a thread that panicked with the
    /// lock held left a consistent state.
    fn lock_state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> Millis {
        let elapsed = u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        Millis(self.clock_base.0.saturating_add(elapsed))
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("path", &self.path)
            .field("lines", &self.lock_state().lines)
            .finish_non_exhaustive()
    }
}

fn create_folder(path: &Path) -> Result<(), WriteError> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| WriteError::Folder {
        path: folder.to_owned(),
        source,
    })
}

/// Sets the mode of files that `open` creates so that only their owner can read them, since
/// contexts and replies may be confidential.
fn owner_only(open: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(open, 0o600);
    #[cfg(not(unix))]
    let _ = open;
}

/// The number of attempts to lock a journal file for writing, with a pause between them. Readers
/// that check for a writer hold the lock for a moment.
const LOCK_ATTEMPTS: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(2);

fn lock(file: &File, path: &Path) -> Result<(), WriteError> {
    for attempt in 1..=LOCK_ATTEMPTS {
        match file.try_lock() {
            // A file system without locks does not prevent writing. The lock only guards against a
            // second writer.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
            Err(TryLockError::WouldBlock) if attempt < LOCK_ATTEMPTS => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::WouldBlock) => {}
        }
    }
    Err(WriteError::InUse { path: path.to_owned() })
}

/// Empties an existing file that the journal replaces and restricts it to its owner. A device or a
/// pipe is left unchanged.
fn clear(file: &File) -> io::Result<()> {
    if !file.metadata()?.is_file() {
        return Ok(());
    }
    file.set_len(0)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

/// Repairs the end of a journal file before it is appended to: removes a truncated line, or adds a
/// missing line end. Seeks to the end.
fn restore(mut file: &File, whole_bytes: u64, ending: Ending) -> io::Result<()> {
    match ending {
        Ending::Finished | Ending::Unfinished => {}
        Ending::Torn { dropped: 0, .. } => {
            file.seek(SeekFrom::End(0))?;
            file.write_all(b"\n")?;
        }
        Ending::Torn { .. } => file.set_len(whole_bytes)?,
    }
    file.seek(SeekFrom::Start(whole_bytes)).map(|_| ())
}
