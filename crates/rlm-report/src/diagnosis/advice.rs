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
                    "Resume with a higher limit. Finished calls are not paid for again.",
                    format!("{resume} {flag}"),
                ),
                None => (
                    "Fork at the last step with another model, or ask for less at once.",
                    fork,
                ),
            },
            (Some("provider_error"), Some(ProblemKind::Model(kind))) => match kind {
                ModelErrorKind::Unauthorized => (
                    "Set a valid key for this model, then resume. Finished calls are not paid for again.",
                    resume,
                ),
                ModelErrorKind::QuotaExhausted => (
                    "Add credit to the account, then resume. Finished calls are not paid for again.",
                    resume,
                ),
                ModelErrorKind::InvalidRequest
                | ModelErrorKind::PromptTooLong
                | ModelErrorKind::PromptTruncated
                | ModelErrorKind::MalformedReply
                | ModelErrorKind::EmptyReply
                | ModelErrorKind::NoReply => (
                    "The same request would fail again. Fork at this step with another model.",
                    fork,
                ),
                _ => (
                    "Resume when the provider is available again. Finished calls are not paid for again.",
                    resume,
                ),
            },
            (Some("tool_error"), _) => ("Fix the tool's error, then resume.", resume),
            (Some("unable" | "verification_failed"), _) => (
                "The last step shows what the model was missing. Rephrase the question, or repeat the last step with another model.",
                fork,
            ),
            (Some("invalid_request"), _) => ("Fix the error above, and run it again.", format!("rlm trace {id}")),
            _ => (
                "Resume where it stopped. Finished calls are not paid for again.",
                resume,
            ),
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
        "MaxInputTokensExceeded" => Some(format!("--max-input-tokens {twice}")),
        "MaxOutputTokensExceeded" => Some(format!("--max-output-tokens {twice}")),
        "CostExceeded" => Some(format!(
            "--max-cost {}",
            Money(twice).to_string().trim_start_matches('$')
        )),
        "DeadlineExceeded" => Some("--max-seconds none".to_owned()),
        _ => None,
    }
}
