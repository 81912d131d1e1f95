//! `/v1/files`: contexts of one document each, in OpenAI's form.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::api::{begin, finish, receive};
use crate::http::caller::{Asker, Reader};
use crate::http::problem::Problem;
use crate::state::AppState;
use crate::store::contexts::ContextObject;

/// Stores a file, which messages refer to by its id.
#[utoipa::path(
    post, path = "/v1/files", tag = "openai",
    request_body(content = Object, content_type = "multipart/form-data", description = "`file` and `purpose`."),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let mut context = begin(&tenant).await?;
    receive(request, &state, &mut context).await?;
    if context.documents() != 1 {
        return Err(Problem::invalid("expected one part `file`"));
    }
    Ok(Json(object(&finish(&state, &tenant, context).await?)))
}

/// Lists files.
#[utoipa::path(
    get, path = "/v1/files", tag = "openai",
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn list(Reader(tenant): Reader) -> Result<Json<Value>, Problem> {
    let listed = tokio::task::spawn_blocking(move || tenant.contexts.list()).await;
    let files = listed.map_err(|cause| Problem::internal(&cause))??;
    let files: Vec<Value> = files
        .iter()
        .filter(|file| file.documents.len() == 1)
        .map(object)
        .collect();
    Ok(Json(json!({"object": "list", "data": files, "has_more": false})))
}

/// Returns a file.
#[utoipa::path(
    get, path = "/v1/files/{id}", tag = "openai", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn get(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let read = tokio::task::spawn_blocking(move || tenant.contexts.get(&id)).await;
    Ok(Json(object(&read.map_err(|cause| Problem::internal(&cause))??)))
}

/// Removes a file.
#[utoipa::path(
    delete, path = "/v1/files/{id}", tag = "openai", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn delete(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let removed = json!({"id": id, "object": "file", "deleted": true});
    let removal = tokio::task::spawn_blocking(move || tenant.contexts.remove(&id)).await;
    removal.map_err(|cause| Problem::internal(&cause))??;
    Ok(Json(removed))
}

/// Returns the bytes of a file.
#[utoipa::path(
    get, path = "/v1/files/{id}/content", tag = "openai", params(("id" = String, Path)),
    responses(
        (status = 200, content_type = "application/octet-stream", body = String),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn content(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = tokio::task::spawn_blocking(move || tenant.contexts.documents_of(&id)).await;
    let documents = found.map_err(|cause| Problem::internal(&cause))??;
    let [(_, path)] = documents.as_slice() else {
        return Err(Problem::not_found("file"));
    };
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|cause| Problem::internal(&cause))?;
    let body = axum::body::Body::from_stream(tokio_util::io::ReaderStream::new(file));
    // Never shown by a browser, whatever it holds.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
    ];
    Ok((StatusCode::OK, headers, body).into_response())
}

fn object(file: &ContextObject) -> Value {
    json!({
        "id": file.id,
        "object": "file",
        "bytes": file.bytes,
        "created_at": file.created / 1_000,
        "filename": file.documents.first().map(|document| &document.name),
        "purpose": file.purpose.as_deref().unwrap_or("user_data"),
        "status": "processed",
    })
}
