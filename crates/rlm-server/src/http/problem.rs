//! Errors of requests, as RFC 9457 problems.

use std::error::Error;
use std::io::{self, ErrorKind};

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rlm_core::RunError;
use rlm_policy::Outcome;
use rlm_runs::ReplayError;
use rlm_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::keys::ApiKeysError;

/// The seconds after which a client may send a request again that was refused for a while.
const RETRY_AFTER: u64 = 5;

/// An error of a request: its status, a stable code, what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) detail: String,
    pub(crate) hint: Option<String>,
    /// The seconds after which the request may succeed.
    pub(crate) retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            hint: None,
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER),
        }
    }

    /// Returns the problem of a caller who has used up a limit for a while.
    pub(crate) fn too_many(code: &str, detail: impl Into<String>, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail).hint("try again later")
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

    /// Returns the problem of a file that can't be read or written. A full disk is no internal error.
    pub(crate) fn storage(cause: &(dyn Error + 'static)) -> Self {
        if !is_full(cause) {
            return Self::internal(&cause);
        }
        tracing::error!(%cause, "the storage is full");
        let detail = "the server has no room to store its data";
        Self::new(StatusCode::INSUFFICIENT_STORAGE, "storage_full", detail).hint("try again later")
    }

    /// Returns the problem of a run that the server interrupted.
    pub(crate) fn interrupted() -> Self {
        let detail = "the run was interrupted, since the service is stopping";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "interrupted", detail).hint("try again later")
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

    fn object(&self) -> ProblemObject {
        ProblemObject {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code.clone(),
            detail: self.detail.clone(),
            hint: self.hint.clone(),
        }
    }
}

/// An error, in the form of RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemObject {
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name of the status.
    title: &'static str,
    status: u16,
    /// The stable code of the error, as on the command line.
    code: String,
    /// What happened.
    detail: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

fn is_full(error: &(dyn Error + 'static)) -> bool {
    use ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};

    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(StorageFull | QuotaExceeded | FileTooLarge)) || error.source().is_some_and(is_full)
}

impl From<ApiKeysError> for Problem {
    fn from(error: ApiKeysError) -> Self {
        Self::internal(&error)
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        if let ReplayError::Run(error) = &error {
            return Self::of_run(error);
        }
        // The hints of the command line name its flags, which a client does not have.
        Self::new(StatusCode::CONFLICT, error.code(), error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::NoSuchName { .. } | StoreError::BadName { .. } => Self::not_found("session"),
            StoreError::InUse { .. } => {
                let detail = "a run of the session is active";
                Self::new(StatusCode::CONFLICT, "session_in_use", detail).hint("cancel it, or wait for its end")
            }
            StoreError::NotFound { .. } | StoreError::NoRuns { .. } => Self::not_found("execution"),
            error => Self::storage(error),
        }
    }
}

impl IntoResponse for Problem {
    /// The response also carries the problem itself, for interfaces with a form of their own.
    fn into_response(self) -> Response {
        let content = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, Json(self.object())).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, content);
        if self.status == StatusCode::UNAUTHORIZED {
            let way = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, way);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
