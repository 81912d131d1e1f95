//! The state of a session that its messages show.

use rlm_trace::JsonObject;
use serde::{Deserialize, Serialize};

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// The state of a session from which its next question starts. Recorded in journals.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionState {
    /// The latest questions and answers, oldest first.
    pub earlier: Vec<Exchange>,
    /// The number of older questions with answers that are omitted.
    pub left_out: usize,
    /// The variables that programs access as `memory`, by name.
    pub memory: JsonObject,
    /// The variables that the programs of earlier questions set, by name; `None` if the session
    /// doesn't keep them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<JsonObject>,
}
