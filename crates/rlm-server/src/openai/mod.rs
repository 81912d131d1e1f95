//! The OpenAI-compatible endpoint: a run as if it were a model.

mod chat;
mod messages;
mod stream;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::caller::Reader;
use crate::problem::Problem;
use crate::state::AppState;

/// The name under which clients reach the server's model.
pub(crate) const MODEL: &str = "rlm";

/// Returns the routes below `/v1`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/models", get(models))
        .route("/models/{id}", get(model))
        .route("/chat/completions", post(chat::completions))
        .layer(middleware::map_response(in_openai_form))
}

/// Returns a problem in OpenAI's form. Clients don't send the request again unless that can help.
async fn in_openai_form(mut response: Response) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let hint = problem
        .hint
        .as_ref()
        .map(|hint| format!("; {hint}"))
        .unwrap_or_default();
    let kind = match problem.status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::FORBIDDEN => "permission_error",
        status if status.is_client_error() => "invalid_request_error",
        _ => "server_error",
    };
    let body = json!({"error": {
        "message": format!("{}{hint}", problem.detail),
        "type": kind,
        "param": null,
        "code": problem.code,
    }});
    let is_temporary = problem.status == StatusCode::SERVICE_UNAVAILABLE;
    let retry = if is_temporary { "true" } else { "false" };
    (problem.status, [("x-should-retry", retry)], Json(body)).into_response()
}

async fn models(_: Reader) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({"object": "list", "data": [entry()]})))
}

async fn model(_: Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    check_model(&id)?;
    Ok(Json(entry()))
}

fn entry() -> Value {
    json!({"id": MODEL, "object": "model", "created": 0, "owned_by": "rlm"})
}

/// Checks that a client names the server's model.
fn check_model(name: &str) -> Result<(), Problem> {
    if name == MODEL {
        return Ok(());
    }
    let detail = format!(
        "the model `{}` does not exist",
        name.chars().take(80).collect::<String>()
    );
    Err(Problem::new(StatusCode::NOT_FOUND, "model_not_found", detail).hint("the server's model is named `rlm`"))
}
