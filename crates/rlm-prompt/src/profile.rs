//! The execution profiles of runs.

use serde::{Deserialize, Serialize};

/// The strategy of a run for its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionProfile {
    /// Search and count by code first. At most ten sub-calls, none of which is a child run unless
    /// that is enabled explicitly.
    #[default]
    DeterministicFirst,
    /// Ask sub-models about the items of the context in batches. An answer is rejected before the
    /// first sub-call.
    SemanticBatches,
    /// Code first. An answer that nothing was found is rejected before the first sub-call.
    Hybrid,
    /// An answer is accepted when a second approach has given the same one. If their words differ,
    /// the sub-model judges whether they are the same.
    Verify,
}

impl ExecutionProfile {
    /// Returns the name for journals.
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
