//! The limits that runs and calls can reach, with their numbers.

use rlm_model::{CallId, Finish, Money, Tokens, grouped};
use serde::{Deserialize, Serialize};

/// A limit that refused a call or ended a run. Displays as `Name: what happened, in numbers`.
///
/// The numbers of a spending limit are those of the grant that refused the call: that of the run,
/// or the share of a child run.
///
/// ```
/// use rlm_policy::LimitReached;
///
/// let reached = LimitReached::MaxStepsExceeded { limit: 20 };
/// assert!(reached.to_string().starts_with("MaxStepsExceeded: "));
/// assert!(!reached.hint().is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "name")]
#[non_exhaustive]
pub enum LimitReached {
    /// The run has used all its turns.
    #[error("MaxStepsExceeded: all {limit} steps are taken")]
    MaxStepsExceeded {
        /// The maximum number of turns.
        limit: u32,
    },
    /// The root model sent too many consecutive replies without a new program.
    #[error(
        "InvalidResponsesExceeded: {limit} consecutive replies had no program, or repeated one with the same outcome"
    )]
    InvalidResponsesExceeded {
        /// The number of consecutive replies at which the run ends.
        limit: u32,
    },
    /// The sub-calls are used up.
    #[error("MaxSubcallsExceeded: {spent} of {limit} sub-calls are used; this needs {wanted} more")]
    MaxSubcallsExceeded {
        /// The maximum number of sub-calls.
        limit: u64,
        /// The sub-calls so far.
        spent: u64,
        /// The requested sub-calls.
        wanted: u64,
    },
    /// The sub-call is too deep in the tree of runs.
    #[error("MaxRecursionExceeded: sub-calls at depth {wanted} exceed the maximum depth of {limit}")]
    MaxRecursionExceeded {
        /// The maximum depth of nested sub-calls.
        limit: u32,
        /// The requested depth.
        wanted: u32,
    },
    /// The remaining tokens don't cover the maximum of the call.
    #[error(
        "MaxTokensExceeded: {spent} of {limit} tokens are used{}; this call may use up to {wanted} more",
        kept_back(kept.0 > 0, kept)
    )]
    MaxTokensExceeded {
        /// The maximum number of tokens.
        limit: Tokens,
        /// The tokens used so far.
        spent: Tokens,
        /// The maximum tokens of the call.
        wanted: Tokens,
        /// The tokens that are reserved for a best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_token")]
        kept: Tokens,
    },
    /// The remaining tokens for sub-calls and child runs don't cover the maximum of the call.
    #[error(
        "MaxSubcallTokensExceeded: {spent} of {limit} sub-call tokens are used{}; this call may use up to {wanted} more",
        kept_back(kept.0 > 0, kept)
    )]
    MaxSubcallTokensExceeded {
        /// The maximum number of tokens of sub-calls and child runs.
        limit: Tokens,
        /// The tokens of sub-calls and child runs used so far.
        spent: Tokens,
        /// The maximum tokens of the call.
        wanted: Tokens,
        /// The tokens that are reserved for a child run's best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_token")]
        kept: Tokens,
    },
    /// The remaining input tokens don't cover the maximum of the prompt.
    #[error(
        "MaxInputTokensExceeded: {spent} of {limit} input tokens are used{}; the prompt of this call may have up to {wanted} more",
        kept_back(kept.0 > 0, kept)
    )]
    MaxInputTokensExceeded {
        /// The maximum number of input tokens.
        limit: Tokens,
        /// The input tokens used so far.
        spent: Tokens,
        /// The maximum tokens of the prompt.
        wanted: Tokens,
        /// The input tokens that are reserved for a best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_token")]
        kept: Tokens,
    },
    /// The remaining output tokens don't cover the maximum of the reply.
    #[error(
        "MaxOutputTokensExceeded: {spent} of {limit} output tokens are used{}; the reply to this call may have up to {wanted} more",
        kept_back(kept.0 > 0, kept)
    )]
    MaxOutputTokensExceeded {
        /// The maximum number of output tokens.
        limit: Tokens,
        /// The output tokens used so far.
        spent: Tokens,
        /// The maximum tokens of the reply.
        wanted: Tokens,
        /// The output tokens that are reserved for a best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_token")]
        kept: Tokens,
    },
    /// The remaining money doesn't cover the maximum cost of the call.
    #[error(
        "CostExceeded: {} of {limit} is spent{}; this call may cost up to {} more",
        spent.rounded_up(), kept_back(*kept > Money::ZERO, &kept.rounded_up()), wanted.rounded_up()
    )]
    CostExceeded {
        /// The maximum cost.
        limit: Money,
        /// The money spent so far.
        spent: Money,
        /// The maximum cost of the call.
        wanted: Money,
        /// The money that is reserved for a best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_money")]
        kept: Money,
    },
    /// There is a cost limit, but the price of the model is unknown.
    #[error("PriceUnknown: the model has no known price, so the cost limit of {limit} can't be enforced")]
    PriceUnknown {
        /// The maximum cost.
        limit: Money,
    },
    /// The prompt exceeds the context window of the model, counted by its tokenizer or by the most
    /// favourable one.
    #[error(
        "PromptTooLong: {} characters; this model takes about {}; use chunks(text, {takes})", grouped(*chars), grouped(*takes)
    )]
    PromptTooLong {
        /// The length of the prompt in characters.
        chars: u64,
        /// The approximate number of characters that fit.
        takes: u64,
    },
    /// The prompts of a batch, without the replies, need more tokens than are left.
    #[error(
        "BatchExceedsTokens: the prompts of these {calls} calls need at least {} tokens, but {} are left; no call was made",
        grouped(needed.0), grouped(left.0)
    )]
    BatchExceedsTokens {
        /// The number of calls in the batch.
        calls: u64,
        /// The minimum number of tokens of their prompts.
        needed: Tokens,
        /// The remaining tokens.
        left: Tokens,
    },
    /// The prompts of a batch, without the replies, cost more money than is left.
    #[error(
        "BatchExceedsCost: the prompts of these {calls} calls cost at least {needed}, but {left} is left; no call was made"
    )]
    BatchExceedsCost {
        /// The number of calls in the batch.
        calls: u64,
        /// The minimum cost of their prompts.
        needed: Money,
        /// The remaining money.
        left: Money,
    },
    /// The time limit has expired.
    #[error("DeadlineExceeded: {elapsed_seconds} of {limit_seconds} seconds have passed")]
    DeadlineExceeded {
        /// The time limit in seconds.
        limit_seconds: u64,
        /// The elapsed time in whole seconds.
        elapsed_seconds: u64,
    },
    /// A provider reported more usage than the maximum of the call, so that no bound is reliable.
    #[error(
        "ReservationOverrun: call {call} used {spent_tokens} tokens ({spent_cost}), more than the reserved \
         {reserved_tokens} tokens ({reserved_cost}); no further calls are made"
    )]
    ReservationOverrun {
        /// The id of the call.
        call: CallId,
        /// The tokens that were reserved for the call.
        reserved_tokens: Tokens,
        /// The tokens that the call used.
        spent_tokens: Tokens,
        /// The money that was reserved for the call.
        reserved_cost: Money,
        /// The actual cost of the call.
        spent_cost: Money,
    },
    /// The reply with the answer was truncated, and so was the one before it.
    #[error("AnswerCut: the reply with the answer was truncated {}", by.words())]
    AnswerCut {
        /// The cause of the truncation.
        by: TruncationCause,
    },
    /// A program used up the units of work (fuel) of a turn.
    #[error("FuelExhausted: the program used all {limit} units of work of its turn")]
    FuelExhausted {
        /// The units of work per turn.
        limit: u64,
    },
    /// The values of a program exceed the memory limit.
    #[error("MemoryExceeded: the program's values need more than {limit} bytes")]
    MemoryExceeded {
        /// The maximum bytes of values.
        limit: u64,
    },
}

