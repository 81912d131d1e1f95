//! `/api/execute` and `/api/executions`: questions about the text of a session.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use rlm_core::TaskSpec;
use rlm_model::RunId;
use rlm_trace::RecordedRun;
use serde::Deserialize;
use serde_json::{Value, json};

use super::result::{ended_json, recorded};
use crate::active::{CancelOnDrop, Execution};
use crate::body::JsonBody;
use crate::caller::{Asker, Reader};
use crate::events::{first_event, records, result_event, sse};
use crate::executions::{Job, context_of, start};
use crate::problem::Problem;
use crate::state::{AppState, Tenant};
use crate::tree;

/// A question about the text of a session.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewExecution {
    session_id: String,
    user_query: String,
    /// Whether the run goes on when the client leaves, and the answer names it at once.
    #[serde(default)]
    background: bool,
    /// The maximum number of turns of the root model.
    #[serde(default)]
    max_steps: Option<u32>,
}

/// Answers a question, and waits for the answer.
pub(super) async fn execute(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    JsonBody(new): JsonBody<NewExecution>,
) -> Result<Response, Problem> {
    let (session, background) = (new.session_id.clone(), new.background);
    let execution = begin(&state, &tenant, new).await?;
    if background {
        let body = json!({"execution_id": execution.id, "session_id": session, "status": "running"});
        return Ok((StatusCode::ACCEPTED, Json(body)).into_response());
    }
    let _guard = CancelOnDrop(execution.cancel.clone());
    let ended = execution.ended().await;
    Ok(Json(ended_json(&execution.id, Some(&session), ended.as_deref())).into_response())
}

/// Answers a question, and streams the events of its run.
pub(super) async fn stream(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    JsonBody(new): JsonBody<NewExecution>,
) -> Result<Response, Problem> {
    let (session, background) = (new.session_id.clone(), new.background);
    let execution = begin(&state, &tenant, new).await?;
    let guard = (!background).then(|| CancelOnDrop(execution.cancel.clone()));
    let records = records(&tenant, &execution.id, 0)?;
    let first = first_event(&execution);
    let last = async move {
        let ended = execution.ended().await;
        drop(guard);
        result_event(&ended_json(&execution.id, Some(&session), ended.as_deref()))
    };
    Ok(sse(first, records, last.boxed()).into_response())
}

/// Streams the events of an execution, from the one after the header `Last-Event-ID` on.
pub(super) async fn events(
    Reader(tenant): Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    let after = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .unwrap_or_default();
    let records = records(&tenant, &id, after)?;
    let last = async move {
        if let Some(execution) = tenant.executions.get(&id) {
            let ended = execution.ended().await;
            return result_event(&ended_json(&id, None, ended.as_deref()));
        }
        recorded(&tenant, &id).ok().and_then(|data| result_event(&data))
    };
    Ok(sse(None, records, last.boxed()).into_response())
}

/// Lists the newest 100 executions of the caller, newest first.
pub(super) async fn list(Reader(tenant): Reader) -> Result<Json<Value>, Problem> {
    let mut ids = tenant.runs.ids()?;
    ids.reverse();
    let executions: Vec<Value> = ids
        .into_iter()
        .take(100)
        .filter_map(|id| recorded(&tenant, &id).ok())
        .collect();
    Ok(Json(json!({"executions": executions})))
}

/// Returns the state of an execution, with its result if it has ended.
pub(super) async fn get(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(recorded(&tenant, &run_id(&id)?)?))
}

/// Cancels an execution. One that has ended stays as it is.
pub(super) async fn cancel(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let id = run_id(&id)?;
    if let Some(execution) = tenant.executions.get(&id) {
        execution.cancel.cancel();
        let ended = execution.ended().await;
        return Ok(Json(ended_json(&id, None, ended.as_deref())));
    }
    Ok(Json(recorded(&tenant, &id)?))
}

/// Returns the tree of an execution: agents, their steps and calls.
pub(super) async fn tree(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let path = tenant.runs.journal_path(&run_id(&id)?);
    let tree = tokio::task::spawn_blocking(move || {
        let run = RecordedRun::read(path).map_err(|_| Problem::not_found("execution"))?;
        Ok::<_, Problem>(tree::tree(&run.records))
    });
    Ok(Json(tree.await.map_err(|cause| Problem::internal(&cause))??))
}

async fn begin(state: &AppState, tenant: &Arc<Tenant>, new: NewExecution) -> Result<Arc<Execution>, Problem> {
    if new.user_query.trim().is_empty() {
        return Err(Problem::invalid("`user_query` is empty"));
    }
    let record = tenant.sessions.read(&new.session_id)?;
    let loaded = tokio::task::spawn_blocking(move || context_of(&record));
    let (context, locations) = loaded.await.map_err(|cause| Problem::internal(&cause))??;
    let mut task = TaskSpec {
        question: new.user_query,
        ..TaskSpec::default()
    };
    task.budget.max_steps = new.max_steps;
    let job = Job {
        task,
        context,
        locations,
        retriever: None,
        session: Some(new.session_id),
        earlier: None,
    };
    start(state, tenant, job)
}

/// Parses the id of an execution.
fn run_id(text: &str) -> Result<RunId, Problem> {
    text.parse().map_err(|_| Problem::not_found("execution"))
}
