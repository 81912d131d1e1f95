//! The active runs of a tenant.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use dashmap::DashMap;
use rlm_core::{RunError, RunResult};
use rlm_model::{Digest, RunId};
use rlm_trace::Journal;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use crate::runs::run_object::RunObject;

/// The runs of a tenant that are active.
#[derive(Default)]
pub(crate) struct Executions {
    pub(crate) active: DashMap<RunId, Arc<Execution>>,
    /// The runs of requests that clients send again when their connection breaks, by the digests of
    /// the requests.
    joinable: DashMap<Digest, Weak<Execution>>,
    /// The number of slots that are taken.
    slots: Arc<AtomicU32>,
    /// The locks of sessions, whose questions build on one another, and of requests.
    locks: DashMap<String, Weak<Mutex<()>>>,
}

/// The right of a tenant to have one more run. Dropping it gives the right back.
pub(crate) struct Slot(Arc<AtomicU32>);

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A run that is active, or has just ended.
pub(crate) struct Execution {
    pub(crate) id: RunId,
    /// The journal until the run has ended. It is then free for a resumption.
    journal: std::sync::Mutex<Option<Arc<Journal>>>,
    pub(crate) cancel: CancellationToken,
    /// Stops the run so that it can be resumed.
    pub(crate) interrupt: CancellationToken,
    /// Whether the run continues without its client, and after a restart.
    pub(crate) in_background: bool,
    pub(crate) ended: watch::Receiver<Option<Arc<Ended>>>,
    /// The number of clients that wait for the run.
    clients: AtomicUsize,
}

/// The end of a run: its result, and the run as clients see it.
pub(crate) struct Ended {
    pub(crate) result: Arc<Result<RunResult, RunError>>,
    pub(crate) run: RunObject,
}

/// A client that waits for a run. When the last one has left, the run is cancelled.
pub(crate) struct Client {
    execution: Arc<Execution>,
    /// The time in which the client may come back.
    grace: Duration,
}

impl Client {
    /// Returns a client whose run ends as soon as it leaves.
    pub(crate) fn new(execution: &Arc<Execution>) -> Self {
        Self::with_grace(execution, Duration::ZERO)
    }

    /// Returns a client that may leave and join its run again within some time.
    pub(crate) fn with_grace(execution: &Arc<Execution>, grace: Duration) -> Self {
        execution.clients.fetch_add(1, Ordering::SeqCst);
        Self {
            execution: Arc::clone(execution),
            grace,
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if self.execution.clients.fetch_sub(1, Ordering::SeqCst) > 1 {
            return;
        }
        let (execution, grace) = (Arc::clone(&self.execution), self.grace);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if !grace.is_zero() => {
                runtime.spawn(async move {
                    tokio::time::sleep(grace).await;
                    if execution.clients.load(Ordering::SeqCst) == 0 {
                        execution.cancel.cancel();
                    }
                });
            }
            _ => execution.cancel.cancel(),
        }
    }
}

impl Executions {
    pub(crate) fn count(&self) -> usize {
        self.active.len()
    }

    pub(crate) fn get(&self, id: &RunId) -> Option<Arc<Execution>> {
        self.active.get(id).map(|execution| Arc::clone(&execution))
    }

    pub(crate) fn interrupt_all(&self) {
        for execution in &self.active {
            execution.interrupt.cancel();
        }
    }

    /// Takes a slot, if less than `most` are taken. Requests at the same time never take more.
    pub(crate) fn slot(&self, most: u32) -> Option<Slot> {
        let taken = self.slots.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |taken| {
            (taken < most).then_some(taken + 1)
        });
        taken.ok().map(|_| Slot(Arc::clone(&self.slots)))
    }

    /// Returns the active run of an equal request, if there is one.
    pub(crate) fn joinable(&self, request: &Digest) -> Option<Arc<Execution>> {
        let execution = self.joinable.get(request)?.upgrade()?;
        self.active.contains_key(&execution.id).then_some(execution)
    }

    /// Lets equal requests join a run while it is active.
    pub(crate) fn let_join(&self, request: Digest, execution: &Arc<Execution>) {
        self.joinable.retain(|_, execution| execution.strong_count() > 0);
        self.joinable.insert(request, Arc::downgrade(execution));
    }

    /// Returns the lock of a session, or of a request by its digest. It exists while a caller has it.
    pub(crate) fn lock_of(&self, key: &str) -> Arc<Mutex<()>> {
        self.locks.retain(|_, lock| lock.strong_count() > 0);
        let mut lock = self.locks.entry(key.to_owned()).or_default();
        lock.upgrade().unwrap_or_else(|| {
            let new = Arc::new(Mutex::new(()));
            *lock = Arc::downgrade(&new);
            new
        })
    }
}

impl Execution {
    pub(crate) fn new(
        id: RunId,
        journal: Arc<Journal>,
        cancel: CancellationToken,
        in_background: bool,
        ended: watch::Receiver<Option<Arc<Ended>>>,
    ) -> Self {
        Self {
            id,
            journal: std::sync::Mutex::new(Some(journal)),
            cancel,
            interrupt: CancellationToken::new(),
            in_background,
            ended,
            clients: AtomicUsize::new(0),
        }
    }

    /// Returns the journal, unless the run has ended.
    pub(crate) fn journal(&self) -> Option<Arc<Journal>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Releases the journal of a run that has ended.
    pub(crate) fn release(&self) {
        *self.journal.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits for the end of the run. Returns `None` if it was interrupted.
    pub(crate) async fn ended(&self) -> Option<Arc<Ended>> {
        let mut ended = self.ended.clone();
        // An error means that the run was interrupted, or its task panicked.
        ended.wait_for(Option::is_some).await.ok().and_then(|end| end.clone())
    }
}