/// The cause of a truncated reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TruncationCause {
    /// The output limit of the call.
    OutputLimit,
    /// An output limit that was reduced below the usual one because of the budget.
    Budget,
    /// The provider's content filter.
    ContentFilter,
}

impl TruncationCause {
    /// Returns the cause if a reply was truncated.
    #[must_use]
    pub const fn from_finish(finish: Finish) -> Option<Self> {
        match finish {
            Finish::Length => Some(Self::OutputLimit),
            Finish::Budget => Some(Self::Budget),
            Finish::Filtered => Some(Self::ContentFilter),
            Finish::Stop | Finish::Other => None,
        }
    }

    /// Returns a phrase for the cause, which follows "it was cut".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OutputLimit => "at its output limit",
            Self::Budget => "because the budget did not allow a longer one",
            Self::ContentFilter => "by the provider's content filter",
        }
    }
}

impl LimitReached {
    /// Returns `true` if the limit refuses sub-calls only, so that the root model can still be
    /// called.
    #[must_use]
    pub const fn refuses_sub_calls_alone(&self) -> bool {
        matches!(
            self,
            Self::MaxSubcallsExceeded { .. }
                | Self::MaxSubcallTokensExceeded { .. }
                | Self::MaxRecursionExceeded { .. }
        )
    }

