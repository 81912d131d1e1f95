//! `/api/execute` and `/api/executions`: questions about the text of a session.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::Event as SseEvent;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use rlm_model::RunId;
use rlm_trace::RecordedRun;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::result::{ended_json, recorded};
use crate::api::QueryOf;
use crate::http::body::JsonBody;
use crate::http::caller::{Asker, Reader};
use crate::http::problem::{Problem, ProblemObject};
use crate::http::request_log::note_run;
use crate::runs::active::{Client, Ended, Execution};
use crate::runs::background::BackgroundRun;
use crate::runs::events::{first_event, interrupted_event, last_event_id, records, result_event, sse};
use crate::runs::executions::start;
use crate::runs::ids::new_id;
use crate::runs::job::Job;
use crate::runs::limits::RunBudget;
use crate::runs::question::Question;
use crate::runs::tree;
use crate::state::{AppState, Tenant};

/// A question about the text of a session.
#[derive(Debug, Deserialize, ToSchema)]
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
#[utoipa::path(
    post, path = "/api/execute", tag = "engine", request_body = NewExecution,
    responses(
        (status = 200, body = Object),
        (status = 202, body = Object, description = "The run goes on in the background."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
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
    let _guard = Client::new(&execution);
    let ended = execution.ended().await.ok_or_else(Problem::interrupted)?;
    Ok(Json(ended_json(Some(&session), &ended)).into_response())
}

/// Answers a question, and streams the events of its run.
#[utoipa::path(
    post, path = "/api/execute/stream", tag = "engine", request_body = NewExecution,
    responses(
        (status = 200, content_type = "text/event-stream", body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn stream(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    JsonBody(new): JsonBody<NewExecution>,
) -> Result<Response, Problem> {
    let (session, background) = (new.session_id.clone(), new.background);
    let execution = begin(&state, &tenant, new).await?;
    let guard = (!background).then(|| Client::new(&execution));
    let records = records(&tenant, &execution.id, 0)?;
    let first = first_event(&execution);
    let last = async move {
        let ended = execution.ended().await;
        drop(guard);
        last_event(&execution, Some(&session), ended)
    };
    Ok(sse(first, records, last.boxed()).into_response())
}

/// Streams the events of an execution, from the one after the header `Last-Event-ID` on.
#[utoipa::path(
    get, path = "/api/executions/{id}/events", tag = "engine", params(("id" = String, Path), ("Last-Event-ID" = Option<u64>, Header)),
    responses(
        (status = 200, content_type = "text/event-stream", body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn events(
    Reader(tenant): Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    // Taken before its end, since an interrupted run is no longer active then.
    let execution = tenant.executions.get(&id);
    let records = records(&tenant, &id, last_event_id(&headers))?;
    let last = async move {
        if let Some(execution) = execution {
            let ended = execution.ended().await;
            return last_event(&execution, None, ended);
        }
        recorded(&tenant, &id).ok().and_then(|data| result_event(&data))
    };
    Ok(sse(None, records, last.boxed()).into_response())
}

/// Lists the newest 100 executions of the caller, newest first.
#[utoipa::path(
    get, path = "/api/executions", tag = "engine",
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list(Reader(tenant): Reader) -> Result<Json<Value>, Problem> {
    let executions: Vec<Value> = tenant
        .runs
        .ids()?
        .into_iter()
        .take(100)
        .filter_map(|id| recorded(&tenant, &id).ok())
        .collect();
    Ok(Json(json!({"executions": executions})))
}

/// Returns the state of an execution, with its result if it has ended.
#[utoipa::path(
    get, path = "/api/executions/{id}", tag = "engine", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    Ok(Json(recorded(&tenant, &run_id(&id)?)?))
}

/// Cancels an execution. One that has ended stays as it is.
#[utoipa::path(
    delete, path = "/api/executions/{id}", tag = "engine", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn cancel(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let id = run_id(&id)?;
    if let Some(execution) = tenant.executions.get(&id) {
        execution.cancel.cancel();
        let ended = execution.ended().await.ok_or_else(Problem::interrupted)?;
        return Ok(Json(ended_json(None, &ended)));
    }
    // It may have been interrupted, and is not to be resumed.
    tenant.background.remove(&id);
    Ok(Json(recorded(&tenant, &id)?))
}

/// The texts of a tree.
#[derive(Debug, Deserialize)]
pub(super) struct TreeTexts {
    /// The maximum number of characters of a prompt or a reply.
    #[serde(default = "whole")]
    max_chars: usize,
}

const fn whole() -> usize {
    usize::MAX
}

/// Returns the tree of an execution: agents, their steps and calls.
#[utoipa::path(
    get, path = "/api/executions/{id}/tree", tag = "engine",
    params(("id" = String, Path), ("max_chars" = Option<usize>, Query, description = "The maximum number of characters of a prompt or a reply.")),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn tree(
    Reader(tenant): Reader,
    Path(id): Path<String>,
    QueryOf(TreeTexts { max_chars }): QueryOf<TreeTexts>,
) -> Result<Json<Value>, Problem> {
    let path = tenant.runs.journal_path(&run_id(&id)?);
    let tree = tokio::task::spawn_blocking(move || {
        let run = RecordedRun::read(path).map_err(|_| Problem::not_found("execution"))?;
        Ok::<_, Problem>(tree::tree(&run.records, max_chars))
    });
    Ok(Json(tree.await.map_err(|cause| Problem::internal(&cause))??))
}

async fn begin(state: &AppState, tenant: &Arc<Tenant>, new: NewExecution) -> Result<Arc<Execution>, Problem> {
    let question = Question {
        question: new.user_query,
        session: Some(new.session_id.clone()),
        budget: RunBudget {
            max_steps: new.max_steps,
            ..RunBudget::default()
        },
        ..Question::default()
    };
    let background = new.background.then(|| BackgroundRun {
        session: Some(new.session_id),
        question: Some(question.clone()),
    });
    let job = Job::load(question, state, tenant).await?;
    start(state, tenant, new_id()?, job, background).await
}

/// Returns the last event of a stream: the result of the run, or that it was interrupted.
fn last_event(execution: &Execution, session: Option<&str>, ended: Option<Arc<Ended>>) -> Option<SseEvent> {
    match ended {
        Some(ended) => result_event(&ended_json(session, &ended)),
        None => interrupted_event(execution),
    }
}

/// Parses the id of an execution.
pub(crate) fn run_id(text: &str) -> Result<RunId, Problem> {
    let id = text.parse().map_err(|_| Problem::not_found("execution"))?;
    note_run(&id);
    Ok(id)
}
