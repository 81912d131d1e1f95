//! Sources for host requests other than model calls: searches and tool calls.

use std::sync::Arc;

use rlm_retrieval::Retriever;
use rlm_tools::ToolError;
use rlm_trace::{ReplayIndex, RequestFailed};
use sift_vm::Derived;
use smol_str::SmolStr;

/// The source that answers the searches of a run.
#[derive(Debug, Clone, Default)]
pub enum SearchSource {
    /// No source: searches fail.
    #[default]
    Disabled,
    /// A retriever answers searches.
    Retriever(Arc<dyn Retriever>),
    /// The journal of the replayed run answers searches.
    Recorded(Arc<ReplayIndex>),
}

impl SearchSource {
    /// Creates the source for a retriever; searches are disabled without one.
    #[must_use]
    pub fn of(retriever: Option<Arc<dyn Retriever>>) -> Self {
        retriever.map_or(Self::Disabled, Self::Retriever)
    }

    /// Returns whether programs may search.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        !matches!(self, Self::Disabled)
    }
}

/// A tool call of a program.
pub(crate) struct ToolCall {
    pub(crate) name: SmolStr,
    /// The arguments, as the text of a JSON object.
    pub(crate) arguments: String,
    pub(crate) derived: Derived,
    pub(crate) condition: Derived,
}

/// The failure of a tool call. A call that was not permitted is not included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFailure {
    /// The name of the tool.
    pub name: SmolStr,
    /// The message that the program got.
    pub message: String,
}

impl ToolFailure {
    pub(crate) fn from_answer(name: &SmolStr, failed: &RequestFailed) -> Option<Self> {
        let is_own = ToolError::CALL_CODES.contains(&failed.code.as_str());
        is_own.then(|| Self {
            name: name.clone(),
            message: failed.message.clone(),
        })
    }
}