    /// Returns the stable name with which messages begin.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MaxStepsExceeded { .. } => "MaxStepsExceeded",
            Self::InvalidResponsesExceeded { .. } => "InvalidResponsesExceeded",
            Self::MaxSubcallsExceeded { .. } => "MaxSubcallsExceeded",
            Self::MaxRecursionExceeded { .. } => "MaxRecursionExceeded",
            Self::MaxTokensExceeded { .. } => "MaxTokensExceeded",
            Self::MaxSubcallTokensExceeded { .. } => "MaxSubcallTokensExceeded",
            Self::MaxInputTokensExceeded { .. } => "MaxInputTokensExceeded",
            Self::MaxOutputTokensExceeded { .. } => "MaxOutputTokensExceeded",
            Self::CostExceeded { .. } => "CostExceeded",
            Self::PriceUnknown { .. } => "PriceUnknown",
            Self::PromptTooLong { .. } => "PromptTooLong",
            Self::BatchExceedsTokens { .. } => "BatchExceedsTokens",
            Self::BatchExceedsCost { .. } => "BatchExceedsCost",
            Self::DeadlineExceeded { .. } => "DeadlineExceeded",
            Self::ReservationOverrun { .. } => "ReservationOverrun",
            Self::AnswerCut { .. } => "AnswerCut",
            Self::FuelExhausted { .. } => "FuelExhausted",
            Self::MemoryExceeded { .. } => "MemoryExceeded",
        }
    }

    /// Returns the amount that would have been used and the allowed amount, in the unit of the
    /// limit; zeros if it has no numbers.
    #[must_use]
    pub fn used_and_allowed(&self) -> (u64, u64) {
        match self {
            Self::MaxStepsExceeded { limit } => (u64::from(*limit).saturating_add(1), u64::from(*limit)),
            Self::InvalidResponsesExceeded { limit } => (u64::from(*limit), u64::from(*limit)),
            Self::MaxSubcallsExceeded { limit, spent, wanted } => (spent.saturating_add(*wanted), *limit),
            Self::MaxRecursionExceeded { limit, wanted } => (u64::from(*wanted), u64::from(*limit)),
            Self::MaxTokensExceeded {
                limit, spent, wanted, ..
            }
            | Self::MaxSubcallTokensExceeded {
                limit, spent, wanted, ..
            }
            | Self::MaxInputTokensExceeded {
                limit, spent, wanted, ..
            }
            | Self::MaxOutputTokensExceeded {
                limit, spent, wanted, ..
            } => (spent.saturating_add(*wanted).0, limit.0),
            Self::CostExceeded {
                limit, spent, wanted, ..
            } => (spent.saturating_add(*wanted).0, limit.0),
            Self::PriceUnknown { limit } => (0, limit.0),
            Self::PromptTooLong { chars, takes } => (*chars, *takes),
            Self::BatchExceedsTokens { needed, left, .. } => (needed.0, left.0),
            Self::BatchExceedsCost { needed, left, .. } => (needed.0, left.0),
            Self::DeadlineExceeded {
                limit_seconds,
                elapsed_seconds,
            } => (*elapsed_seconds, *limit_seconds),
            Self::ReservationOverrun {
                reserved_tokens,
                spent_tokens,
                ..
            } => (spent_tokens.0, reserved_tokens.0),
            Self::AnswerCut { .. } => (0, 0),
            Self::FuelExhausted { limit } | Self::MemoryExceeded { limit } => (*limit, *limit),
        }
    }

    /// Returns a hint for the user.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::MaxStepsExceeded { .. } => "allow more steps, or ask a narrower question",
            Self::InvalidResponsesExceeded { .. } => "use a model that writes programs, or allow more invalid replies",
            Self::MaxSubcallsExceeded { .. } => "allow more sub-calls, or ask about larger pieces of text at once",
            Self::MaxRecursionExceeded { limit: 0, .. } => {
                "allow more depth (`--max-depth`), or answer without sub-calls"
            }
            Self::MaxRecursionExceeded { .. } => "allow more depth (`--max-depth`), or use a plain sub-call",
            Self::MaxTokensExceeded { .. } => "allow more tokens, or ask about less text",
            Self::MaxSubcallTokensExceeded { .. } => {
                "allow more tokens for sub-calls, or ask fewer and shorter questions"
            }
            Self::MaxInputTokensExceeded { .. } => "allow more input tokens, or ask about less text",
            Self::MaxOutputTokensExceeded { .. } => {
                "allow more output tokens, or accept shorter replies (`--min-output`)"
            }
            Self::CostExceeded { .. } => "allow a higher cost, or use a cheaper model",
            Self::PriceUnknown { .. } => "set the model's price, or remove the cost limit",
            Self::PromptTooLong { .. } => "ask about smaller pieces, or a model with a larger window",
            Self::BatchExceedsTokens { .. } => "ask about fewer or shorter pieces, or allow more tokens",
            Self::BatchExceedsCost { .. } => "ask about fewer or shorter pieces, or allow a higher cost",
            Self::DeadlineExceeded { .. } => "allow more seconds, or use a faster model",
            Self::ReservationOverrun { .. } => {
                "check that the provider enforces the output limit and that its price is correct"
            }
            Self::AnswerCut {
                by: TruncationCause::OutputLimit,
            } => "allow longer replies, or ask for a shorter answer",
            Self::AnswerCut {
                by: TruncationCause::Budget,
            } => "allow more tokens or a higher cost, or ask for a shorter answer",
            Self::AnswerCut {
                by: TruncationCause::ContentFilter,
            } => "rephrase the question, or use another model",
            Self::FuelExhausted { .. } => "do less work in one turn: search instead of looping over characters",
            Self::MemoryExceeded { .. } => "keep slices and counts instead of copies",
        }
    }
}

/// Returns a phrase for the amount that is reserved for a best-effort answer, if there is one.
fn kept_back(is_some: bool, kept: &dyn std::fmt::Display) -> String {
    match is_some {
        true => format!(", {kept} reserved for a best-effort answer"),
        false => String::new(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_no_token(tokens: &Tokens) -> bool {
    tokens.0 == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_no_money(money: &Money) -> bool {
    money.0 == 0
}
