//! `/v1/sessions`: conversations about a context.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rlm_model::Money;
use rlm_prompt::Exchange;
use rlm_store::SessionRecord;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::body::JsonBody;
use crate::http::caller::{Asker, Reader};
use crate::http::problem::{Problem, ProblemObject};
use crate::runs::executions::history;
use crate::runs::ids::{holder, new_id, now};
use crate::runs::money;
use crate::runs::money::dollars;
use crate::state::{AppState, Tenant};

/// A session to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {
    #[serde(default)]
    name: Option<String>,
    /// The id of the context that questions are about.
    #[serde(default)]
    context: Option<String>,
    /// The text that questions are about, instead of a context.
    #[serde(default)]
    text: Option<String>,
    /// The maximum cost of all questions in dollars.
    #[serde(default, deserialize_with = "money::read")]
    #[schema(value_type = Option<f64>, minimum = 0)]
    max_cost: Option<Money>,
    /// Whether the variables of programs are kept for later questions.
    #[serde(default)]
    persistent: bool,
}

/// A conversation about a context.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionObject {
    id: String,
    name: Option<String>,
    /// The time at which the session was created, in milliseconds since 1970.
    created: u64,
    /// The ids of its runs, in order.
    runs: Vec<String>,
    /// The questions with their answers.
    #[schema(value_type = Vec<Object>)]
    exchanges: Vec<Exchange>,
    /// What programs keep for later questions.
    #[schema(value_type = Object)]
    memory: Value,
    max_cost_usd: Option<f64>,
    cost_usd: Option<f64>,
}

/// Creates a session. Questions are asked with `POST /v1/runs`.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", request_body = NewSession,
    responses(
        (status = 201, body = SessionObject),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    JsonBody(new): JsonBody<NewSession>,
) -> Result<Response, Problem> {
    if new.context.is_some() && new.text.is_some() {
        return Err(Problem::invalid("`context` and `text` exclude one another"));
    }
    if let Some(text) = &new.text {
        state.check_text(text)?;
    }
    let most = state.options().session_cost;
    let created = tokio::task::spawn_blocking(move || {
        let context = match (&new.context, new.text) {
            (Some(id), _) => vec![tenant.contexts.argument(&tenant.contexts.get(id)?.id)],
            (None, Some(text)) => {
                let path = tenant.contexts.put(&text).map_err(|cause| Problem::internal(&cause))?;
                vec![path.display().to_string()]
            }
            (None, None) => Vec::new(),
        };
        let record = SessionRecord {
            created: now(),
            title: new.name,
            context,
            max_cost_usd: match (new.max_cost, most) {
                (Some(asked), Some(most)) => Some(asked.min(most)),
                (asked, most) => asked.or(most),
            },
            persistent: new.persistent,
            ..SessionRecord::default()
        };
        let id = new_id()?.to_string();
        tenant.sessions.create(&id, &record)?;
        Ok::<_, Problem>(object(&tenant, id, &record))
    });
    let session = created.await.map_err(|cause| Problem::internal(&cause))??;
    let location = [(header::LOCATION, format!("/v1/sessions/{}", session.id))];
    Ok((StatusCode::CREATED, location, Json(session)).into_response())
}

/// The sessions of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    data: Vec<SessionObject>,
}

/// Lists sessions.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions",
    responses(
        (status = 200, body = SessionList),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(Reader(tenant): Reader) -> Result<Json<SessionList>, Problem> {
    let listed = tokio::task::spawn_blocking(move || {
        let names = tenant.sessions.names()?.into_iter();
        let data = names.filter_map(|id| {
            let record = tenant.sessions.read(&id).ok()?;
            Some(object(&tenant, id, &record))
        });
        Ok::<_, Problem>(SessionList { data: data.collect() })
    });
    Ok(Json(listed.await.map_err(|cause| Problem::internal(&cause))??))
}

/// Returns a session with its questions and answers.
#[utoipa::path(
    get, path = "/v1/sessions/{id}", tag = "sessions", params(("id" = String, Path)),
    responses(
        (status = 200, body = SessionObject),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<SessionObject>, Problem> {
    let read = tokio::task::spawn_blocking(move || {
        let record = tenant.session(&id)?;
        Ok::<_, Problem>(object(&tenant, id, &record))
    });
    Ok(Json(read.await.map_err(|cause| Problem::internal(&cause))??))
}

/// Removes a session. Its runs are kept.
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions", params(("id" = String, Path)),
    responses(
        (status = 204, description = "The session is removed."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(Asker(tenant): Asker, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let removed = tokio::task::spawn_blocking(move || tenant.sessions.remove(&id, holder())).await;
    removed.map_err(|cause| Problem::internal(&cause))??;
    Ok(StatusCode::NO_CONTENT)
}

fn object(tenant: &Tenant, id: String, record: &SessionRecord) -> SessionObject {
    let history = history(tenant, record);
    SessionObject {
        id,
        name: record.title.clone(),
        created: record.created.0,
        runs: record.runs.iter().map(ToString::to_string).collect(),
        exchanges: history.exchanges().to_vec(),
        memory: serde_json::json!(history.memory()),
        max_cost_usd: record
            .max_cost_usd
            .and_then(|most| dollars(rlm_model::Cost::Known(most))),
        cost_usd: dollars(history.spent().total_cost()),
    }
}
