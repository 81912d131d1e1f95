//! Starts the run of a conversation, and joins requests that a client sends again.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use rlm_core::{Route, RunError, TaskSpec};
use rlm_model::Digest;
use rlm_policy::Outcome;

use super::messages::Asked;
use crate::http::problem::Problem;
use crate::runs::active::{Client, Ended, Execution};
use crate::runs::background::BackgroundRun;
use crate::runs::executions::start;
use crate::runs::ids::new_id;
use crate::runs::job::Job;
use crate::runs::run_object::RunObject;
use crate::state::{AppState, Tenant};
use crate::store::contexts::LoadedContext;
use crate::store::private_file;

/// The time in which a client that lost its connection may send its request again, and finds its run.
/// The official clients wait for less than two seconds.
const GRACE: Duration = Duration::from_secs(5);

/// Starts the run of a request, or returns that of an equal one which is active.
///
/// # Errors
/// A [`Problem`] if the context can't be loaded or the run not be started.
pub(super) async fn join_or_start(
    state: &AppState,
    tenant: &Arc<Tenant>,
    request: &str,
    asked: Asked,
    task: TaskSpec,
) -> Result<(Arc<Execution>, Client), Problem> {
    let request = Digest::of(request.as_bytes());
    // Of two equal requests at once, the second finds the run of the first.
    let lock = tenant.executions.lock_of(&request.to_string());
    let _turn = lock.lock().await;
    if let Some(execution) = tenant.executions.joinable(&request) {
        let client = Client::with_grace(&execution, GRACE);
        return Ok((execution, client));
    }
    let execution = begin(state, tenant, asked, Vec::new(), task, None).await?;
    tenant.executions.let_join(request, &execution);
    let client = Client::with_grace(&execution, GRACE);
    Ok((execution, client))
}

/// Starts the run of a request. `earlier` has the documents of the response that it continues.
///
/// # Errors
/// A [`Problem`] if the context can't be loaded or the run not be started.
pub(super) async fn begin(
    state: &AppState,
    tenant: &Arc<Tenant>,
    mut asked: Asked,
    earlier: Vec<(String, String)>,
    mut task: TaskSpec,
    background: Option<BackgroundRun>,
) -> Result<Arc<Execution>, Problem> {
    // A short conversation is answered by the model itself.
    let is_short = !asked.has_context() && earlier.is_empty() && task.answer_schema.is_none();
    task.route = is_short.then_some(Route::Direct);
    task.question = std::mem::take(&mut asked.question);
    let store = tenant.contexts.clone();
    let most = state.options().max_upload_bytes;
    let (texts, mut files, attached) = (asked.texts, asked.files, asked.attached);
    let loaded = tokio::task::spawn_blocking(move || {
        if !attached.is_empty() {
            let mut context = store.begin()?;
            for (name, bytes) in attached {
                if bytes.len() as u64 > most {
                    return Err(crate::api::too_large(most));
                }
                let path = context.add(&name)?;
                private_file::write(&path, &bytes).map_err(|cause| Problem::storage(&cause))?;
                context.set_bytes(bytes.len() as u64);
            }
            files.push(context.finish()?.id);
        }
        store.load_all(texts, &files, earlier)
    });
    let LoadedContext { context, locations } = loaded.await.map_err(|cause| Problem::internal(&cause))??;
    let job = Job {
        task,
        context,
        locations,
        retriever: None,
        session: None,
        earlier: asked.session,
    };
    start(state, tenant, new_id()?, job, background).await
}

/// Returns a run that has an answer.
///
/// # Errors
/// The [`Problem`] that is why there is none.
pub(super) fn answered(ended: Option<&Ended>) -> Result<&RunObject, Problem> {
    let ended = ended.ok_or_else(Problem::interrupted)?;
    if ended.run.answer.is_some() {
        return Ok(&ended.run);
    }
    let outcome = match &*ended.result {
        Err(RunError::Limit { partial, .. }) => &partial.outcome,
        Err(error) => return Err(Problem::of_run(error)),
        Ok(result) => &result.outcome,
    };
    let status = match outcome {
        Outcome::BudgetExceeded { .. } => StatusCode::PAYMENT_REQUIRED,
        Outcome::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Outcome::ProviderError | Outcome::ToolError => StatusCode::BAD_GATEWAY,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let error = ended.run.error.as_ref();
    let detail = error.map_or("the run has no answer", |error| error.message.as_str());
    Err(Problem::new(status, outcome.name(), detail))
}
