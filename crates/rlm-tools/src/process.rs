//! Processes of tools: without a shell, in their own process group, with limited output.

use std::ffi::OsString;
use std::fmt;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::{Instant, sleep_until};

use crate::ToolError;

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

/// The command line of a tool, and the environment variables withheld from it.
///
/// Tools may be third-party programs, so secrets are withheld. The process inherits the environment
/// except for variables whose names indicate secrets (`…_API_KEY`, `…_AUTH_TOKEN`, `…_SECRET`,
/// `…_SECRET_KEY`, `…_PASSWORD`) and those that are passed to [`without`](Self::without).
///
/// ```
/// use rlm_tools::CommandLine;
///
/// let orders = CommandLine::from("sh orders.sh").without(["HOUSE_KEY"]);
/// assert_eq!(orders.to_string(), "sh orders.sh");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    line: String,
    withheld: Vec<String>,
}

impl CommandLine {
    /// Adds names of environment variables to withhold from the tool's process.
    #[must_use]
    pub fn without<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.withheld.extend(names.into_iter().map(Into::into));
        self
    }
}

impl From<&str> for CommandLine {
    fn from(line: &str) -> Self {
        line.to_owned().into()
    }
}

impl From<&String> for CommandLine {
    fn from(line: &String) -> Self {
        line.clone().into()
    }
}

impl From<String> for CommandLine {
    fn from(line: String) -> Self {
        Self {
            line,
            withheld: Vec::new(),
        }
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// A parsed command line: the program, its arguments, and the environment variables withheld from
/// it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) program: String,
    pub(crate) arguments: Vec<String>,
    /// The names of environment variables to withhold from the process.
    withheld: Vec<String>,
}

impl Words {
    /// Splits a command line into words like a shell, including quotes, but without expansions.
    pub(crate) fn of(command: CommandLine) -> Result<Self, ToolError> {
        let CommandLine { line, withheld } = command;
        let wrong = |detail| ToolError::Command {
            command: line.clone(),
            detail,
        };
        let mut words = shlex::split(&line)
            .ok_or_else(|| wrong("a quote is not closed, or a \\ stands at its end"))?
            .into_iter();
        let program = words.next().filter(|program| !program.is_empty());
        Ok(Self {
            program: program.ok_or_else(|| wrong("it is empty"))?,
            arguments: words.collect(),
            withheld,
        })
    }

    /// Returns the command to spawn, with all three streams piped and without secrets in its
    /// environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        for name in keys(std::env::vars_os().map(|(name, _)| name)) {
            command.env_remove(name);
        }
        for name in &self.withheld {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn not_started(&self, error: &std::io::Error) -> ToolError {
        ToolError::Start {
            program: self.program.clone(),
            detail: error.to_string(),
        }
    }
}

/// Returns the names of environment variables that contain secrets, judging by their suffix.
fn keys(names: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    names.filter(|name| {
        let name = name.to_string_lossy();
        ["_API_KEY", "_AUTH_TOKEN", "_SECRET", "_SECRET_KEY", "_PASSWORD"]
            .iter()
            .any(|ending| name.ends_with(ending))
    })
}

/// A process group, all processes of which are killed when this value is dropped.
#[derive(Debug)]
pub(crate) struct Group(Option<Pid>);

impl Group {
    pub(crate) fn of(child: Option<u32>) -> Self {
        Self(child.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Killing a group that has already exited fails, which is fine.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// The output of a finished process, and whether it failed.
pub(crate) struct ProcessOutput {
    /// The standard output of the process: at most one byte more than the requested limit.
    pub(crate) stdout: Vec<u8>,
    /// The end of the standard error of the process.
    pub(crate) stderr: String,
    /// The exit status or other failure of the process; `None` if it succeeded.
    pub(crate) failure: Option<String>,
}

/// Runs a process to completion with `input` as its standard input, then kills the rest of its
/// group.
///
/// The output is complete when both pipes are closed. A child left behind may hold them open. In
/// that case, output ends when the process has exited and both pipes have been idle for [`QUIET`],
/// or [`LAST_WORDS`] after the exit. The process is killed if it writes more than `most` bytes to
/// standard output, of which one extra byte is returned, or more than [`MAX_STDERR_BYTES`] to
/// standard error.
pub(crate) async fn run(words: &Words, input: Vec<u8>, most: usize) -> Result<ProcessOutput, ToolError> {
    let mut child = words.command().spawn().map_err(|error| words.not_started(&error))?;
    let group = Group::of(child.id());
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

/// Reads a stream to its end and returns the last [`KEPT_STDERR`] bytes of it as text.
#[cfg(feature = "mcp")]
pub(crate) async fn tail(stream: impl AsyncRead + Unpin) -> String {
    let mut output = Output::new(Some(stream));
    while output.is_open() {
        let piece = output.read().await;
        output.keep_end(&piece);
    }
    output.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_into_words_without_shell_expansion() {
        let words = |command: &str| {
            Words::of(command.into()).map(|words| [vec![words.program], words.arguments].concat().join("|"))
        };
        assert_eq!(
            words("python3 'a b.py' --x=\"1 2\"").as_deref(),
            Ok("python3|a b.py|--x=1 2")
        );
        assert_eq!(words("echo $HOME; rm *").as_deref(), Ok("echo|$HOME;|rm|*"));
        let wrong: Vec<String> = ["", "  ", "a 'b", "'' x"]
            .into_iter()
            .map(|command| words(command).map_or_else(|error| error.to_string(), |_| "fine".to_owned()))
            .collect();
        insta::assert_snapshot!(wrong.join("\n"), @r"
        `` is not a command: it is empty
        `  ` is not a command: it is empty
        `a 'b` is not a command: a quote is not closed, or a \ stands at its end
        `'' x` is not a command: it is empty
        ");
    }

    #[test]
    fn secret_variables_are_recognized_by_name() {
        let names = [
            "OPENAI_API_KEY",
            "PATH",
            "AWS_SECRET",
            "MY_KEY_FILE",
            "DB_PASSWORD",
            "KEYBOARD",
        ];
        let found: Vec<OsString> = keys(names.into_iter().map(OsString::from)).collect();
        assert_eq!(found, ["OPENAI_API_KEY", "AWS_SECRET", "DB_PASSWORD"]);
    }
}
