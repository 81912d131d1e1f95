//! A process that reads and writes JSON lines, and is shared by many calls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind};
use rlm_process::{Group, tail};
use serde::Serialize;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::command::{Command, Folder, error, with_stderr};
use crate::transport::{MAX_REPLY_BYTES, Secrets, one_line};

/// The time for which a process may leave a cancelled call unanswered. After it, the process gets no
/// more calls, and is killed when it has answered the others.
const CANCEL_GRACE: Duration = Duration::from_secs(5);

/// The time for which the pipes of an exited process are read, and for which a process with closed
/// pipes may keep running.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The destination of a line from the process.
pub(super) enum Route {
    /// The call with this id, which the line completes.
    Reply(u64),
    /// The call with this session, which the line does not complete.
    Session(String),
    /// The line is a request, and this is its response.
    Respond(Value),
    Ignore,
    /// The line violates the protocol.
    Invalid,
}

/// A function that determines the destination of a line.
pub(super) type Router = fn(&Value) -> Route;

/// A running process. It is killed, with its process group, when this value is dropped.
pub(super) struct Connection {
    shared: Arc<Shared>,
    next: AtomicU64,
    folder: Folder,
    /// The runtime of the process's tasks.
    runtime: Handle,
    /// The state of a protocol that begins with a handshake.
    pub(super) handshake: tokio::sync::OnceCell<super::acp::Agent>,
}

/// The part of a connection that its tasks share with its calls.
struct Shared {
    model: String,
    secrets: Secrets,
    input: UnboundedSender<Vec<u8>>,
    state: Mutex<State>,
}

struct State {
    /// The calls without a reply, by id.
    open: BTreeMap<u64, UnboundedSender<Value>>,
    /// The sessions of these calls, by name.
    sessions: BTreeMap<String, UnboundedSender<Value>>,
    /// The cancelled calls that the process has not answered.
    cancelled: BTreeSet<u64>,
    /// Whether the process gets no more calls, because it did not answer a cancelled one.
    is_retired: bool,
    /// The process group; `None` after it was killed.
    group: Option<Group>,
    /// The reason why the process ended.
    ended: Option<ModelError>,
}

impl Connection {
    /// Starts the process. Its tasks run on the current runtime.
    pub(super) fn start(command: &Command, router: Router) -> Result<Self, ModelError> {
        let (program, folder) = command.placed()?;
        let (mut child, group) = program.spawn().map_err(|error| command.not_started(&error))?;
        let (input, lines) = unbounded_channel();
        let shared = Arc::new(Shared {
            model: command.model().to_owned(),
            secrets: command.secrets.clone(),
            input,
            state: Mutex::new(State {
                open: BTreeMap::new(),
                sessions: BTreeMap::new(),
                cancelled: BTreeSet::new(),
                is_retired: false,
                group: Some(group),
                ended: None,
            }),
        });
        if let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        {
            let log = Arc::clone(&shared);
            let stderr = tokio::spawn(async move { tail(stderr, |piece| log.log(piece)).await });
            tokio::spawn(write(stdin, lines));
            tokio::spawn(read(Arc::clone(&shared), child, stdout, stderr, router));
        }
        Ok(Self {
            shared,
            next: AtomicU64::new(1),
            folder,
            runtime: Handle::current(),
            handshake: tokio::sync::OnceCell::new(),
        })
    }

    /// Returns `true` if the process takes calls.
    pub(super) fn is_usable(&self) -> bool {
        let state = self.shared.state();
        state.ended.is_none() && !state.is_retired
    }

    /// Returns the working directory of the process.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Registers a call with a new id.
    pub(super) fn open(self: &Arc<Self>) -> OpenCall {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, replies) = unbounded_channel();
        let mut state = self.shared.state();
        if state.ended.is_none() {
            state.open.insert(id, sender);
        }
        drop(state);
        OpenCall {
            connection: Arc::clone(self),
            id,
            session: None,
            replies,
            cancellation: None,
        }
    }

    /// Writes a line to the process.
    pub(super) fn send(&self, line: &impl Serialize) {
        self.shared.send(line);
    }

    /// Stops the use of the process, and kills it when it has answered its other calls.
    pub(super) fn retire(&self) {
        self.shared.state().retire();
    }

    /// Creates an error of the model, as one line.
    pub(super) fn error(&self, kind: ModelErrorKind, detail: &str) -> ModelError {
        error(&self.shared.model, kind, detail)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.state().group = None;
    }
}

/// A call of a process. If it is dropped without a reply, it is cancelled.
pub(super) struct OpenCall {
    connection: Arc<Connection>,
    id: u64,
    session: Option<String>,
    replies: UnboundedReceiver<Value>,
    /// The line that cancels the call, if the protocol has one.
    cancellation: Option<Value>,
}

impl OpenCall {
    pub(super) const fn id(&self) -> u64 {
        self.id
    }

    /// Sets the line that cancels the call.
    pub(super) fn cancel_with(&mut self, line: Value) {
        self.cancellation = Some(line);
    }

    /// Receives the lines of a session in addition to the reply.
    pub(super) fn listen(&mut self, session: &str) {
        let mut state = self.connection.shared.state();
        if let Some(sender) = state.open.get(&self.id).cloned() {
            state.sessions.insert(session.to_owned(), sender);
        }
        drop(state);
        self.session = Some(session.to_owned());
    }

    /// Waits for the next line of the call.
    ///
    /// # Errors
    /// The reason why the process ended.
    pub(super) async fn next(&mut self) -> Result<Value, ModelError> {
        match self.replies.recv().await {
            Some(line) => Ok(line),
            None => Err(self.connection.shared.ended()),
        }
    }

