//! `/v1/uploads`: documents that are sent in parts, by the protocol tus 1.0. A complete one becomes a
//! document of a context.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::contexts::too_large;
use crate::http::caller::Asker;
use crate::http::problem::{Problem, ProblemObject};
use crate::state::AppState;

/// The version of the protocol.
const TUS: (HeaderName, HeaderValue) = (
    HeaderName::from_static("tus-resumable"),
    HeaderValue::from_static("1.0.0"),
);

/// Begins an upload. `Upload-Metadata` has the name of the document as `filename`, in base64.
#[utoipa::path(
    post, path = "/v1/uploads", tag = "contexts",
    params(("Upload-Length" = u64, Header), ("Upload-Metadata" = Option<String>, Header)),
    responses(
        (status = 201, description = "`Location` is the upload."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let bytes = number(&headers, "upload-length")?;
    let most = state.options().max_upload_bytes;
    if bytes > most {
        return Err(too_large(most));
    }
    let name = file_name(&headers)?.unwrap_or_else(|| "document.txt".to_owned());
    let created = tokio::task::spawn_blocking(move || {
        tenant.check_storage(state.keys(), bytes)?;
        tenant.uploads.create(name, bytes)
    })
    .await;
    let upload = created.map_err(|cause| Problem::internal(&cause))??;
    let location = [(header::LOCATION, format!("/v1/uploads/{}", upload.id))];
    Ok((StatusCode::CREATED, [TUS], location).into_response())
}

/// Returns how much of an upload has arrived, as `Upload-Offset`.
#[utoipa::path(
    head, path = "/v1/uploads/{id}", tag = "contexts", params(("id" = String, Path)),
    responses(
        (status = 200, description = "`Upload-Offset` and `Upload-Length` say how much has arrived."),
        (status = "4XX", description = "There is no such upload."),
    ),
)]
pub(crate) async fn state(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Response, Problem> {
    let (upload, offset) = tenant.uploads.get(&id)?;
    let headers = [
        ("upload-offset", offset.to_string()),
        ("upload-length", upload.bytes.to_string()),
    ];
    Ok((StatusCode::OK, [TUS], headers).into_response())
}

/// Appends to an upload at `Upload-Offset`, which must be where it ends.
#[utoipa::path(
    patch, path = "/v1/uploads/{id}", tag = "contexts",
    params(("id" = String, Path), ("Upload-Offset" = u64, Header)),
    request_body(content = String, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "`Upload-Offset` is the new end."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn write(Asker(tenant): Asker, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if kind != Some(b"application/offset+octet-stream") {
        let detail = "the content type must be `application/offset+octet-stream`";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", detail));
    }
    let offset = number(request.headers(), "upload-offset")?;
    let _lock = tenant.uploads.lock(&id)?;
    let (upload, end) = tenant.uploads.get(&id)?;
    if offset != end {
        let detail = format!("the upload has {end} bytes, but `Upload-Offset` is {offset}");
        return Err(Problem::new(StatusCode::CONFLICT, "upload_offset", detail).hint("ask for its state by HEAD"));
    }
    let file = tokio::fs::File::options()
        .append(true)
        .open(tenant.uploads.content(&id)?)
        .await;
    let mut file = file.map_err(|cause| Problem::internal(&cause))?;
    let mut body = request.into_body().into_data_stream();
    let mut end = end;
    let mut failure = None;
    while let Some(chunk) = body.next().await {
        // What has arrived before the connection broke is kept.
        let Ok(chunk) = chunk else { break };
        if end.saturating_add(chunk.len() as u64) > upload.bytes {
            failure = Some(Problem::invalid("the upload is longer than its `Upload-Length`"));
            break;
        }
        file.write_all(&chunk)
            .await
            .map_err(|cause| Problem::internal(&cause))?;
        end += chunk.len() as u64;
    }
    let synced = async {
        file.flush().await?;
        file.sync_all().await
    };
    synced.await.map_err(|cause| Problem::storage(&cause))?;
    match failure {
        Some(problem) => Err(problem),
        None => Ok((StatusCode::NO_CONTENT, [TUS], [("upload-offset", end.to_string())]).into_response()),
    }
}

/// Removes an upload.
#[utoipa::path(
    delete, path = "/v1/uploads/{id}", tag = "contexts", params(("id" = String, Path)),
    responses(
        (status = 204, description = "The upload is removed."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Response, Problem> {
    let _lock = tenant.uploads.lock(&id)?;
    tenant.uploads.remove(&id)?;
    Ok((StatusCode::NO_CONTENT, [TUS]).into_response())
}

fn number(headers: &HeaderMap, name: &str) -> Result<u64, Problem> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    let text = text.ok_or_else(|| Problem::invalid(format!("the header `{name}` is missing")))?;
    text.trim()
        .parse()
        .map_err(|_| Problem::invalid(format!("the header `{name}` is not a number")))
}

/// Returns the name in `Upload-Metadata`: pairs of a key and a value in base64, separated by commas.
fn file_name(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(metadata) = headers.get("upload-metadata") else {
        return Ok(None);
    };
    let invalid = || Problem::invalid("the header `upload-metadata` is not a list of names with values in base64");
    let metadata = metadata.to_str().map_err(|_| invalid())?;
    let pairs = metadata
        .split(',')
        .map(|pair| pair.trim().split_once(' ').unwrap_or((pair.trim(), "")));
    let Some((_, value)) = { pairs }.find(|(key, _)| *key == "filename") else {
        return Ok(None);
    };
    let bytes = STANDARD.decode(value.trim()).map_err(|_| invalid())?;
    String::from_utf8(bytes).map(Some).map_err(|_| invalid())
}
