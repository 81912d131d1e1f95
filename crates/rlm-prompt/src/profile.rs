//! How a run goes about its question.

use serde::{Deserialize, Serialize};

/// How a run goes about its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionProfile {
    /// Search and count by code first; ten sub-calls at the most, and none of them a run of its own unless that was asked for.
    #[default]
    DeterministicFirst,
    /// Ask sub-models about the items of the context in batches. No answer is taken before one was asked.
    SemanticBatches,
    /// Code first; an answer that says that nothing was found is not taken before a sub-model was asked.
    Hybrid,
    /// An answer is taken when a second way has led to the same; whether two are the same the sub-model judges, where their words differ.
    Verify,
}

impl ExecutionProfile {
    /// Returns the name, as journals hold it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeterministicFirst => "deterministic_first",
            Self::SemanticBatches => "semantic_batches",
            Self::Hybrid => "hybrid",
            Self::Verify => "verify",
        }
    }
}
