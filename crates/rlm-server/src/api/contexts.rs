//! `/v1/contexts`: the documents that questions are about.

use std::sync::Arc;

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use utoipa::ToSchema;

use crate::http::body::JsonBody;
use crate::http::caller::{Asker, Reader};
use crate::http::problem::{Problem, ProblemObject};
use crate::state::{AppState, Tenant};
use crate::store::contexts::{ContextObject, NewContext};
use crate::store::private_file;

/// The bytes of a form beside its files.
const ENVELOPE: usize = 1 << 20;

/// Documents as JSON: texts, or uploads that are complete.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDocuments {
    #[serde(default)]
    documents: Vec<NewDocument>,
    /// The ids of uploads, which become documents and end.
    #[serde(default)]
    uploads: Vec<String>,
}

/// A document as text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDocument {
    /// The name, as in citations. Its extension says what the format is.
    name: String,
    text: String,
}

/// The files of a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form is read part by part; this is its documentation")]
pub(crate) struct NewFiles {
    /// A file, of any format that the command line reads. Repeat the part for more of them.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Stores documents as a context.
#[utoipa::path(
    post, path = "/v1/contexts", tag = "contexts",
    request_body(content((NewDocuments = "application/json"), (NewFiles = "multipart/form-data"))),
    responses(
        (status = 201, body = ContextObject),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
        (status = "5XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    request: Request,
) -> Result<Response, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
    let mut context = begin(&tenant).await?;
    if is_form {
        receive(request, &state, &mut context).await?;
    } else {
        let JsonBody(new) = JsonBody::<NewDocuments>::from_request(request, &state).await?;
        for document in &new.documents {
            state.check_text(&document.text)?;
        }
        context = store(&tenant, context, new).await?;
    }
    let object = finish(&state, &tenant, context).await?;
    let location = [(header::LOCATION, format!("/v1/contexts/{}", object.id))];
    Ok((StatusCode::CREATED, location, Json(object)).into_response())
}

/// The contexts of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContextList {
    data: Vec<ContextObject>,
}

/// Lists contexts, newest first.
#[utoipa::path(
    get, path = "/v1/contexts", tag = "contexts",
    responses(
        (status = 200, body = ContextList),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn list(Reader(tenant): Reader) -> Result<Json<ContextList>, Problem> {
    let listed = tokio::task::spawn_blocking(move || tenant.contexts.list()).await;
    let data = listed.map_err(|cause| Problem::internal(&cause))??;
    Ok(Json(ContextList { data }))
}

/// Returns a context.
#[utoipa::path(
    get, path = "/v1/contexts/{id}", tag = "contexts", params(("id" = String, Path)),
    responses(
        (status = 200, body = ContextObject),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn get(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<ContextObject>, Problem> {
    let read = tokio::task::spawn_blocking(move || tenant.contexts.get(&id)).await;
    Ok(Json(read.map_err(|cause| Problem::internal(&cause))??))
}

/// Removes a context. Runs about it are kept, but can't be replayed.
#[utoipa::path(
    delete, path = "/v1/contexts/{id}", tag = "contexts", params(("id" = String, Path)),
    responses(
        (status = 204, description = "The context is removed."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn delete(Asker(tenant): Asker, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let removed = tokio::task::spawn_blocking(move || tenant.contexts.remove(&id)).await;
    removed.map_err(|cause| Problem::internal(&cause))??;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a context of a tenant.
pub(crate) async fn begin(tenant: &Tenant) -> Result<NewContext, Problem> {
    let store = tenant.contexts.clone();
    let begun = tokio::task::spawn_blocking(move || store.begin()).await;
    begun.map_err(|cause| Problem::internal(&cause))?
}

/// Stores a context whose documents have been written.
pub(crate) async fn finish(
    state: &AppState,
    tenant: &Arc<Tenant>,
    context: NewContext,
) -> Result<ContextObject, Problem> {
    let (state, tenant) = (state.clone(), Arc::clone(tenant));
    let finished = tokio::task::spawn_blocking(move || {
        tenant.check_storage(state.keys(), context.bytes())?;
        context.finish()
    })
    .await;
    finished.map_err(|cause| Problem::internal(&cause))?
}

/// Writes the files of a form. Other parts than `file` and `purpose` are ignored.
///
/// # Errors
/// A [`Problem`] if the files are too large together, or the form is not one.
pub(crate) async fn receive(mut request: Request, state: &AppState, context: &mut NewContext) -> Result<(), Problem> {
    let most = state.options().max_upload_bytes;
    // The limit of other bodies, which are kept in memory, is lower.
    let form_bytes = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(ENVELOPE);
    DefaultBodyLimit::max(form_bytes).apply(&mut request);
    let form = Multipart::from_request(request, state).await;
    let mut form =
        form.map_err(|rejection| Problem::invalid(format!("the form is not as expected: {}", rejection.body_text())))?;
    let malformed = |error: axum::extract::multipart::MultipartError| {
        Problem::new(
            error.status(),
            "form_unreadable",
            format!("the form can't be read: {}", error.body_text()),
        )
    };
    let mut left = most;
    while let Some(mut field) = form.next_field().await.map_err(malformed)? {
        match field.name() {
            Some("file") => {}
            Some("purpose") => {
                context.set_purpose(field.text().await.map_err(malformed)?.chars().take(64).collect());
                continue;
            }
            _ => continue,
        }
        let name = field.file_name().unwrap_or("document.txt").to_owned();
        let path = context.add(&name)?;
        let file = private_file::create(&path).map_err(|cause| Problem::storage(&cause))?;
        let mut file = tokio::fs::File::from_std(file);
        let mut bytes = 0;
        while let Some(chunk) = field.chunk().await.map_err(malformed)? {
            let size = chunk.len() as u64;
            left = left.checked_sub(size).ok_or_else(|| too_large(most))?;
            bytes += size;
            file.write_all(&chunk)
                .await
                .map_err(|cause| Problem::internal(&cause))?;
        }
        let synced = async {
            file.flush().await?;
            file.sync_all().await
        };
        synced.await.map_err(|cause| Problem::storage(&cause))?;
        context.set_bytes(bytes);
    }
    Ok(())
}

pub(crate) fn too_large(most: u64) -> Problem {
    let detail = format!("the files have more than {most} bytes together");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
        .hint("the server's --max-upload sets the maximum")
}

async fn store(tenant: &Tenant, mut context: NewContext, new: NewDocuments) -> Result<NewContext, Problem> {
    let uploads = tenant.uploads.clone();
    let stored = tokio::task::spawn_blocking(move || {
        for document in new.documents {
            let path = context.add(&document.name)?;
            private_file::write(&path, document.text.as_bytes()).map_err(|cause| Problem::storage(&cause))?;
            context.set_bytes(document.text.len() as u64);
        }
        for id in new.uploads {
            let _lock = uploads.lock(&id)?;
            let (upload, bytes) = uploads.get(&id)?;
            if bytes < upload.bytes {
                let detail = format!("the upload `{id}` has {bytes} of {} bytes", upload.bytes);
                return Err(Problem::new(StatusCode::CONFLICT, "upload_incomplete", detail).hint("send the rest of it"));
            }
            let path = context.add(&upload.name)?;
            std::fs::rename(uploads.content(&id)?, path).map_err(|cause| Problem::internal(&cause))?;
            context.set_bytes(bytes);
            uploads.remove_record(&id)?;
        }
        Ok(context)
    });
    stored.await.map_err(|cause| Problem::internal(&cause))?
}
