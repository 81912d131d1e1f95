//! Runs a process to its end, and reads its outputs.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep_until};

use crate::Program;

/// The number of bytes that are kept from the end of a process's standard error.
const KEPT_STDERR: usize = 2_000;

/// The maximum number of bytes that a process may write to standard error.
const MAX_STDERR_BYTES: usize = 64 << 20;

/// The idle time of an exited process's pipes after which its output is considered complete.
const QUIET: Duration = Duration::from_millis(200);

/// The maximum time for which the pipes of an exited process are read. Children that it left behind
/// may hold them open.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The maximum number of bytes of a single read from a pipe.
const PIECE: usize = 16 << 10;

/// The output of a finished process, and whether it failed.
#[derive(Debug)]
pub struct ProcessOutput {
    /// The standard output of the process: at most one byte more than the requested limit.
    pub stdout: Vec<u8>,
    /// The end of the standard error of the process.
    pub stderr: String,
    /// The exit status or other failure of the process; `None` if it succeeded.
    pub failure: Option<String>,
}

impl Program {
    /// Runs a process to completion with `input` as its standard input, then kills the rest of its
    /// group.
    ///
    /// The output is complete when both pipes are closed. A child left behind may hold them open. In
    /// that case, output ends when the process has exited and both pipes have been idle for 0.2 seconds,
    /// or 2 seconds after the exit. The process is killed if it writes more than `most` bytes to
    /// standard output, one more than which is returned, or more than 64 MiB to
    /// standard error.
    ///
    /// # Errors
    /// The error of the operating system, if the program can't be started.
    pub async fn run(&self, input: Vec<u8>, most: usize) -> io::Result<ProcessOutput> {
        let (mut child, group) = self.spawn()?;
        let stdin = child.stdin.take();
        // Input, both outputs and the exit are awaited concurrently, because a process may block on any
        // of them.
        let mut write = std::pin::pin!(async move {
            if let Some(mut stdin) = stdin {
                // A process may ignore its input, so a write error isn't a failure.
                let _ = stdin.write_all(&input).await;
            }
        });
        let mut is_written = false;
        let mut stdout = Output::new(child.stdout.take());
        let mut stderr = Output::new(child.stderr.take());
        let mut ended = None;
        // Deadlines after the exit: the latest one, and the one that idle pipes lead to.
        let (mut last, mut quiet) = (Instant::now(), Instant::now());
        while ended.is_none() || stdout.is_open() || stderr.is_open() {
            let (piece, from_stderr) = tokio::select! {
                // Data in a pipe takes precedence over deadlines.
                biased;
                piece = stdout.read(), if stdout.is_open() => (piece, false),
                piece = stderr.read(), if stderr.is_open() => (piece, true),
                status = child.wait(), if ended.is_none() => {
                    ended = Some(status);
                    last = Instant::now() + LAST_WORDS;
                    quiet = Instant::now() + QUIET;
                    continue;
                }
                () = &mut write, if !is_written && ended.is_none() => {
                    is_written = true;
                    continue;
                }
                () = sleep_until(quiet.min(last)), if ended.is_some() => break,
            };
            quiet = Instant::now() + QUIET;
            if from_stderr {
                stderr.keep_end(&piece);
            } else {
                stdout.kept.extend(piece);
            }
            if stdout.kept.len() > most || stderr.bytes > MAX_STDERR_BYTES {
                break;
            }
        }
        // Kills a process that exceeded a limit, or the children it left behind.
        drop(group);
        let ended = match ended {
            Some(ended) => ended,
            None => child.wait().await,
        };
        stdout.kept.truncate(most.saturating_add(1));
        let failure = match ended {
            _ if stderr.bytes > MAX_STDERR_BYTES => Some(format!(
                "it wrote more than {} MiB to standard error",
                MAX_STDERR_BYTES >> 20
            )),
            Ok(status) if status.success() => None,
            Ok(status) => Some(status.to_string()),
            Err(error) => Some(error.to_string()),
        };
        Ok(ProcessOutput {
            stdout: stdout.kept,
            stderr: stderr.text(),
            failure,
        })
    }
}

/// The reader of a process's standard output or standard error.
struct Output<S> {
    /// The stream to read; `None` after its end.
    stream: Option<S>,
    /// The number of bytes read from the stream.
    bytes: usize,
    kept: Vec<u8>,
}

impl<S: AsyncRead + Unpin> Output<S> {
    const fn new(stream: Option<S>) -> Self {
        Self {
            stream,
            bytes: 0,
            kept: Vec::new(),
        }
    }

    const fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Reads the next chunk of the stream; empty at the end. A read error counts as the end of the
    /// stream.
    async fn read(&mut self) -> Vec<u8> {
        let mut piece = vec![0; PIECE];
        let read = match &mut self.stream {
            Some(stream) => stream.read(&mut piece).await.unwrap_or_default(),
            None => 0,
        };
        if read == 0 {
            self.stream = None;
        }
        self.bytes = self.bytes.saturating_add(read);
        piece.truncate(read);
        piece
    }

    /// Appends a chunk to the kept output, of which only the last [`KEPT_STDERR`] bytes are kept.
    fn keep_end(&mut self, piece: &[u8]) {
        self.kept.extend(piece);
        let over = self.kept.len().saturating_sub(KEPT_STDERR);
        self.kept.drain(..over);
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept).trim().to_owned()
    }
}

/// Reads a stream to its end, and passes each piece to `each`. Returns the last 2,000 bytes of the
/// stream as text.
pub async fn tail(stream: impl AsyncRead + Unpin, mut each: impl FnMut(&[u8])) -> String {
    let mut output = Output::new(Some(stream));
    while output.is_open() {
        let piece = output.read().await;
        each(&piece);
        output.keep_end(&piece);
    }
    output.text()
}
