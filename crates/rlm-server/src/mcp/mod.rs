//! `/mcp`: the MCP server over streamable HTTP, with the keys, tenants and budgets of all routes.
//!
//! A session belongs to a tenant, since each tenant has a session manager of its own: the id of a
//! session is unknown to the key of another tenant.

mod sessions;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header, request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use futures::{FutureExt as _, StreamExt as _};
use rlm_core::Runner;
use rlm_mcp_server::{ActiveRun, Caller, McpServer, Question, RunService, ToolError};
use rlm_store::RunStore;
use rlm_trace::{Journal, JournalOptions};
use rmcp::model::Extensions;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;

use crate::http::caller::{admit, missing_scope};
use crate::http::problem::Problem;
use crate::runs::executions::start;
use crate::runs::ids::new_id;
use crate::runs::job::Job;
use crate::state::{AppState, Reach, Tenant};
use crate::store::contexts::LoadedContext;
use crate::store::keys::Scope;

pub(crate) use sessions::McpSessions;

/// The maximum number of open sessions of a tenant. Clients of the newest protocol have none.
const MAX_SESSIONS: usize = 256;
/// The maximum number of bytes of an error of the protocol.
const ERROR_BYTES: usize = 64 * 1024;
/// The first version of the protocol without sessions.
const SESSIONLESS: &str = "2026-07-28";
/// The header that names the session of a request.
const SESSION: &str = "mcp-session-id";
/// The origins of pages of this machine. Pages of others are refused, whatever they send.
const LOCAL_ORIGINS: [&str; 6] = [
    "http://127.0.0.1:*",
    "http://localhost:*",
    "http://[::1]:*",
    "https://127.0.0.1:*",
    "https://localhost:*",
    "https://[::1]:*",
];

/// Returns the route, which takes bodies of up to `most_bytes`.
pub(crate) fn routes(most_bytes: usize) -> Router<AppState> {
    Router::new().route(
        "/mcp",
        any(move |State(state): State<AppState>, request: Request| async move {
            answer(&state, request, most_bytes).await
        }),
    )
}

async fn answer(state: &AppState, request: Request, most_bytes: usize) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let (tenant, mut caller) = caller(state, &parts)?;
    if opens_session(&parts) && tenant.mcp.sessions.sessions.read().await.len() >= MAX_SESSIONS {
        let detail = format!("{MAX_SESSIONS} MCP sessions are open");
        return Err(
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_sessions", detail)
                .hint("close sessions that are not used, by DELETE"),
        );
    }
    let gone = CancellationToken::new();
    caller.gone = gone.clone();
    parts.extensions.insert(caller);
    let response = service(state, &tenant, most_bytes)
        .handle(Request::from_parts(parts, body))
        .await;
    let response = response.map(Body::new);
    if response.status().is_client_error() || response.status().is_server_error() {
        return as_problem(response).await;
    }
    // The response is dropped when its client disconnects.
    let guard = gone.drop_guard();
    Ok(response.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |chunk| {
            let _ = &guard;
            chunk
        }))
    }))
}

/// Returns whether a request may open a session. Clients of the newest protocol name its version.
fn opens_session(parts: &request::Parts) -> bool {
    let version = parts.headers.get("mcp-protocol-version");
    let is_older = version.is_none_or(|version| version.as_bytes() < SESSIONLESS.as_bytes());
    parts.method == Method::POST && is_older && !parts.headers.contains_key(SESSION)
}

/// Returns the caller's tenant, and what its key permits.
fn caller(state: &AppState, parts: &request::Parts) -> Result<(Arc<Tenant>, Caller), Problem> {
    let (tenant, scopes) = admit(parts, state)?;
    let caller = Caller {
        may_read: scopes.contains(&Scope::Read),
        may_run: scopes.contains(&Scope::Run),
        ..Caller::default()
    };
    match caller.may_read || caller.may_run {
        true => Ok((tenant, caller)),
        false => Err(missing_scope()),
    }
}

