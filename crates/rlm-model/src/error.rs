//! Why a model gave no reply.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Tokens, Usage};

/// Which wait ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeoutPhase {
    /// Reaching the server.
    Connect,
    /// The first byte of the answer.
    FirstByte,
    /// The next byte of the answer.
    Idle,
    /// The whole call.
    Total,
}

/// What kind of failure it was; decides whether trying again can help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModelErrorKind {
    /// The key is missing, wrong, or lacks a right (401, 403).
    Unauthorized,
    /// The account's quota or credit is used up.
    QuotaExhausted,
    /// Too many requests at once (429).
    RateLimited,
    /// The server failed (5xx).
    Server,
    /// A wait ran out.
    Timeout(TimeoutPhase),
    /// The server could not be reached: nothing was sent.
    Unreachable,
    /// The connection broke.
    Connection,
    /// The server refused the request (other 4xx).
    InvalidRequest,
    /// The prompt does not fit the model's window.
    PromptTooLong,
    /// The server cut the prompt without saying so: what it read is far less than what it was sent.
    PromptTruncated,
    /// The reply was empty.
    EmptyReply,
    /// The reply was not of the protocol: broken JSON, a missing field, a truncated body.
    MalformedReply,
    /// An offline model has no reply for this request (end of a script, not in the recording).
    NoReply,
    /// The call was cancelled.
    Cancelled,
}

impl ModelErrorKind {
    /// Returns whether the provider may have charged for the attempt: it may have worked on it.
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

    /// Returns a stable name for journals and machine-readable output.
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

/// Whether the same request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAdvice {
    /// It would fail again.
    Never,
    /// After a pause of the caller's choice.
    Later,
    /// Not before this much time, the server says.
    After(Duration),
}

/// A model gave no reply.
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
    /// What kind of failure it was.
    pub kind: ModelErrorKind,
    /// What happened and where, in one line, without secrets.
    pub message: String,
    /// What to do about it, where anything can be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The HTTP status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The pause that the server asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Duration>,
    /// What the attempt used all the same, such as thinking that left no room for text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Box<Usage>>,
    /// The output limit that one more attempt should have, where a reply without text may come of too little room (thinking
    /// counts as output). That attempt may use more than was reserved for this one, so it needs a reservation of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_room: Option<Tokens>,
    /// Whether the same request would fail in the same way, although failures of this kind are usually temporary.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recurs: bool,
}

impl ModelError {
    /// Makes an error of a kind and a message, with nothing else known.
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

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Marks the failure as one that the same request would meet again: it is not retried.
    #[must_use]
    pub const fn that_recurs(mut self) -> Self {
        self.recurs = true;
        self
    }

    /// Tells whether sending the same request again can help.
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
