//! The errors of model calls, and the conditions under which a call can be retried.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Tokens, Usage};

/// The phase of a model request whose timeout expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeoutPhase {
    /// The client was connecting to the server.
    Connect,
    /// The client was waiting for the first byte of the response.
    FirstByte,
    /// The client was waiting for the next byte of the response.
    Idle,
    /// The total duration of the call was exceeded.
    Total,
}

/// The kind of a failed model call, which decides whether it is retried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModelErrorKind {
    /// The API key is missing or invalid, or lacks a permission (401, 403).
    Unauthorized,
    /// The quota or credit of the account is used up.
    QuotaExhausted,
    /// The server rejected the call because of too many requests or tokens (429).
    RateLimited,
    /// The server failed (5xx).
    Server,
    /// A timeout expired, in the given phase of the request.
    Timeout(TimeoutPhase),
    /// The server could not be reached; nothing was sent.
    Unreachable,
    /// The connection broke after the request was sent.
    Connection,
    /// The server rejected the request as invalid (other 4xx).
    InvalidRequest,
    /// The prompt does not fit the context window of the model.
    PromptTooLong,
    /// The server silently truncated the prompt: it reports far fewer input tokens than were sent.
    PromptTruncated,
    /// The reply contained no text.
    EmptyReply,
    /// The response violates the protocol: invalid JSON, a missing field, or a truncated body.
    MalformedReply,
    /// An offline model has no reply for this request: its script has ended or its recording lacks
    /// the request.
    NoReply,
    /// The call was cancelled.
    Cancelled,
}

impl ModelErrorKind {
    /// Returns `true` if the provider may have charged for the attempt, because it may have
    /// processed the request.
    ///
    /// ```
    /// use rlm_model::ModelErrorKind;
    ///
    /// assert!(ModelErrorKind::Connection.may_be_charged());
    /// assert!(!ModelErrorKind::RateLimited.may_be_charged());
    /// ```
    #[must_use]
    pub const fn may_be_charged(&self) -> bool {
        match self {
            Self::Timeout(TimeoutPhase::FirstByte | TimeoutPhase::Idle | TimeoutPhase::Total)
            | Self::Connection
            | Self::EmptyReply
            | Self::PromptTruncated
            | Self::MalformedReply => true,
            Self::Timeout(TimeoutPhase::Connect)
            | Self::Unreachable
            | Self::Unauthorized
            | Self::QuotaExhausted
            | Self::RateLimited
            | Self::Server
            | Self::InvalidRequest
            | Self::PromptTooLong
            | Self::NoReply
            | Self::Cancelled => false,
        }
    }

    /// Returns a stable name of the error kind for journals and machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::QuotaExhausted => "quota_exhausted",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Timeout(TimeoutPhase::Connect) => "timeout_connect",
            Self::Timeout(TimeoutPhase::FirstByte) => "timeout_first_byte",
            Self::Timeout(TimeoutPhase::Idle) => "timeout_idle",
            Self::Timeout(TimeoutPhase::Total) => "timeout_total",
            Self::Unreachable => "unreachable",
            Self::Connection => "connection",
            Self::InvalidRequest => "invalid_request",
            Self::PromptTooLong => "prompt_too_long",
            Self::PromptTruncated => "prompt_truncated",
            Self::EmptyReply => "empty_reply",
            Self::MalformedReply => "malformed_reply",
            Self::NoReply => "no_reply",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The advice whether and when a failed request can be retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// Don't retry: the request would fail again.
    Never,
    /// Retry after a pause that the caller chooses.
    Later,
    /// Retry after this pause, which the server asked for.
    After(Duration),
}

/// A failed model call.
///
/// ```
/// use std::time::Duration;
/// use rlm_model::{ModelError, ModelErrorKind, RetryAdvice};
///
/// let mut error = ModelError::new(ModelErrorKind::RateLimited, "example.org: too many requests (HTTP 429)")
///     .with_hint("lower --concurrency");
/// assert_eq!((error.kind.code(), error.retry()), ("rate_limited", RetryAdvice::Later));
/// error.retry_after = Some(Duration::from_secs(3));
/// assert_eq!(error.retry(), RetryAdvice::After(Duration::from_secs(3)));
///
/// let error = ModelError::new(ModelErrorKind::Unauthorized, "example.org: the key is not known (HTTP 401)");
/// assert_eq!(error.retry(), RetryAdvice::Never);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// The kind of the failure.
    pub kind: ModelErrorKind,
    /// The description of the failure in one line, without secrets.
    pub message: String,
    /// A hint on how to fix the cause, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The HTTP status of the response, if the server responded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The pause before a retry that the server asked for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Duration>,
    /// The token usage of the failed attempt, such as for reasoning that left no tokens for the
    /// text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Box<Usage>>,
    /// A higher output limit for a retry, if the reply may be empty because reasoning used up the
    /// limit. The retry may use more tokens than were reserved for this attempt, so it needs a new
    /// reservation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_room: Option<Tokens>,
    /// Whether the same request would fail again, although failures of this kind are usually
    /// temporary.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recurs: bool,
}

impl ModelError {
    /// Creates an error from a kind and a message.
    #[must_use]
    pub fn new(kind: ModelErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            status: None,
            retry_after: None,
            usage: None,
            more_room: None,
            recurs: false,
        }
    }

    /// Adds a hint on how to fix the cause of the error.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks the failure as permanent, so that the request is not retried.
    #[must_use]
    pub const fn that_recurs(mut self) -> Self {
        self.recurs = true;
        self
    }

    /// Returns whether and when the same request can be retried.
    #[must_use]
    pub const fn retry(&self) -> RetryAdvice {
        if self.recurs {
            return RetryAdvice::Never;
        }
        match (&self.kind, self.retry_after) {
            (ModelErrorKind::RateLimited | ModelErrorKind::Server, Some(pause)) => RetryAdvice::After(pause),
            (
                ModelErrorKind::RateLimited
                | ModelErrorKind::Server
                | ModelErrorKind::Timeout(_)
                | ModelErrorKind::Unreachable
                | ModelErrorKind::Connection
                | ModelErrorKind::EmptyReply
                | ModelErrorKind::MalformedReply,
                _,
            ) => RetryAdvice::Later,
            _ => RetryAdvice::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_quotas_are_never_retried() {
        for kind in [
            ModelErrorKind::Unauthorized,
            ModelErrorKind::QuotaExhausted,
            ModelErrorKind::InvalidRequest,
            ModelErrorKind::PromptTruncated,
            ModelErrorKind::NoReply,
            ModelErrorKind::Cancelled,
        ] {
            let mut error = ModelError::new(kind, "no");
            error.retry_after = Some(Duration::from_secs(1));
            assert_eq!(error.retry(), RetryAdvice::Never);
        }
        let mut limited = ModelError::new(ModelErrorKind::RateLimited, "slow down");
        assert_eq!(limited.retry(), RetryAdvice::Later);
        limited.retry_after = Some(Duration::from_secs(2));
        assert_eq!(limited.retry(), RetryAdvice::After(Duration::from_secs(2)));
        assert_eq!(limited.that_recurs().retry(), RetryAdvice::Never);
    }
}
