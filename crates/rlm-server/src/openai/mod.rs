//! The OpenAI-compatible endpoint: a run as if it were a model.

mod answer;
mod chat;
mod files;
mod messages;
mod responses;
mod stream;

use axum::Json;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::caller::Reader;
use crate::http::problem::Problem;
use crate::state::AppState;

/// The name under which clients reach the server's model.
pub(crate) const MODEL: &str = "rlm";

/// Returns the routes below `/v1`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(models))
        .routes(routes!(model))
        .routes(routes!(chat::completions))
        .routes(routes!(files::create, files::list))
        .routes(routes!(files::get, files::delete))
        .routes(routes!(files::content))
        .routes(routes!(responses::create))
        .routes(routes!(responses::get, responses::delete))
        .routes(routes!(responses::cancel))
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
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_client_error() => "invalid_request_error",
        _ => "server_error",
    };
    let body = json!({"error": {
        "message": format!("{}{hint}", problem.detail),
        "type": kind,
        "param": null,
        "code": problem.code,
    }});
    let retry = if problem.retry_after.is_some() { "true" } else { "false" };
    let mut response = (problem.status, [("x-should-retry", retry)], Json(body)).into_response();
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Lists the models: the server itself.
#[utoipa::path(
    get, path = "/v1/models", tag = "openai",
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
async fn models(_: Reader) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({"object": "list", "data": [entry()]})))
}

/// Returns a model.
#[utoipa::path(
    get, path = "/v1/models/{id}", tag = "openai", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
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
