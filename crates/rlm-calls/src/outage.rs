//! The messages about a root call that failed permanently, and about an outage.

use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind};
use rlm_scheduler::{CallFailure, FailureKind};

/// An outage that lasted longer than the run waits for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The last failure.
    pub error: ModelError,
    /// The number of attempts of the call.
    attempts: u32,
    /// The duration of the call.
    elapsed: Duration,
}

impl Outage {
    /// Returns the outage that made a call fail, if one did.
    #[must_use]
    pub fn from_failure(failure: &CallFailure) -> Option<Self> {
        match &failure.kind {
            FailureKind::Outage(error) => Some(Self {
                error: error.clone(),
                attempts: failure.attempts,
                elapsed: failure.elapsed,
            }),
            _ => None,
        }
    }

    /// Returns a message such as `can't connect to https://…: DNS lookup failed; gave up after 11
    /// attempts in 61 s; check the network`.
    #[must_use]
    pub fn message(&self) -> String {
        // A call that was sent once has been waiting for the server ever since.
        let attempts = if self.attempts == 1 { 0 } else { self.attempts };
        failure_message(&self.error, attempts, self.elapsed)
    }
}

/// Returns a message with the error of a root call, the number of attempts, and a suggestion.
///
/// A replay creates the same message from the recorded attempts and time.
#[must_use]
pub fn failure_message(error: &ModelError, attempts: u32, elapsed: Duration) -> String {
    // The server's message may end with a full stop.
    let mut text = error.to_string().trim_end_matches('.').to_owned();
    match attempts {
        // Another call had already detected the outage.
        0 => text += &format!("; waited {} for the server", seconds(elapsed)),
        1 => {}
        attempts => text += &format!("; gave up after {attempts} attempts in {}", seconds(elapsed)),
    }
    if let Some(hint) = error.hint.as_deref().or_else(|| hint(&error.kind)) {
        text += "; ";
        text += hint;
    }
    text
}

fn seconds(time: Duration) -> String {
    let millis = time.as_millis();
    if millis < 10_000 {
        format!("{}.{} s", millis / 1_000, millis % 1_000 / 100)
    } else {
        format!("{} s", millis / 1_000)
    }
}

/// Returns a suggestion for a failure without advice from the server.
const fn hint(kind: &ModelErrorKind) -> Option<&'static str> {
    match kind {
        ModelErrorKind::RateLimited => {
            Some("make fewer calls at once, wait longer for the server, or use another model")
        }
        ModelErrorKind::Server => Some("try again later, or name a fallback model"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outage_message_includes_attempts_elapsed_time_and_hint() {
        let unreachable = ModelError::new(
            ModelErrorKind::Unreachable,
            "can't connect to https://api.example.org/v1: DNS lookup failed",
        )
        .with_hint("check the network");
        let limited = ModelError::new(
            ModelErrorKind::RateLimited,
            "api.example.org: too many requests (HTTP 429).",
        );
        let refused = ModelError::new(ModelErrorKind::Unauthorized, "api.example.org: wrong key (HTTP 401)");
        let said = [
            failure_message(&unreachable, 11, Duration::from_millis(61_900)),
            failure_message(&unreachable, 0, Duration::from_secs(60)),
            failure_message(&limited, 5, Duration::from_millis(4_730)),
            failure_message(&refused, 1, Duration::from_millis(80)),
        ];
        insta::assert_snapshot!(said.join("\n"), @r"
        can't connect to https://api.example.org/v1: DNS lookup failed; gave up after 11 attempts in 61 s; check the network
        can't connect to https://api.example.org/v1: DNS lookup failed; waited 60 s for the server; check the network
        api.example.org: too many requests (HTTP 429); gave up after 5 attempts in 4.7 s; make fewer calls at once, wait longer for the server, or use another model
        api.example.org: wrong key (HTTP 401)
        ");
    }
}
