//! Which earlier turns the root model is sent.

use rlm_model::Tokens;
use serde::{Deserialize, Serialize};

/// Which earlier turns the root model is sent. By default all of them: messages grow only at their end, so that
/// providers can cache the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// Whether all earlier turns are sent, or only the last one; default `true`.
    pub conversation: bool,
    /// When earlier turns are summarized; `None` for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compaction: Option<Compaction>,
    /// The maximum number of estimated tokens of messages; the oldest turns beyond are left out. Deprecated: compaction
    /// keeps a summary of them.
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

/// When earlier turns are replaced by a summary, which the root model writes. Programs find the turns in `history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Compaction {
    /// The share of the model's window at which turns are summarized, above 0 and at most 1; default 0.85.
    pub threshold_pct: f64,
    /// The number of estimated tokens of messages at which turns are summarized, instead of a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_tokens: Option<u64>,
    /// The window in tokens, if the known one of the root model does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_context_limit: Option<u64>,
    /// The name in the price table of the model whose window applies; `None` for the root model.
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
