//! Handles calls during the outage of a server. They wait, while a single probe at a time tests
//! whether the server is back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind, TimeoutPhase};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// The number of consecutive failures of a server that count as an outage.
const FAILURES: u32 = 5;

/// The pause before the first probe of a server in an outage. It doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// The interval at which a call with fallbacks checks a server that another call is probing.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The state of a server: whether it has an outage, and when to probe it.
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

/// The permission to send a request. During an outage, the request is a probe. If the permission is
/// dropped without a result, another call may probe.
#[derive(Debug)]
pub(crate) struct Pass(Option<Arc<Outages>>);

/// The refusal to send a request during an outage, since another request is or will be the probe.
#[derive(Debug)]
pub(crate) struct StillOut {
    pub(crate) error: ModelError,
    /// The time at which to check the server again.
    pub(crate) look_at: Instant,
}

impl Pass {
    /// The permission to send requests to a server without a known outage.
    pub(crate) const OPEN: Self = Self(None);

    pub(crate) const fn is_probe(&self) -> bool {
        self.0.is_some()
    }
}

impl Outages {
    /// Returns `true` if requests may be sent freely, since the server has no outage.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().out.is_none()
    }

    /// Waits until a request may be sent, and returns the permission. `waits` is the instant since
    /// which the call has waited for this outage to end.
    ///
    /// # Errors
    /// The last failure, if the call has waited for `longest`.
    pub(crate) async fn pass(
        self: &Arc<Self>,
        longest: Duration,
        waits: &mut Option<Instant>,
    ) -> Result<Pass, ModelError> {
        if self.is_open() {
            *waits = None;
            return Ok(Pass::OPEN);
        }
        // The less common wait is boxed.
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

    /// Returns the permission to send a request, or the state of the outage that prevents it. Does
    /// not wait.
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

    /// Records that the server answered, either successfully or with an error for this request
    /// alone.
    pub(crate) fn answered(&self) {
        let mut state = self.lock();
        if state.failures == 0 && state.out.is_none() {
            return;
        }
        *state = State::default();
        drop(state);
        self.changed.notify_waiters();
    }

    /// Records a failure of the server that may be an outage. Returns `true` if requests wait from
    /// now on.
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
        tracing::warn!(kind = ?error.kind, status = error.status, "the server is unavailable; probing it with one request at a time");
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

/// Returns `true` if a failure may be caused by the server's state rather than by the request.
pub(crate) const fn may_be_outage(error: &ModelError) -> bool {
    matches!(error.kind, ModelErrorKind::Server | ModelErrorKind::Connection) || is_connection_failure(error)
}

/// Returns `true` if an error is a connection failure: the request did not reach the server.
const fn is_connection_failure(error: &ModelError) -> bool {
    matches!(
        error.kind,
        ModelErrorKind::Unreachable | ModelErrorKind::Timeout(TimeoutPhase::Connect)
    )
}
