//! What the tools need of the program that serves them.

use std::sync::Arc;

use futures::future::BoxFuture;
use rlm_core::{RunError, RunResult, Runner, TaskSpec};
use rlm_model::RunId;
use rlm_store::RunStore;
use rlm_trace::Journal;
use rmcp::model::Extensions;
use tokio_util::sync::CancellationToken;

use crate::error::ToolError;

/// Starts the runs of the tool `ask`, and stores them.
pub trait RunService: Send + Sync + 'static {
    /// Returns the runner, whose limits no call can raise.
    fn runner(&self) -> &Runner;

    /// Returns the store of the runs.
    fn runs(&self) -> &RunStore;

    /// Starts a run in the background.
    ///
    /// # Errors
    /// A [`ToolError`] if no run can start, for example because too many are active.
    fn start(&self, question: Question) -> impl Future<Output = Result<ActiveRun, ToolError>> + Send;

    /// Returns what the sender of a request may do, by the extensions of the request. By default,
    /// the only client is that of this process, and may do everything.
    fn caller(&self, _request: &Extensions) -> Caller {
        Caller::default()
    }
}

/// A question to answer.
pub struct Question {
    /// The question, and its budget.
    pub task: TaskSpec,
    /// The text that the question is about. `None` means the loaded documents.
    pub text: Option<String>,
}

/// A run that was started.
pub struct ActiveRun {
    /// The id of the run.
    pub id: RunId,
    /// The journal of the run.
    pub journal: Arc<Journal>,
    /// The token that cancels the run.
    pub cancel: CancellationToken,
    /// The end of the run. `None` if the run was lost.
    pub ended: BoxFuture<'static, Option<Arc<Ended>>>,
}

/// The end of a run.
pub type Ended = Result<RunResult, RunError>;

/// The sender of a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whether it may read documents and runs.
    pub may_read: bool,
    /// Whether it may start runs, which cost money.
    pub may_run: bool,
    /// The token that is cancelled when the sender disconnects.
    pub gone: CancellationToken,
}

impl Default for Caller {
    fn default() -> Self {
        Self {
            may_read: true,
            may_run: true,
            gone: CancellationToken::new(),
        }
    }
}
