//! What answers the searches of a run.

use std::sync::Arc;

use rlm_retrieval::Retriever;
use rlm_trace::ReplayIndex;

/// What answers the searches of a run.
#[derive(Debug, Clone, Default)]
pub enum SearchSource {
    /// Nothing: searches fail.
    #[default]
    Disabled,
    /// A retriever.
    Retriever(Arc<dyn Retriever>),
    /// The journal of the run that is replayed.
    Recorded(Arc<ReplayIndex>),
}

impl SearchSource {
    /// Answers searches by a retriever, if there is one.
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
