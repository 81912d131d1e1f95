//! How questions are routed: to a run with programs, or to one call with the whole context.

use rlm_prompt::ExecutionProfile;
use serde::{Deserialize, Serialize};

/// The default number of characters from which [`Route::Auto`] leaves a context to programs.
pub const BASELINE_THRESHOLD: u64 = 8_000;
/// The window, in tokens, that is assumed of a model whose window is unknown: larger than any that is known.
pub const LARGEST_WINDOW: u64 = 2_000_000;

/// How a question is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// By a run whose programs look into the context.
    #[default]
    Rlm,
    /// By one call of the root model with the whole context; an error if it does not fit the model's window.
    Direct,
    /// By one call if the context is short and fits; by a run otherwise, and if the answer of the call is rejected.
    Auto,
}

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMethod {
    /// By one call of the root model with the whole context.
    Baseline,
    /// By a run whose programs look into it.
    Rlm,
}

impl AnswerMethod {
    /// Returns the name in journals.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Rlm => "rlm",
        }
    }
}

/// The route that a question took, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingDecision {
    /// How it was answered.
    pub method: AnswerMethod,
    /// The reason, in a few words.
    pub reason: String,
}

/// How questions are routed, and the route that a run's question took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    /// How a question is to be answered.
    #[serde(skip_serializing_if = "Routing::is_usual")]
    pub route: Route,
    /// The number of characters from which [`Route::Auto`] leaves a context to programs.
    pub baseline_threshold: u64,
    /// The execution profile of runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ExecutionProfile>,
    /// The first route of the run's question; `None` if there was nothing to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routed: Option<RoutingDecision>,
}

impl Default for Routing {
    /// Every question is answered by a run.
    fn default() -> Self {
        Self {
            route: Route::Rlm,
            baseline_threshold: BASELINE_THRESHOLD,
            profile: None,
            routed: None,
        }
    }
}

impl Routing {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    fn is_usual(route: &Route) -> bool {
        *route == Route::default()
    }

    /// Returns whether the question is answered directly first.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.routed
            .as_ref()
            .is_some_and(|routed| routed.method == AnswerMethod::Baseline)
    }
}
