//! `/api/sessions`: conversations about a text.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use rlm_model::Money;
use rlm_store::SessionRecord;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::http::body::JsonBody;
use crate::http::caller::{Asker, Reader};
use crate::http::problem::{Problem, ProblemObject};
use crate::runs::executions::history;
use crate::runs::ids::{holder, new_id, now};
use crate::runs::money::dollars;
use crate::state::{AppState, Tenant};

/// A session to create.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEngineSession)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    context: Option<String>,
    /// The maximum cost of all questions in dollars.
    #[serde(default)]
    max_cost_usd: Option<f64>,
    /// Whether the variables of programs are kept for later questions.
    #[serde(default)]
    persistent: bool,
}

/// Creates a session.
#[utoipa::path(
    post, path = "/api/sessions", tag = "engine", request_body = NewSession,
    responses(
        (status = 201, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    JsonBody(new): JsonBody<NewSession>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let text = new.context.unwrap_or_default();
    state.check_text(&text)?;
    let asked = new.max_cost_usd.map(money).transpose()?;
    let id = new_id()?.to_string();
    let record = SessionRecord {
        created: now(),
        title: new.name,
        max_cost_usd: match (asked, state.options().session_cost) {
            (Some(asked), Some(most)) => Some(asked.min(most)),
            (asked, most) => asked.or(most),
        },
        persistent: new.persistent,
        ..SessionRecord::default()
    };
    let session = tokio::task::spawn_blocking(move || {
        let mut record = record;
        if !text.is_empty() {
            let path = tenant.contexts.put(&text).map_err(|cause| Problem::storage(&cause))?;
            record.context = vec![path.display().to_string()];
        }
        tenant.sessions.create(&id, &record)?;
        Ok::<_, Problem>(shown(&tenant, &id, &record))
    });
    let session = session.await.map_err(|cause| Problem::internal(&cause))??;
    Ok((StatusCode::CREATED, Json(session)))
}

/// Lists the sessions of the caller.
#[utoipa::path(
    get, path = "/api/sessions", tag = "engine",
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn list(Reader(tenant): Reader) -> Result<Json<Value>, Problem> {
    let mut sessions = Vec::new();
    for id in tenant.sessions.names()? {
        if let Ok(record) = tenant.sessions.read(&id) {
            sessions.push(json!({
                "session_id": id,
                "name": record.title,
                "created": record.created,
                "executions": record.runs,
            }));
        }
    }
    Ok(Json(json!({"sessions": sessions})))
}

/// Returns a session with its questions, answers and memory.
#[utoipa::path(
    get, path = "/api/sessions/{id}", tag = "engine", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn get(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let record = tenant.session(&id)?;
    Ok(Json(shown(&tenant, &id, &record)))
}

/// Removes a session. Its executions are kept.
#[utoipa::path(
    delete, path = "/api/sessions/{id}", tag = "engine", params(("id" = String, Path)),
    responses(
        (status = 204, description = "The session is removed."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(super) async fn delete(Asker(tenant): Asker, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    tenant.session(&id)?;
    tenant.sessions.remove(&id, holder())?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(tenant: &Tenant, id: &str, record: &SessionRecord) -> Value {
    let history = history(tenant, record);
    let spent = history.spent();
    json!({
        "session_id": id,
        "id": id,
        "name": record.title,
        "created": record.created,
        "executions": record.runs,
        "exchanges": history.exchanges(),
        "memory": history.memory(),
        "max_cost_usd": record.max_cost_usd.and_then(|most| dollars(rlm_model::Cost::Known(most))),
        "spent": {
            "input_tokens": spent.input_tokens,
            "output_tokens": spent.output_tokens,
            "cost_usd": dollars(spent.total_cost()),
        },
    })
}

/// Converts an amount of dollars.
fn money(dollars: f64) -> Result<Money, Problem> {
    if dollars.is_finite() && dollars >= 0.0 {
        // The cast saturates.
        Ok(Money((dollars * 1e6).floor() as u64))
    } else {
        Err(Problem::invalid("`max_cost_usd` is not an amount of dollars"))
    }
}
