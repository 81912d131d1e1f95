//! What programs ask beside calls of models, and who answers.

use std::sync::Arc;

use rlm_retrieval::Retriever;
use rlm_tools::ToolError;
use rlm_trace::{ReplayIndex, RequestFailed};
use sift_vm::Derived;
use smol_str::SmolStr;

/// Who answers the searches of a run.
#[derive(Debug, Clone, Default)]
pub(crate) enum SearchSource {
    /// Nobody: programs are told so.
    #[default]
    Refused,
    /// A retriever.
    By(Arc<dyn Retriever>),
    /// The journal of the run that is replayed, in which somebody did.
    Recorded(Arc<ReplayIndex>),
}

impl SearchSource {
    pub(crate) fn of(retriever: Option<Arc<dyn Retriever>>) -> Self {
        retriever.map_or(Self::Refused, Self::By)
    }

    pub(crate) const fn is_granted(&self) -> bool {
        !matches!(self, Self::Refused)
    }
}

/// What a program asks of a tool.
pub(super) struct ToolCall {
    pub(super) name: SmolStr,
    /// The text of a JSON object.
    pub(super) arguments: String,
    pub(super) derived: Derived,
    pub(super) condition: Derived,
}

/// A tool that was called and failed; what its grant refuses is no failure of the tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ToolFailure {
    pub(super) name: SmolStr,
    pub(super) message: String,
}

impl ToolFailure {
    pub(super) fn of(name: &SmolStr, failed: &RequestFailed) -> Option<Self> {
        let is_own = ToolError::CALL_CODES.contains(&failed.code.as_str());
        is_own.then(|| Self {
            name: name.clone(),
            message: failed.message.clone(),
        })
    }
}
