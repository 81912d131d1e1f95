//! A question with what it is about: what a run starts from.

use std::sync::Arc;

use rlm_context::Context;
use rlm_core::TaskSpec;
use rlm_prompt::SessionState;
use rlm_retrieval::Retriever;

use crate::http::problem::Problem;
use crate::runs::question::Question;
use crate::state::{AppState, Tenant};

/// What a run is to answer.
pub(crate) struct Job {
    pub(crate) task: TaskSpec,
    pub(crate) context: Context,
    /// The files of the context's texts, from which a replay reads them.
    pub(crate) locations: Vec<Option<String>>,
    /// The index of the context, if there is one already.
    pub(crate) retriever: Option<Arc<dyn Retriever>>,
    /// The session that the question belongs to, if any.
    pub(crate) session: Option<String>,
    /// The conversation before the question, if it belongs to no session.
    pub(crate) earlier: Option<SessionState>,
}

impl Job {
    /// Loads what the question is about.
    ///
    /// # Errors
    /// A [`Problem`] if the question is empty, or its context can't be loaded.
    pub(crate) async fn load(question: Question, state: &AppState, tenant: &Arc<Tenant>) -> Result<Self, Problem> {
        if question.question.trim().is_empty() {
            return Err(Problem::invalid("the question is empty"));
        }
        let given = [
            !question.contexts.is_empty(),
            question.text.is_some(),
            question.session.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() > 1 {
            return Err(Problem::invalid("`contexts`, `text` and `session` exclude one another"));
        }
        if let Some(text) = &question.text {
            state.check_text(text)?;
        }
        let (of, text, contexts, session) = (
            Arc::clone(tenant),
            question.text,
            question.contexts,
            question.session.clone(),
        );
        let loaded = tokio::task::spawn_blocking(move || match (text, session) {
            (Some(text), _) => of.contexts.texts(vec![text]),
            (None, Some(session)) => of.contexts.load_arguments(&of.session(&session)?.context),
            (None, None) if contexts.is_empty() => of.contexts.load_arguments(&[]),
            (None, None) => of.contexts.load(&contexts),
        });
        let loaded = loaded.await.map_err(|cause| Problem::internal(&cause))??;
        Ok(Self {
            task: TaskSpec {
                question: question.question,
                budget: question.budget.of_task(),
                answer_schema: question.answer_schema.map(Arc::new),
                route: question.route,
                temperature: question.temperature,
                metadata: question.metadata,
                ..TaskSpec::default()
            },
            context: loaded.context,
            locations: loaded.locations,
            retriever: None,
            session: question.session,
            earlier: None,
        })
    }
}
