//! The sampling parameters of a model's calls.

use rlm_model::{Parameters, ReasoningEffort, Tokens};
use serde::{Deserialize, Serialize};

/// The sampling parameters of a model's calls; `None` uses the provider's default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// The sampling temperature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The sampling seed, for providers that accept one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The stop sequences. The model stops writing when it has written one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// The amount of reasoning, for models that support it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
}

impl Sampling {
    /// Returns the parameters of a request with this sampling and a reply of at most `max_output`
    /// tokens.
    #[must_use]
    pub fn parameters(&self, max_output: Tokens) -> Parameters {
        Parameters {
            max_output,
            temperature: self.temperature,
            seed: self.seed,
            stop: self.stop.clone(),
            reasoning_effort: self.reasoning_effort,
        }
    }
}
