//! A question as a client sends it, with what it is about and its limits.

use rlm_core::Route;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::runs::limits::RunBudget;

/// A question.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRun)]
pub(crate) struct Question {
    pub(crate) question: String,
    /// The ids of the contexts that the question is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) contexts: Vec<String>,
    /// The text that the question is about, instead of contexts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The id of the session that the question belongs to. The context is then the session's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<String>,
    #[serde(default)]
    pub(crate) budget: RunBudget,
    /// The JSON Schema of the answer, which is then JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) answer_schema: Option<Value>,
    /// How the question is answered: `rlm` with programs, `direct` with one call, `auto` by whichever
    /// suits the context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) route: Option<Route>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0.0, maximum = 2.0)]
    pub(crate) temperature: Option<f64>,
    /// Metadata, which the journal records.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub(crate) metadata: Map<String, Value>,
}
