//! The routing of questions: to a run with programs, or to one call with the whole context.

use rlm_prompt::ExecutionProfile;
use serde::{Deserialize, Serialize};

/// The default number of characters from which [`Route::Auto`] uses a run with programs.
pub const BASELINE_THRESHOLD: u64 = 8_000;
/// The context window, in tokens, that is assumed if a model's is unknown: larger than any known
/// one.
pub const LARGEST_WINDOW: u64 = 2_000_000;

/// The way in which a question is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// By a run whose programs read the context.
    #[default]
    Rlm,
    /// By one call of the root model with the whole context; an error if it does not fit the
    /// model's window.
    Direct,
    /// By one call if the context is short and fits the window. By a run otherwise, or if the
    /// answer of the call is rejected.
    Auto,
}

/// The way in which a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMethod {
    /// By one call of the root model with the whole context.
    Baseline,
    /// By a run whose programs read the context.
    Rlm,
}

impl AnswerMethod {
    /// Returns the name for journals.
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
    /// The way in which the question was answered.
    pub method: AnswerMethod,
    /// The reason for the decision, in a few words.
    pub reason: String,
}

/// The routing settings, and the route of a run's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    /// The way in which a question is to be answered.
    #[serde(skip_serializing_if = "Routing::is_usual")]
    pub route: Route,
    /// The number of characters from which [`Route::Auto`] uses a run with programs.
    pub baseline_threshold: u64,
    /// The execution profile of runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ExecutionProfile>,
    /// The first route of the run's question; `None` if no decision was needed.
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

    /// Returns `true` if the question is first answered directly.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.routed
            .as_ref()
            .is_some_and(|routed| routed.method == AnswerMethod::Baseline)
    }
}
