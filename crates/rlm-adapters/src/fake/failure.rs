//! Simulated failures of fake models.

use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind, TimeoutPhase};

use super::FakeError;
use super::definition::FailureDefinition;

/// The names of all kinds of simulated failures, as written in a definition file.
pub(super) const KINDS: [&str; 17] = [
    "unauthorized",
    "quota_exhausted",
    "rate_limited",
    "server",
    "timeout_connect",
    "timeout_first_byte",
    "timeout_idle",
    "timeout_total",
    "unreachable",
    "connection",
    "invalid_request",
    "prompt_too_long",
    "prompt_truncated",
    "empty_reply",
    "malformed_reply",
    "no_reply",
    "cancelled",
];

/// A simulated failure: an error, and the number of attempts that fail with it.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    error: ModelError,
    times: Option<u32>,
}

impl Failure {
    pub(super) fn new(definition: &FailureDefinition) -> Result<Self, FakeError> {
        let kind = kind(&definition.kind).ok_or_else(|| FakeError::UnknownKind {
            kind: definition.kind.clone(),
        })?;
        let message = definition.message.clone();
        let message = message.unwrap_or_else(|| format!("the fake model fails on purpose ({})", definition.kind));
        let retry_after = definition.retry_after.map(Duration::try_from_secs_f64);
        Ok(Self {
            error: ModelError {
                status: definition.status,
                // An invalid duration (negative, not a number) is ignored.
                retry_after: retry_after.and_then(Result::ok),
                ..ModelError::new(kind, message)
            },
            times: definition.times,
        })
    }

    /// Returns the error of an attempt, counted from 1, or `None` if the attempt does not have to
    /// fail.
    pub(super) fn at(&self, attempt: u32) -> Option<ModelError> {
        self.times
            .is_none_or(|times| attempt <= times)
            .then(|| self.error.clone())
    }
}

fn kind(name: &str) -> Option<ModelErrorKind> {
    Some(match name {
        "unauthorized" => ModelErrorKind::Unauthorized,
        "quota_exhausted" => ModelErrorKind::QuotaExhausted,
        "rate_limited" => ModelErrorKind::RateLimited,
        "server" => ModelErrorKind::Server,
        "timeout_connect" => ModelErrorKind::Timeout(TimeoutPhase::Connect),
        "timeout_first_byte" => ModelErrorKind::Timeout(TimeoutPhase::FirstByte),
        "timeout_idle" => ModelErrorKind::Timeout(TimeoutPhase::Idle),
        "timeout_total" => ModelErrorKind::Timeout(TimeoutPhase::Total),
        "unreachable" => ModelErrorKind::Unreachable,
        "connection" => ModelErrorKind::Connection,
        "invalid_request" => ModelErrorKind::InvalidRequest,
        "prompt_too_long" => ModelErrorKind::PromptTooLong,
        "prompt_truncated" => ModelErrorKind::PromptTruncated,
        "empty_reply" => ModelErrorKind::EmptyReply,
        "malformed_reply" => ModelErrorKind::MalformedReply,
        "no_reply" => ModelErrorKind::NoReply,
        "cancelled" => ModelErrorKind::Cancelled,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_names_match_error_kind_codes() {
        for name in KINDS {
            assert_eq!(kind(name).map(|kind| kind.code()), Some(name));
        }
        assert_eq!(kind("tired"), None);
    }
}