    /// Cancels the call, and retires the process if it leaves the call unanswered.
    fn cancel(&self, line: &Value) {
        let connection = &self.connection;
        connection.shared.state().cancelled.insert(self.id);
        connection.send(line);
        let (connection, id) = (Arc::downgrade(connection), self.id);
        self.connection.runtime.spawn(async move {
            sleep(CANCEL_GRACE).await;
            if let Some(connection) = connection.upgrade()
                && connection.shared.state().cancelled.contains(&id)
            {
                connection.retire();
            }
        });
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        let mut state = self.connection.shared.state();
        let is_unanswered = state.open.remove(&self.id).is_some();
        if let Some(session) = &self.session {
            state.sessions.remove(session);
        }
        if state.is_retired {
            state.retire();
        }
        drop(state);
        if let Some(line) = self.cancellation.take().filter(|_| is_unanswered) {
            self.cancel(&line);
        }
    }
}

impl State {
    fn retire(&mut self) {
        self.is_retired = true;
        if self.open.is_empty() {
            self.group = None;
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, line: &impl Serialize) {
        // Serializing strings and numbers can't fail.
        let mut bytes = serde_json::to_vec(line).unwrap_or_default();
        bytes.push(b'\n');
        // A process that has closed its input ends its calls when it exits.
        let _ = self.input.send(bytes);
    }

    /// Passes a line of the process on. Returns what is wrong with an invalid one.
    fn receive(&self, line: &[u8], router: Router) -> Result<(), String> {
        let invalid = || {
            let line = one_line(&String::from_utf8_lossy(line), 200);
            format!("wrote a line that the protocol does not allow: `{line}`; logs belong on standard error")
        };
        let line: Value = serde_json::from_slice(line).map_err(|_| invalid())?;
        let mut state = self.state();
        match router(&line) {
            Route::Reply(id) => {
                state.cancelled.remove(&id);
                if let Some(call) = state.open.remove(&id) {
                    // The call may have been dropped meanwhile.
                    let _ = call.send(line);
                }
            }
            Route::Session(session) => {
                if let Some(call) = state.sessions.get(&session) {
                    let _ = call.send(line);
                }
            }
            Route::Respond(response) => self.send(&response),
            Route::Ignore => {}
            Route::Invalid => return Err(invalid()),
        }
        Ok(())
    }

    /// Writes a piece of standard error to the log.
    fn log(&self, piece: &[u8]) {
        for line in String::from_utf8_lossy(piece).lines() {
            let mut line = one_line(line, 1_000);
            self.secrets.scrub_text(&mut line);
            tracing::info!(model = self.model, "{line}");
        }
    }

    /// Returns the reason why the process ended.
    fn ended(&self) -> ModelError {
        let ended = self.state().ended.clone();
        ended.unwrap_or_else(|| error(&self.model, ModelErrorKind::Connection, "the process was stopped"))
    }
}

/// Ends the calls of a process when its reader ends, for whatever reason.
struct Ending(Arc<Shared>, Option<ModelError>);

impl Drop for Ending {
    fn drop(&mut self) {
        let ended = self.1.take().unwrap_or_else(|| self.0.ended());
        let mut state = self.0.state();
        state.ended = Some(ended);
        state.open.clear();
        state.sessions.clear();
        state.group = None;
    }
}

/// Writes lines to the process, and closes its input at the end.
async fn write(mut stdin: ChildStdin, mut lines: UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        if stdin.write_all(&line).await.is_err() {
            return;
        }
    }
}

/// Reads lines of the process until it ends, then ends its calls.
async fn read(shared: Arc<Shared>, mut child: Child, stdout: ChildStdout, stderr: JoinHandle<String>, router: Router) {
    let mut ending = Ending(Arc::clone(&shared), None);
    let reading = read_lines(&shared, stdout, router);
    tokio::pin!(reading);
    let read = tokio::select! {
        read = &mut reading => read,
        // Children that it left behind may hold its standard output open.
        _ = child.wait() => timeout(LAST_WORDS, reading).await.unwrap_or(Ok(())),
    };
    let detail = match read {
        Ok(()) => match timeout(LAST_WORDS, child.wait()).await {
            Ok(Ok(status)) => format!("the process ended ({status})"),
            _ => "the process closed its standard output".to_owned(),
        },
        Err(detail) => detail,
    };
    shared.state().group = None;
    // Reaps the process.
    let _ = child.wait().await;
    let stderr = timeout(LAST_WORDS, stderr).await;
    let stderr = stderr.ok().and_then(Result::ok).unwrap_or_default();
    ending.1 = Some(error(
        &shared.model,
        ModelErrorKind::Connection,
        &with_stderr(&detail, &stderr),
    ));
}

async fn read_lines(shared: &Shared, stdout: ChildStdout, router: Router) -> Result<(), String> {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::new();
    loop {
        line.clear();
        // A read error counts as the end.
        let read = (&mut stdout).take(MAX_REPLY_BYTES).read_until(b'\n', &mut line).await;
        if read.unwrap_or_default() == 0 {
            return Ok(());
        }
        if line.len() as u64 == MAX_REPLY_BYTES && !line.ends_with(b"\n") {
            return Err(format!("wrote a line of more than {MAX_REPLY_BYTES} bytes"));
        }
        if !line.trim_ascii().is_empty() {
            shared.receive(&line, router)?;
        }
    }
}
