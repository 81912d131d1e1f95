//! The errors of executing a program.

use rlm_context::ContextError;
use rlm_trace::WriteError;

/// An error of executing a program.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionError {
    /// A call or a request can't be recorded.
    #[error(transparent)]
    Journal(#[from] WriteError),
    /// A file of the context was changed.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// The machine stopped without a result.
    #[error("the machine stopped in turn {turn}: {detail}")]
    Machine {
        /// The number of the turn, counted from 1.
        turn: u32,
        /// The cause.
        detail: String,
    },
}
