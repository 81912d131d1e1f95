//! The sampling parameters of a model's calls.

use rlm_model::{Parameters, ReasoningEffort, Tokens};
use serde::{Deserialize, Serialize};

/// The sampling parameters of a model's calls; `None` uses the provider's default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// The temperature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The seed, for providers that accept one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The sequences at which the model stops.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// The effort of a reasoning model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<ReasoningEffort>,
}

impl Sampling {
    /// Returns the parameters of a request whose reply has at most `max_output` tokens.
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
