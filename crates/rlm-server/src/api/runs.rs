//! `/v1/runs`: questions, their runs, and what can be done with these.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use rlm_context::{Context, Document};
use rlm_model::RunId;
use rlm_report::{Sources, render};
use rlm_runs::{ReplayError, ReplayReport};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::QueryOf;
use crate::http::body::{OptionalJsonBody, RawBody};
use crate::http::caller::{Asker, Reader};
use crate::http::problem::{Problem, ProblemObject};
use crate::http::request_log::note_run;
use crate::runs::active::Execution;
use crate::runs::background::BackgroundRun;
use crate::runs::events::{self, sse};
use crate::runs::executions;
use crate::runs::job::Job;
use crate::runs::limits::RunBudget;
use crate::runs::question::Question;
use crate::runs::recorded;
use crate::runs::run_object::{RunObject, RunStatus};
use crate::runs::tree;
use crate::state::{AppState, Tenant};

/// The maximum number of seconds for which a request waits for the end of a run.
const MOST_WAIT: u64 = 60;
/// The maximum number of runs in a list.
const MOST_LISTED: usize = 1_000;

/// Starts a run. It goes on when the client leaves.
#[utoipa::path(
    post, path = "/v1/runs", tag = "runs", request_body = Question,
    params(("Idempotency-Key" = Option<String>, Header, description = "A request with the same key and body returns the run of the first one, for 24 hours.")),
    responses(
        (status = 201, body = RunObject, description = "The run has started."),
        (status = 200, body = RunObject, description = "The run of an earlier request with the same key."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Response, Problem> {
    let question: Question = body.json()?;
    let claim = tenant
        .idempotency
        .claim(&headers, &format!("POST /v1/runs\n{}", body.text()))
        .await?;
    if claim.is_repeated && exists(&tenant, &claim.id) {
        return Ok(Json(read(&tenant, &claim.id).await?).into_response());
    }
    let background = BackgroundRun {
        session: question.session.clone(),
        question: Some(question.clone()),
    };
    let job = Job::load(question, &state, &tenant).await?;
    let execution = executions::start(&state, &tenant, claim.id.clone(), job, Some(background)).await?;
    Ok(started(StatusCode::CREATED, &execution))
}

/// The query of a list of runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// The maximum number of runs.
    #[serde(default = "usual_limit")]
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: usize,
    /// Only runs that are older than this one.
    #[serde(default)]
    before: Option<String>,
    /// Only runs in this state.
    #[serde(default)]
    status: Option<RunStatus>,
    /// Only runs whose question contains this text, in any case.
    #[serde(default)]
    search: Option<String>,
}

const fn usual_limit() -> usize {
    100
}

/// A page of runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunList {
    data: Vec<RunObject>,
    /// Whether there are older ones: continue with `before`, set to the id of the last run here.
    has_more: bool,
}

/// Lists runs, newest first.
#[utoipa::path(
    get, path = "/v1/runs", tag = "runs", params(ListQuery),
    responses(
        (status = 200, body = RunList),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(Reader(tenant): Reader, QueryOf(query): QueryOf<ListQuery>) -> Result<Json<RunList>, Problem> {
    if !(1..=MOST_LISTED).contains(&query.limit) {
        return Err(Problem::invalid(format!("`limit` is between 1 and {MOST_LISTED}")));
    }
    let listed = tokio::task::spawn_blocking(move || page(&tenant, &query)).await;
    Ok(Json(listed.map_err(|cause| Problem::internal(&cause))??))
}

/// The query of a run.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetQuery {
    /// The number of seconds for which to wait for the end of the run.
    #[serde(default)]
    #[param(minimum = 0, maximum = 60)]
    wait: u64,
}

