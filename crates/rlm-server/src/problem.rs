//! Errors of requests, as RFC 9457 problems.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rlm_core::RunError;
use rlm_policy::Outcome;
use rlm_store::StoreError;
use serde_json::{Value, json};

use crate::keys::ApiKeysError;

/// An error of a request: its status, a stable code, what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            hint: None,
        }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", detail)
    }

    pub(crate) fn not_found(kind: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no such {kind}"))
    }

    /// Returns a problem of the server's own machine. The details are in its log, not in the answer.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the server could not store or read its data",
        )
        .hint("its log has the cause")
    }

    /// Returns the problem of a run that ended by an error.
    pub(crate) fn of_run(error: &RunError) -> Self {
        let status = match error.outcome() {
            Outcome::BudgetExceeded { .. } => StatusCode::PAYMENT_REQUIRED,
            Outcome::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Outcome::ProviderError => StatusCode::BAD_GATEWAY,
            Outcome::InvalidRequest => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, error.code(), error.to_string()).hint(error.hint())
    }

    pub(crate) fn json(&self) -> Value {
        let mut object = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Error"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let (Some(hint), Some(fields)) = (&self.hint, object.as_object_mut()) {
            fields.insert("hint".to_owned(), hint.clone().into());
        }
        object
    }
}

impl From<ApiKeysError> for Problem {
    fn from(error: ApiKeysError) -> Self {
        Self::internal(&error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NoSuchName { .. } => Self::not_found("session"),
            StoreError::NotFound { .. } | StoreError::NoRuns { .. } => Self::not_found("execution"),
            error => Self::internal(error),
        }
    }
}

impl IntoResponse for Problem {
    /// The response also carries the problem itself, for interfaces with a form of their own.
    fn into_response(self) -> Response {
        let content = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, content, self.json().to_string()).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let way = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, way);
        }
        response.extensions_mut().insert(self);
        response
    }
}
