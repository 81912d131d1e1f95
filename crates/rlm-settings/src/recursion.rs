//! The settings of child runs.

use rlm_policy::Limits;
use serde::{Deserialize, Serialize};

/// The settings of child runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Recursion {
    /// Whether plain sub-calls are executed as child runs too. `None` does so if the maximum depth
    /// is 2 or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive_subcalls: Option<bool>,
    /// The behaviour of an `rlm_query` call in a run at the maximum depth.
    pub at_max_depth: AtMaxDepth,
}

/// The behaviour of an `rlm_query` call in a run at the maximum depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtMaxDepth {
    /// A plain sub-call answers the question, instead of a child run.
    #[default]
    Plain,
    /// The call raises an exception, which the program can catch.
    Error,
}

impl Recursion {
    /// Returns `true` if plain sub-calls are child runs under these limits.
    #[must_use]
    pub fn subcalls_are_runs(self, limits: &Limits) -> bool {
        self.recursive_subcalls.unwrap_or(limits.depth >= 2)
    }
}
