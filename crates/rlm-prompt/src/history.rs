//! The settings for which earlier turns are sent to the root model.

use rlm_model::Tokens;
use serde::{Deserialize, Serialize};

/// The earlier turns that are sent to the root model. By default, all of them: messages grow only
/// at the end, so that providers can cache the earlier ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// Whether all earlier turns are sent, or only the last one; default `true`.
    pub conversation: bool,
    /// The settings for summarizing earlier turns; `None` disables it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compaction: Option<Compaction>,
    /// The maximum number of estimated tokens of messages; older turns are omitted. Deprecated,
    /// since compaction keeps a summary of them.
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

/// The settings for replacing earlier turns by a summary, which the root model writes. Programs
/// find the turns in `history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Compaction {
    /// The share of the model's context window at which turns are summarized, above 0 and at most
    /// 1; default 0.85.
    pub threshold_pct: f64,
    /// The number of estimated tokens of messages at which turns are summarized, instead of a
    /// share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold_tokens: Option<u64>,
    /// The context window in tokens, if the known one of the root model does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_context_limit: Option<u64>,
    /// The model in the price table whose context window applies; `None` for the root model.
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
    /// Returns the number of tokens at which turns are summarized, for a model with a given context
    /// window; `None` if the window is unknown.
    #[must_use]
    pub fn threshold(&self, window: Option<Tokens>) -> Option<u64> {
        self.threshold_tokens.or_else(|| {
            let window = self.model_context_limit.or(window.map(|window| window.0))?;
            Some((window as f64 * self.threshold_pct) as u64)
        })
    }
}