/// Returns a run, with its result if it has ended.
#[utoipa::path(
    get, path = "/v1/runs/{id}", tag = "runs", params(("id" = String, Path), GetQuery),
    responses(
        (status = 200, body = RunObject),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get(
    Reader(tenant): Reader,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<GetQuery>,
) -> Result<Json<RunObject>, Problem> {
    if query.wait > MOST_WAIT {
        return Err(Problem::invalid(format!("`wait` is at most {MOST_WAIT} seconds")));
    }
    let id = run_id(&id)?;
    if let Some(execution) = tenant.executions.get(&id) {
        let waited = tokio::time::timeout(Duration::from_secs(query.wait), execution.ended()).await;
        if let Ok(Some(ended)) = waited {
            return Ok(Json(ended.run.clone()));
        }
    }
    Ok(Json(read(&tenant, &id).await?))
}

/// Removes a run with its journal.
#[utoipa::path(
    delete, path = "/v1/runs/{id}", tag = "runs", params(("id" = String, Path)),
    responses(
        (status = 204, description = "The run is removed."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(asker: Asker, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    delete_run(asker, run_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a run that has ended.
///
/// # Errors
/// A [`Problem`] if there is no such run, or it is active.
pub(crate) async fn delete_run(Asker(tenant): Asker, id: RunId) -> Result<(), Problem> {
    let removed = tokio::task::spawn_blocking(move || {
        if tenant.executions.get(&id).is_some() {
            return Ok(false);
        }
        match exists(&tenant, &id) {
            true => tenant.runs.remove(&id).map_err(Problem::from),
            false => Err(Problem::not_found("run")),
        }
    });
    match removed.await.map_err(|cause| Problem::internal(&cause))?? {
        true => Ok(()),
        false => {
            let problem = Problem::new(StatusCode::CONFLICT, "run_active", "the run is active");
            Err(problem.hint("cancel it first"))
        }
    }
}

/// Cancels a run, and returns it. A run that has ended stays as it is.
#[utoipa::path(
    post, path = "/v1/runs/{id}/cancel", tag = "runs", params(("id" = String, Path)),
    responses(
        (status = 200, body = RunObject),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn cancel(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Json<RunObject>, Problem> {
    let id = run_id(&id)?;
    if let Some(execution) = tenant.executions.get(&id) {
        execution.cancel.cancel();
        let ended = execution.ended().await.ok_or_else(Problem::interrupted)?;
        return Ok(Json(ended.run.clone()));
    }
    // It may have been interrupted, and is not to be resumed.
    tenant.background.remove(&id);
    Ok(Json(read(&tenant, &id).await?))
}

/// The limits of a run that is resumed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resume {
    /// Limits that replace those of the run. They include what it has used.
    #[serde(default)]
    budget: RunBudget,
}

/// Continues a run that was interrupted or cancelled, or that ended at a limit. Calls whose replies
/// its journal has are not sent again.
#[utoipa::path(
    post, path = "/v1/runs/{id}/resume", tag = "runs", params(("id" = String, Path)), request_body = Option<Resume>,
    responses(
        (status = 202, body = RunObject, description = "The run continues."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn resume(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    Path(id): Path<String>,
    OptionalJsonBody(resume): OptionalJsonBody<Resume>,
) -> Result<Response, Problem> {
    let execution = executions::resume(&state, &tenant, run_id(&id)?, resume.budget).await?;
    Ok(started(StatusCode::ACCEPTED, &execution))
}

/// The start of a fork.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fork {
    /// The first step that is executed again. The steps before it are shared.
    #[schema(minimum = 1)]
    at: u32,
    /// Limits that replace those of the run. They include what the shared steps took.
    #[serde(default)]
    budget: RunBudget,
}

/// Starts a run that shares the first steps of another one.
#[utoipa::path(
    post, path = "/v1/runs/{id}/fork", tag = "runs", request_body = Fork,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses(
        (status = 201, body = RunObject, description = "The new run has started."),
        (status = 200, body = RunObject, description = "The run of an earlier request with the same key."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn fork(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: RawBody,
) -> Result<Response, Problem> {
    let of = run_id(&id)?;
    let fork: Fork = body.json()?;
    let request = format!("POST /v1/runs/{of}/fork\n{}", body.text());
    let claim = tenant.idempotency.claim(&headers, &request).await?;
    if claim.is_repeated && exists(&tenant, &claim.id) {
        return Ok(Json(read(&tenant, &claim.id).await?).into_response());
    }
    let execution = executions::fork(&state, &tenant, claim.id.clone(), &of, fork.at, fork.budget).await?;
    Ok(started(StatusCode::CREATED, &execution))
}

/// Executes a recorded run again without models, and compares every step.
#[utoipa::path(
    post, path = "/v1/runs/{id}/replay", tag = "runs", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object, description = "The run is as recorded: `compared` events, `extent`, `outcome`, `answer`."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn replay(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Json<ReplayReport>, Problem> {
    let id = run_id(&id)?;
    if tenant.executions.get(&id).is_some() {
        return Err(Problem::new(StatusCode::CONFLICT, "run_active", "the run is active").hint("wait for its end"));
    }
    let (run, context) = executions::load(&tenant, &id).await?;
    Ok(Json(rlm_runs::replay(&run, &context).await?))
}

/// Streams the events of a run as server-sent events, from the one after `Last-Event-ID` on. The last
/// one is `result`.
#[utoipa::path(
    get, path = "/v1/runs/{id}/events", tag = "runs",
    params(("id" = String, Path), ("Last-Event-ID" = Option<u64>, Header)),
    responses(
        (status = 200, content_type = "text/event-stream", body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn events(
    Reader(tenant): Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    // Taken before its end, since an interrupted run is no longer active then.
    let execution = tenant.executions.get(&id);
    let records =
        events::records(&tenant, &id, events::last_event_id(&headers)).map_err(|_| Problem::not_found("run"))?;
    let last = async move {
        if let Some(execution) = execution {
            return match execution.ended().await {
                Some(ended) => events::result_event(&json!(ended.run)),
                None => events::interrupted_event(&execution),
            };
        }
        let run = read(&tenant, &id).await.ok()?;
        events::result_event(&json!(run))
    };
    Ok(sse(None, records, last.boxed()).into_response())
}

/// Returns the journal of a run: JSON lines, chained by digests.
#[utoipa::path(
    get, path = "/v1/runs/{id}/journal", tag = "runs", params(("id" = String, Path)),
    responses(
        (status = 200, content_type = "application/jsonl", body = String),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn journal(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Response, Problem> {
    let path = tenant.runs.journal_path(&run_id(&id)?);
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|_| Problem::not_found("run"))?;
    let body = axum::body::Body::from_stream(tokio_util::io::ReaderStream::new(file));
    Ok(([(header::CONTENT_TYPE, "application/jsonl")], body).into_response())
}

/// The query of a trace.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceQuery {
    #[serde(default)]
    #[param(inline)]
    format: TraceFormat,
}

/// The form of a trace.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TraceFormat {
    /// Agents, their steps and calls.
    #[default]
    Tree,
    /// The spans of OpenTelemetry, as JSON for `/v1/traces` of a collector.
    Otlp,
}

/// Returns the trace of a run.
#[utoipa::path(
    get, path = "/v1/runs/{id}/trace", tag = "runs", params(("id" = String, Path), TraceQuery),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn trace(
    Reader(tenant): Reader,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<TraceQuery>,
) -> Result<Json<Value>, Problem> {
    let id = run_id(&id)?;
    let trace = tokio::task::spawn_blocking(move || {
        let run = recorded::read(&tenant, &id)?;
        match query.format {
            TraceFormat::Tree => Ok(tree::tree(&run.records, usize::MAX)),
            TraceFormat::Otlp => rlm_trace::otlp(&run.records).ok_or_else(|| Problem::from(ReplayError::NoStart)),
        }
    });
    Ok(Json(trace.await.map_err(|cause| Problem::internal(&cause))??))
}

/// The query of a report.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportQuery {
    /// Whether the page leaves out all texts of the run.
    #[serde(default)]
    private: bool,
}

/// Returns the report of a run: a page without scripts.
#[utoipa::path(
    get, path = "/v1/runs/{id}/report", tag = "runs", params(("id" = String, Path), ReportQuery),
    responses(
        (status = 200, content_type = "text/html", body = String),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn report(
    Reader(tenant): Reader,
    Path(id): Path<String>,
    QueryOf(query): QueryOf<ReportQuery>,
) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    let page = tokio::task::spawn_blocking(move || {
        let run = recorded::read(&tenant, &id)?;
        if query.private {
            return Ok(rlm_report::render_private(&run));
        }
        Ok::<_, Problem>(match recorded::context(&run) {
            Ok(context) => render(&run, &Sources::new(|source| text(&context, source))),
            // A report without the text of the context is still useful.
            Err(problem) => render(&run, &Sources::none(problem.detail)),
        })
    });
    let page = page.await.map_err(|cause| Problem::internal(&cause))??;
    // The page has its styles within itself, and nothing else.
    let policy = HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    Ok((headers, page).into_response())
}

/// Returns the text of a document of a context.
pub(crate) fn text(context: &Context, source: u32) -> Option<&str> {
    let document = usize::try_from(source)
        .ok()
        .and_then(|source| context.documents().get(source));
    document.map(Document::as_str)
}

fn page(tenant: &Tenant, query: &ListQuery) -> Result<RunList, Problem> {
    let search = query.search.as_ref().map(|search| search.to_lowercase());
    let mut data = Vec::new();
    for id in tenant.runs.ids()? {
        if query
            .before
            .as_ref()
            .is_some_and(|before| id.as_str() >= before.as_str())
        {
            continue;
        }
        let Ok(run) = tenant.run(&id) else {
            continue;
        };
        let is_found = match (&search, &run.question) {
            (None, _) => true,
            (Some(search), Some(question)) => question.to_lowercase().contains(search),
            (Some(_), None) => false,
        };
        if !is_found || query.status.is_some_and(|status| status != run.status) {
            continue;
        }
        if data.len() == query.limit {
            return Ok(RunList { data, has_more: true });
        }
        data.push(run);
    }
    Ok(RunList { data, has_more: false })
}

async fn read(tenant: &Arc<Tenant>, id: &RunId) -> Result<RunObject, Problem> {
    let (tenant, id) = (Arc::clone(tenant), id.clone());
    let read = tokio::task::spawn_blocking(move || tenant.run(&id)).await;
    read.map_err(|cause| Problem::internal(&cause))?
}

/// Whether a run is active or has a journal.
fn exists(tenant: &Tenant, id: &RunId) -> bool {
    tenant.executions.get(id).is_some() || tenant.runs.journal_path(id).exists()
}

fn started(status: StatusCode, execution: &Execution) -> Response {
    let location = [(header::LOCATION, format!("/v1/runs/{}", execution.id))];
    (status, location, Json(RunObject::running(&execution.id))).into_response()
}

fn run_id(text: &str) -> Result<RunId, Problem> {
    let id = text.parse().map_err(|_| Problem::not_found("run"))?;
    note_run(&id);
    Ok(id)
}
