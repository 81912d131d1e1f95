//! Reads JSON bodies, with errors in our own form.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The JSON body of a request. Its content type is not checked, since `curl -d` sends another one.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let status = rejection.status();
            match status {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::new(status, "body_too_large", "the body is too large").hint("send a shorter context")
                }
                _ => Problem::new(status, "body_unreadable", "the body could not be read"),
            }
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            Problem::invalid(format!(
                "the body is not UTF-8: invalid byte at {}",
                error.valid_up_to()
            ))
        })?;
        serde_json::from_str(text)
            .map(Self)
            .map_err(|error| Problem::invalid(format!("the body is not as expected: {error}")))
    }
}
