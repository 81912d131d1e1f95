//! The ways in which a question can be answered, and which way one went.

use rlm_prompt::ExecutionProfile;
use serde::{Deserialize, Serialize};

/// The characters from which on a context is left to programs.
pub const BASELINE_THRESHOLD: u64 = 8_000;
/// The tokens that no model's prompt has, as far as is known: what is taken for the window of one that nobody knows.
pub const LARGEST_WINDOW: u64 = 2_000_000;
/// How a question is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// By a run whose programs look into the context.
    #[default]
    Rlm,
    /// By one call of the root model with all of the context. Refused where that does not fit the model's window.
    Direct,
    /// By one call where the context is short and fits, and by a run otherwise; also where what the call answers is not taken.
    Auto,
}

/// How a question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By one call of the root model with all of the context.
    Baseline,
    /// By a run whose programs look into it.
    Rlm,
}

impl Method {
    /// Returns the name, as journals hold it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Rlm => "rlm",
        }
    }
}

/// Which way a question went, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// How it was answered.
    pub method: Method,
    /// Why, in a few words.
    pub reason: String,
}

/// How questions are routed, and which way this one went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    /// How a question is to be answered.
    #[serde(skip_serializing_if = "Routing::is_usual")]
    pub route: Route,
    /// The characters from which on a context is left to programs, by [`Route::Auto`].
    pub baseline_threshold: u64,
    /// How a run goes about its question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ExecutionProfile>,
    /// Which way the run's question went first; none where there was nothing to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routed: Option<Routed>,
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

    /// Tells whether the question goes to a direct answer first.
    pub(crate) fn is_direct(&self) -> bool {
        self.routed
            .as_ref()
            .is_some_and(|routed| routed.method == Method::Baseline)
    }
}
