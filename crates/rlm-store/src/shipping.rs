//! Sends the lines of a journal that is being written to a [`JournalLog`], in a thread of its own.

use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use rlm_model::BoxFuture;
use rlm_trace::LineSink;

use crate::shared::{Hold, JournalLog, SharedError};

/// The shortest and the longest pause after the store could not be reached.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// The time that a journal which is closed waits for its last lines.
const LINGER: Duration = Duration::from_secs(2);
/// The size of a thread's stack.
const STACK: usize = 256 << 10;

/// The second place of a journal that is being written. Dropping it sends the last lines and ends the
/// hold.
pub(crate) struct Shipping {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Notified of every change.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Lines that are not stored yet.
    pending: Vec<Vec<u8>>,
    /// The number of lines that were put, and of those that are stored.
    put: u64,
    stored: u64,
    failure: Option<String>,
    wakers: Vec<Waker>,
    is_closed: bool,
    has_ended: bool,
}

impl Shipping {
    /// Starts to send the lines after line `after`.
    ///
    /// # Errors
    /// The error of starting a thread.
    pub(crate) fn start(log: Arc<dyn JournalLog>, hold: Hold, after: u64) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                put: after,
                stored: after,
                ..State::default()
            }),
            changed: Condvar::new(),
        });
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new().name("journal".to_owned()).stack_size(STACK);
        thread.spawn(move || of_thread.ship(&*log, &hold))?;
        Ok(Self { shared })
    }
}

impl LineSink for Shipping {
    fn put(&self, number: u64, line: &[u8]) -> io::Result<()> {
        let mut state = self.shared.lock();
        if let Some(failure) = &state.failure {
            return Err(io::Error::other(failure.clone()));
        }
        state.pending.push(line.to_vec());
        state.put = number;
        self.shared.changed.notify_all();
        Ok(())
    }

    fn flush(&self) -> BoxFuture<'_, io::Result<()>> {
        let wanted = self.shared.lock().put;
        Box::pin(poll_fn(move |context| {
            let mut state = self.shared.lock();
            if let Some(failure) = &state.failure {
                return Poll::Ready(Err(io::Error::other(failure.clone())));
            }
            if state.stored >= wanted {
                return Poll::Ready(Ok(()));
            }
            state.wakers.push(context.waker().clone());
            Poll::Pending
        }))
    }
}

impl Drop for Shipping {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.is_closed = true;
        self.shared.changed.notify_all();
        // A store that doesn't answer must not keep the process: the hold then ends by itself.
        let waited = self
            .shared
            .changed
            .wait_timeout_while(state, LINGER, |state| !state.has_ended);
        drop(waited);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends lines until the journal is closed or the hold is lost.
    fn ship(&self, log: &dyn JournalLog, hold: &Hold) {
        let ended = self.ship_all(log, hold);
        if let Err(error) = &ended {
            tracing::warn!(run = %hold.run, %error, "the journal of a run is no longer stored");
        }
        // A hold that can't be ended ends by itself.
        let _ = log.release(hold);
        let mut state = self.lock();
        state.failure = ended.err().map(|error| error.to_string());
        state.has_ended = true;
        state.wakers.drain(..).for_each(Waker::wake);
        self.changed.notify_all();
    }

    fn ship_all(&self, log: &dyn JournalLog, hold: &Hold) -> Result<(), SharedError> {
        let mut renewed = Instant::now();
        let mut pause = PAUSE;
        loop {
            let (after, lines, is_closed) = self.next_lines(log.hold_time() / 3);
            if lines.is_empty() && is_closed {
                return Ok(());
            }
            match log.append(hold, after, &lines) {
                Ok(()) => {
                    (renewed, pause) = (Instant::now(), PAUSE);
                    let mut state = self.lock();
                    state.stored = after + lines.len() as u64;
                    state.wakers.drain(..).for_each(Waker::wake);
                }
                // Another process may take the run over by then.
                Err(error) if !error.is_transient() || renewed.elapsed() >= log.hold_time() => return Err(error),
                Err(_) => {
                    self.lock().pending.splice(..0, lines);
                    thread::sleep(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Waits for lines, at most until the hold has to be renewed. Also returns the number of the line
    /// before them, and whether the journal is closed.
    fn next_lines(&self, at_most: Duration) -> (u64, Vec<Vec<u8>>, bool) {
        let idle = |state: &mut State| state.pending.is_empty() && !state.is_closed;
        let waited = self.changed.wait_timeout_while(self.lock(), at_most, idle);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let lines = std::mem::take(&mut state.pending);
        (state.stored, lines, state.is_closed)
    }
}
