//! Calls while a server can't be reached or only fails: they wait, and one at a time tests whether it is back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind, TimeoutPhase};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// How many failures without a good answer between them make an outage.
const FAILURES: u32 = 5;

/// The pause before the first probe; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How soon a call that waits for several servers looks again at one that another call is asking.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Whether a server answers at all.
#[derive(Debug, Default)]
pub(crate) struct Outages {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    out: Option<Out>,
}

#[derive(Debug)]
struct Out {
    error: ModelError,
    probe_at: Instant,
    pause: Duration,
    is_probing: bool,
}

/// The right to send a request. Where the server is out, the request looks whether it is back; dropped without a word, it leaves
/// that to another.
#[derive(Debug)]
pub(crate) struct Pass(Option<Arc<Outages>>);

/// The server is out, and another request looks whether it is back, or will.
#[derive(Debug)]
pub(crate) struct StillOut {
    pub(crate) error: ModelError,
    /// When there may be something new.
    pub(crate) look_at: Instant,
}

impl Pass {
    /// For a server that answers, as far as anybody knows.
    pub(crate) const OPEN: Self = Self(None);

    pub(crate) const fn is_probe(&self) -> bool {
        self.0.is_some()
    }
}

impl Outages {
    /// Returns whether requests may leave.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().out.is_none()
    }

    /// Waits until a request may leave. `waits` holds since when its call waits for this outage to end.
    ///
    /// # Errors
    /// The last failure, where the call has waited for `longest`.
    pub(crate) async fn pass(
        self: &Arc<Self>,
        longest: Duration,
        waits: &mut Option<Instant>,
    ) -> Result<Pass, ModelError> {
        if self.is_open() {
            *waits = None;
            return Ok(Pass::OPEN);
        }
        // What most calls do not wait for is on the heap.
        Box::pin(self.wait(longest, waits)).await
    }

    async fn wait(self: &Arc<Self>, longest: Duration, waits: &mut Option<Instant>) -> Result<Pass, ModelError> {
        loop {
            let changed = self.changed.notified();
            let until = {
                let mut state = self.lock();
                let now = Instant::now();
                let Some(out) = &mut state.out else {
                    *waits = None;
                    return Ok(Pass::OPEN);
                };
                let over = waits.get_or_insert(now).checked_add(longest);
                if over.is_some_and(|over| now >= over) {
                    return Err(out.error.clone());
                }
                if !out.is_probing && now >= out.probe_at {
                    out.is_probing = true;
                    return Ok(Pass(Some(Arc::clone(self))));
                }
                match (out.is_probing, over) {
                    (true, over) => over,
                    (false, Some(over)) => Some(out.probe_at.min(over)),
                    (false, None) => Some(out.probe_at),
                }
            };
            tokio::pin!(changed);
            match until {
                Some(until) => tokio::select! {
                    () = &mut changed => {}
                    () = sleep_until(until) => {}
                },
                None => changed.await,
            }
        }
    }

    /// Returns the right to send a request, or what there is to wait for.
    pub(crate) fn try_pass(self: &Arc<Self>) -> Result<Pass, StillOut> {
        let mut state = self.lock();
        let now = Instant::now();
        let Some(out) = &mut state.out else {
            return Ok(Pass::OPEN);
        };
        if !out.is_probing && now >= out.probe_at {
            out.is_probing = true;
            return Ok(Pass(Some(Arc::clone(self))));
        }
        let look_at = if out.is_probing { now + LOOK_AGAIN } else { out.probe_at };
        Err(StillOut {
            error: out.error.clone(),
            look_at,
        })
    }

    /// Notes that the server answered, well or with a refusal of its own.
    pub(crate) fn answered(&self) {
        let mut state = self.lock();
        if state.failures == 0 && state.out.is_none() {
            return;
        }
        *state = State::default();
        drop(state);
        self.changed.notify_waiters();
    }

    /// Notes a failure that may be the server's state; returns whether requests wait from now on.
    pub(crate) fn failed(&self, error: &ModelError, pass: Pass) -> bool {
        let is_probe = pass.is_probe();
        let mut state = self.lock();
        let now = Instant::now();
        let State { failures, out } = &mut *state;
        if let Some(out) = out {
            out.error = error.clone();
            if is_probe {
                out.is_probing = false;
                out.pause = out.pause.saturating_mul(2).min(LONGEST_PAUSE);
                out.probe_at = now.checked_add(out.pause).unwrap_or(now);
            }
            drop(state);
            drop(pass);
            self.changed.notify_waiters();
            return true;
        }
        *failures = failures.saturating_add(1);
        if *failures < FAILURES {
            return false;
        }
        tracing::warn!(kind = ?error.kind, status = error.status, "the server is out; one request at a time looks whether it is back");
        *out = Some(Out {
            error: error.clone(),
            probe_at: now.checked_add(FIRST_PAUSE).unwrap_or(now),
            pause: FIRST_PAUSE,
            is_probing: false,
        });
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let Some(outages) = &self.0 else { return };
        if let Some(out) = &mut outages.lock().out {
            out.is_probing = false;
        }
        outages.changed.notify_waiters();
    }
}

/// Tells whether a failure may be the state of the server, and not of the request.
pub(crate) const fn may_be_outage(error: &ModelError) -> bool {
    matches!(error.kind, ModelErrorKind::Server | ModelErrorKind::Connection) || is_the_way(error)
}

/// Tells whether the request did not even get there.
const fn is_the_way(error: &ModelError) -> bool {
    matches!(
        error.kind,
        ModelErrorKind::Unreachable | ModelErrorKind::Timeout(TimeoutPhase::Connect)
    )
}
