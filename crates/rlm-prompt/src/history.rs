//! What the root model is sent of its earlier turns.

use rlm_model::Tokens;
use serde::{Deserialize, Serialize};

/// What the root model is sent of its earlier turns. By default all of them: messages only ever grow at their end, so that
/// providers can cache the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// Whether it is sent all of its earlier turns, or the last one alone.
    pub conversation: bool,
    /// When its earlier turns are put into a summary; never where nothing is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compaction: Option<Compaction>,
    /// The most tokens of messages, as estimated: the oldest turns beyond are left out. Deprecated, since what they showed is lost;
    /// compaction keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u64>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            conversation: true,
            compaction: None,
            max_tokens: None,
        }
    }
}

/// When earlier turns are put into a summary, which the root model writes itself. Programs find the turns in `history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Compaction {
    /// At which share of its window, above 0 and at the most 1; 0.85 where nothing is said.
    pub threshold_pct: f64,
    /// At how many tokens of messages, as estimated, whatever the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_tokens: Option<u64>,
    /// The tokens of the window, where they are not those that are known of the root model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_context_limit: Option<u64>,
    /// The model whose window is meant, by a name of the price table, where it is not the root model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
}

impl Default for Compaction {
    fn default() -> Self {
        Self {
            threshold_pct: 0.85,
            threshold_tokens: None,
            model_context_limit: None,
            model_name: None,
        }
    }
}

impl Compaction {
    /// Returns the number of tokens at which turns are summarized, for a model with this window; `None` if the window is unknown.
    #[must_use]
    pub fn threshold(&self, window: Option<Tokens>) -> Option<u64> {
        self.threshold_tokens.or_else(|| {
            let window = self.model_context_limit.or(window.map(|window| window.0))?;
            Some((window as f64 * self.threshold_pct) as u64)
        })
    }
}
