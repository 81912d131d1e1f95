//! The routing of questions: whether a run with programs answers a question, or one call with the
//! whole context.

use rlm_prompt::ExecutionProfile;
use serde::{Deserialize, Serialize};

/// The default length of a context, in characters, from which [`Route::Auto`] uses a run with
/// programs.
pub const BASELINE_THRESHOLD: u64 = 8_000;
/// The context window, in tokens, that is assumed for a model whose window is unknown. It is larger
/// than any known one.
pub const LARGEST_WINDOW: u64 = 2_000_000;

/// The setting that determines how questions are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// A run answers the question; its programs read the context.
    #[default]
    Rlm,
    /// One call of the root model with the whole context answers the question. It is an error if
    /// the context does not fit the model's window.
    Direct,
    /// One call answers the question if the context is short and fits the window. A run does so
    /// otherwise, or if the answer of the call is rejected.
    Auto,
}

/// The way in which a question was answered: by one call, or by a run with programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMethod {
    /// One call of the root model with the whole context answered the question.
    Baseline,
    /// A run answered the question; its programs read the context.
    Rlm,
}

impl AnswerMethod {
    /// Returns the name of the method for journals.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Rlm => "rlm",
        }
    }
}

/// The decision whether one call or a run answers a question, and its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingDecision {
    /// The method that was chosen for answering the question.
    pub method: AnswerMethod,
    /// The reason for the routing decision, in a few words.
    pub reason: String,
}

/// The settings of how questions are answered, and the decision for a run's question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    /// The setting that determines how questions are answered.
    #[serde(skip_serializing_if = "Routing::is_usual")]
    pub route: Route,
    /// The length of a context, in characters, from which [`Route::Auto`] uses a run with programs.
    pub baseline_threshold: u64,
    /// The execution profile of runs; `None` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ExecutionProfile>,
    /// The first decision about how to answer the run's question; `None` if no decision was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routed: Option<RoutingDecision>,
}

impl Default for Routing {
    /// Returns the settings with which a run answers every question.
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

    /// Returns `true` if the question is first answered by one call with the whole context.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.routed
            .as_ref()
            .is_some_and(|routed| routed.method == AnswerMethod::Baseline)
    }
}
