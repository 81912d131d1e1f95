//! Reads JSON bodies, with errors in our own form.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::http::problem::Problem;
use crate::http::request_body::unreadable;

/// The JSON body of a request. Its content type is not checked, since `curl -d` sends another one.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        RawBody::from_request(request, state).await?.json().map(Self)
    }
}

/// The JSON body of a request, or the default value of a request without a body.
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = RawBody::from_request(request, state).await?;
        if matches!(body.text().trim(), "" | "null") {
            return Ok(Self(T::default()));
        }
        body.json().map(Self)
    }
}

/// The body of a request as text.
pub(crate) struct RawBody(String);

impl RawBody {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Parses the body.
    ///
    /// # Errors
    /// A [`Problem`] with the place in the body.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        // A list would be taken for the fields of an object in their order.
        if !self.0.trim_start().starts_with('{') {
            return Err(Problem::invalid("the body is not a JSON object"));
        }
        serde_json::from_str(&self.0).map_err(|error| Problem::invalid(format!("the body is not as expected: {error}")))
    }
}

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let status = rejection.status();
            match status {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::new(status, "body_too_large", "the body is too large").hint("send a shorter context")
                }
                _ => unreadable(&rejection),
            }
        })?;
        let text = String::from_utf8(bytes.into()).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Problem::invalid(format!("the body is not UTF-8: invalid byte at {at}"))
        })?;
        Ok(Self(text))
    }
}
