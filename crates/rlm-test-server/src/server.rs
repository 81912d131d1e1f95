//! The listener and its thread.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::answer::Answer;
use crate::http::{After, CapturedRequest, Connection};

/// The timeout of the `wait_for_…` methods, so that a failing test ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// An error of starting the server.
#[derive(Debug, thiserror::Error)]
#[error("the test server could not start on a loopback port: {0}")]
pub struct StartError(#[from] io::Error);

/// A timeout while waiting for an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("waited for {expected} {what} and saw {seen}")]
pub struct WaitedTooLong {
    what: &'static str,
    expected: usize,
    seen: usize,
}

type Respond = dyn Fn(usize, &CapturedRequest) -> Answer + Send + Sync;

#[derive(Default)]
struct Seen {
    requests: Vec<CapturedRequest>,
    hang_ups: usize,
    connections: usize,
}

struct Shared {
    respond: Box<Respond>,
    seen: Mutex<Seen>,
    changed: Condvar,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen());
        self.changed.notify_all();
    }
}

/// A running server.
///
/// ```
/// use rlm_test_server::{Answer, TestServer};
///
/// // The second request is rate-limited; the server stores all requests.
/// let server = TestServer::start(|number, _request| match number {
///     1 => Answer::rate_limited("1"),
///     _ => Answer::text("Lisbon"),
/// })?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// assert_eq!((server.requests().len(), server.connections()), (0, 0));
/// # Ok::<(), rlm_test_server::StartError>(())
/// ```
pub struct TestServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Whether there were more requests than responses in [`in_order`](Self::in_order).
    exhausted: Arc<AtomicBool>,
}

impl TestServer {
    /// Starts a server that calls `respond` with the number (from 0) and the content of each
    /// request.
    ///
    /// # Errors
    /// [`StartError`] if no loopback port is available.
    pub fn start(
        respond: impl Fn(usize, &CapturedRequest) -> Answer + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        Self::start_at(0, respond)
    }

    /// Like [`start`](Self::start), on a fixed port.
    ///
    /// # Errors
    /// [`StartError`] if the port is in use.
    pub fn start_at(
        port: u16,
        respond: impl Fn(usize, &CapturedRequest) -> Answer + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            respond: Box::new(respond),
            seen: Mutex::default(),
            changed: Condvar::new(),
        });
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, serving) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
            exhausted: Arc::default(),
        })
    }

    /// Starts a server that responds to POST requests with the given responses, in order. Other
    /// requests, such as for a list of models, get status 404. After the last response the server
    /// sends status 500, and panics when it is dropped.
    ///
    /// # Errors
    /// [`StartError`] if no loopback port is available.
    pub fn in_order(answers: impl IntoIterator<Item = Answer>) -> Result<Self, StartError> {
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        let exhausted = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&exhausted);
        let mut server = Self::start(move |_, request| {
            if request.method == "GET" {
                return Answer::error(404, "not_found", "this server lists nothing");
            }
            let next = answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            next.unwrap_or_else(|| {
                noted.store(true, Ordering::Relaxed);
                Answer::error(500, "script_over", "the test gave no answer for this request")
            })
        })?;
        server.exhausted = exhausted;
        Ok(server)
    }

    /// Starts a server that sends the same response to every request.
    ///
    /// # Errors
    /// [`StartError`] if no loopback port is available.
    pub fn always(answer: Answer) -> Result<Self, StartError> {
        Self::start(move |_, _| answer.clone())
    }

    /// Returns the base URL, such as `http://127.0.0.1:40123/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Returns the URL of the server itself, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns all requests so far, in the order received.
    #[must_use]
    pub fn requests(&self) -> Vec<CapturedRequest> {
        self.shared.seen().requests.clone()
    }

    /// Returns the number of connections opened so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.seen().connections
    }

    /// Blocks until at least `count` requests have been received, and returns them.
    ///
    /// # Errors
    /// [`WaitedTooLong`] if fewer arrive within 20 seconds.
    pub fn wait_for_requests(&self, count: usize) -> Result<Vec<CapturedRequest>, WaitedTooLong> {
        self.wait("requests", count, |seen| seen.requests.len())?;
        Ok(self.requests())
    }

    /// Blocks until clients have closed at least `count` connections before receiving a full
    /// response.
    ///
    /// # Errors
    /// [`WaitedTooLong`] if fewer do within 20 seconds.
    pub fn wait_for_hang_ups(&self, count: usize) -> Result<(), WaitedTooLong> {
        self.wait("hang-ups", count, |seen| seen.hang_ups)
    }

    fn wait(&self, what: &'static str, expected: usize, count: impl Fn(&Seen) -> usize) -> Result<(), WaitedTooLong> {
        let missing = |seen: &mut Seen| count(seen) < expected;
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.shared.seen(), PATIENCE, missing);
        let seen = count(&waited.unwrap_or_else(PoisonError::into_inner).0);
        if seen < expected {
            return Err(WaitedTooLong { what, expected, seen });
        }
        Ok(())
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let exhausted = self.exhausted.load(Ordering::Relaxed);
        assert!(!exhausted || std::thread::panicking(), "the test gave too few answers");
    }
}

async fn accept(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    while let Ok((stream, _)) = listener.accept().await {
        shared.note(|seen| seen.connections += 1);
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut connection = Connection::new(stream);
    while let Ok(Some(request)) = connection.read().await {
        let mut number = 0;
        shared.note(|seen| {
            number = seen.requests.len();
            seen.requests.push(request.clone());
        });
        let answer = (shared.respond)(number, &request);
        match connection.write(&answer).await {
            Ok(After::Open) => {}
            Ok(After::Closed) => return,
            Ok(After::HungUp) | Err(_) => {
                shared.note(|seen| seen.hang_ups += 1);
                return;
            }
        }
    }
}
