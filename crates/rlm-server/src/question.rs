//! A question as a client sends it, with what it is about and its limits.

use std::sync::Arc;

use rlm_core::{Route, TaskSpec};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::executions::Job;
use crate::limits::RunBudget;
use crate::problem::Problem;
use crate::state::{AppState, Tenant};

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

impl Question {
    /// Loads what the question is about.
    ///
    /// # Errors
    /// A [`Problem`] if the question is empty, or its context can't be loaded.
    pub(crate) async fn job(self, state: &AppState, tenant: &Arc<Tenant>) -> Result<Job, Problem> {
        if self.question.trim().is_empty() {
            return Err(Problem::invalid("the question is empty"));
        }
        let given = [!self.contexts.is_empty(), self.text.is_some(), self.session.is_some()];
        if given.into_iter().filter(|given| *given).count() > 1 {
            return Err(Problem::invalid("`contexts`, `text` and `session` exclude one another"));
        }
        if let Some(text) = &self.text {
            state.check_text(text)?;
        }
        let (of, text, contexts, session) = (Arc::clone(tenant), self.text, self.contexts, self.session.clone());
        let loaded = tokio::task::spawn_blocking(move || match (text, session) {
            (Some(text), _) => of.contexts.texts(vec![text]),
            (None, Some(session)) => of.contexts.load_arguments(&of.session(&session)?.context),
            (None, None) if contexts.is_empty() => of.contexts.load_arguments(&[]),
            (None, None) => of.contexts.load(&contexts),
        });
        let loaded = loaded.await.map_err(|cause| Problem::internal(&cause))??;
        Ok(Job {
            task: TaskSpec {
                question: self.question,
                budget: self.budget.of_task(),
                answer_schema: self.answer_schema.map(Arc::new),
                route: self.route,
                temperature: self.temperature,
                metadata: self.metadata,
                ..TaskSpec::default()
            },
            context: loaded.context,
            locations: loaded.locations,
            retriever: None,
            session: self.session,
            earlier: None,
        })
    }
}