type Service = StreamableHttpService<McpServer<TenantRuns>, LocalSessionManager>;

fn service(state: &AppState, tenant: &Arc<Tenant>, most_bytes: usize) -> Service {
    let runs = Arc::new(TenantRuns {
        state: state.clone(),
        tenant: Arc::clone(tenant),
    });
    let (documents, tasks) = (state.options().documents.clone(), tenant.mcp.tasks.clone());
    let config = StreamableHttpServerConfig::default()
        .with_cancellation_token(tenant.mcp.stop.clone())
        .with_max_request_body_bytes(most_bytes);
    let config = match state.reach() {
        Reach::Loopback => config.with_allowed_origins(LOCAL_ORIGINS),
        // The name of the service is not known, but its clients send a key, and are no web pages.
        Reach::Network => config.disable_allowed_hosts().enforce_origin_validation(),
    };
    let make = move || Ok(McpServer::new(Arc::clone(&runs), documents.clone(), tasks.clone()));
    StreamableHttpService::new(make, Arc::clone(&tenant.mcp.sessions), config)
}

/// Returns an error of the protocol as a problem, unless it is JSON.
async fn as_problem(response: Response) -> Result<Response, Problem> {
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json {
        return Ok(response);
    }
    let status = response.status();
    let body = to_bytes(response.into_body(), ERROR_BYTES).await.unwrap_or_default();
    let detail = String::from_utf8_lossy(&body);
    Ok(Problem::new(status, "mcp", detail)
        .hint("see docs/serving.md for the requests of `/mcp`")
        .into_response())
}

/// The runs of a tenant.
struct TenantRuns {
    state: AppState,
    tenant: Arc<Tenant>,
}

impl RunService for TenantRuns {
    fn runner(&self) -> &Runner {
        &self.tenant.runner
    }

    fn runs(&self) -> &RunStore {
        &self.tenant.runs
    }

    async fn start(&self, question: Question) -> Result<ActiveRun, ToolError> {
        let documents = &self.state.options().documents;
        let job = match question.text {
            None => Job {
                task: question.task,
                context: documents.context().clone(),
                locations: documents.locations(),
                retriever: documents.retriever(),
                session: None,
                earlier: None,
            },
            Some(text) => {
                self.state.check_text(&text).map_err(tool_error)?;
                let store = self.tenant.contexts.clone();
                let loaded = tokio::task::spawn_blocking(move || store.texts(vec![text])).await;
                let loaded = loaded.unwrap_or_else(|cause| Err(Problem::internal(&cause)));
                let LoadedContext { context, locations } = loaded.map_err(tool_error)?;
                Job {
                    task: question.task,
                    context,
                    locations,
                    retriever: None,
                    session: None,
                    earlier: None,
                }
            }
        };
        let id = new_id().map_err(tool_error)?;
        let run = start(&self.state, &self.tenant, id, job, None)
            .await
            .map_err(tool_error)?;
        // A run that has ended already has released its journal, which has no more events.
        let journal = run
            .journal()
            .unwrap_or_else(|| Arc::new(Journal::in_memory(JournalOptions::default())));
        Ok(ActiveRun {
            id: run.id.clone(),
            journal,
            cancel: run.cancel.clone(),
            ended: async move { Some(Arc::clone(&run.ended().await?.result)) }.boxed(),
        })
    }

    fn caller(&self, request: &Extensions) -> Caller {
        let parts = request.get::<request::Parts>();
        let caller = parts.and_then(|parts| parts.extensions.get::<Caller>());
        // Every request has passed `answer`, which adds it.
        caller.cloned().unwrap_or(Caller {
            may_read: false,
            may_run: false,
            ..Caller::default()
        })
    }
}

fn tool_error(problem: Problem) -> ToolError {
    let hint = problem.hint.unwrap_or_else(|| "correct the arguments".to_owned());
    ToolError::new(&problem.code, problem.detail, hint)
}
