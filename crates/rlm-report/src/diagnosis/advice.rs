//! Suggestions for the user of a run without a complete answer.

use rlm_model::{ModelErrorKind, Money};
use rlm_trace::Totals;

use super::{Problem, ProblemKind};

/// A suggestion for the user of a run without a complete answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The hint about the failure that the journal contains.
    pub hint: Option<String>,
    /// The text of the suggestion, in one or two sentences.
    pub text: &'static str,
    /// The command that carries out the suggestion.
    pub command: String,
}

impl Advice {
    pub(super) fn of(id: &str, totals: &Totals, outcome: Option<&str>, cause: Option<&Problem>) -> Self {
        let fork = format!("rlm fork {id} --at {} --model MODEL", totals.turns.max(1));
        let resume = format!("rlm resume {id}");
        let (text, command) = match (outcome, cause.map(|cause| &cause.kind)) {
            (_, Some(ProblemKind::Limit(name, allowed))) => match raised(name, *allowed) {
                Some(flag) => (
                    "Go on with a higher limit. What was done is not paid for again.",
                    format!("{resume} {flag}"),
                ),
                None => (
                    "Go on from the last step with another model, or ask less at once.",
                    fork,
                ),
            },
            (Some("provider_error"), Some(ProblemKind::Model(kind))) => match kind {
                ModelErrorKind::Unauthorized => (
                    "Set a key that is valid for this model, then go on. What was done is not paid for again.",
                    resume,
                ),
                ModelErrorKind::QuotaExhausted => (
                    "Give the account credit, then go on. What was done is not paid for again.",
                    resume,
                ),
                ModelErrorKind::InvalidRequest
                | ModelErrorKind::PromptTooLong
                | ModelErrorKind::PromptTruncated
                | ModelErrorKind::MalformedReply
                | ModelErrorKind::EmptyReply
                | ModelErrorKind::NoReply => (
                    "The same request would fail again: go on with another model from this step.",
                    fork,
                ),
                _ => (
                    "When the provider answers again, go on. What was done is not paid for again.",
                    resume,
                ),
            },
            (Some("tool_error"), _) => ("See what the tool said, mend that, then go on.", resume),
            (Some("unable" | "verification_failed"), _) => (
                "Read the last step: it shows what the model was missing. Then ask otherwise, or let another model take the last step.",
                fork,
            ),
            (Some("invalid_request"), _) => (
                "Correct what is said above, and run it again.",
                format!("rlm trace {id}"),
            ),
            _ => ("Go on where it stopped. What was done is not paid for again.", resume),
        };
        Self {
            hint: cause.and_then(|cause| cause.hint.clone()),
            text,
            command,
        }
    }
}

/// Returns the flag that raises a limit to twice the allowed amount.
fn raised(name: &str, allowed: u64) -> Option<String> {
    let twice = allowed.saturating_mul(2);
    match name {
        "MaxStepsExceeded" => Some(format!("--max-steps {twice}")),
        "MaxSubcallsExceeded" => Some(format!("--max-subcalls {}", twice.max(10))),
        "MaxTokensExceeded" => Some(format!("--max-tokens {twice}")),
        "MaxSubcallTokensExceeded" => Some(format!("--max-subcall-tokens {twice}")),
        "MaxOutputTokensExceeded" => Some(format!("--max-output-tokens {twice}")),
        "CostExceeded" => Some(format!(
            "--max-cost {}",
            Money(twice).to_string().trim_start_matches('$')
        )),
        "DeadlineExceeded" => Some("--max-seconds none".to_owned()),
        _ => None,
    }
}
