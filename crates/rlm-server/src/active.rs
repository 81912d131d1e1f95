//! The active runs of a tenant.

use std::sync::Arc;

use dashmap::DashMap;
use rlm_core::{RunError, RunResult};
use rlm_model::RunId;
use rlm_trace::Journal;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

/// The runs of a tenant that are active.
#[derive(Default)]
pub(crate) struct Executions {
    pub(crate) active: DashMap<RunId, Arc<Execution>>,
    /// A lock for each session, since its questions build on one another.
    sessions: DashMap<String, Arc<Mutex<()>>>,
}

/// A run that is active, or has just ended.
pub(crate) struct Execution {
    pub(crate) id: RunId,
    pub(crate) journal: Arc<Journal>,
    pub(crate) cancel: CancellationToken,
    pub(crate) ended: watch::Receiver<Option<Arc<Ended>>>,
}

/// The end of a run.
pub(crate) type Ended = Result<RunResult, RunError>;

/// Cancels a run when dropped: the client that waits for it is gone.
pub(crate) struct CancelOnDrop(pub(crate) CancellationToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Executions {
    pub(crate) fn count(&self) -> usize {
        self.active.len()
    }

    pub(crate) fn get(&self, id: &RunId) -> Option<Arc<Execution>> {
        self.active.get(id).map(|execution| Arc::clone(&execution))
    }

    pub(crate) fn cancel_all(&self) {
        for execution in &self.active {
            execution.cancel.cancel();
        }
    }

    pub(crate) fn lock_of(&self, session: &str) -> Arc<Mutex<()>> {
        Arc::clone(&self.sessions.entry(session.to_owned()).or_default())
    }
}

impl Execution {
    /// Waits for the end of the run.
    pub(crate) async fn ended(&self) -> Option<Arc<Ended>> {
        let mut ended = self.ended.clone();
        // An error means that the task was lost with the process.
        ended.wait_for(Option::is_some).await.ok().and_then(|end| end.clone())
    }
}
