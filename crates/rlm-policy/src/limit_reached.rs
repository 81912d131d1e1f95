//! Which limit it was, with its numbers.

use rlm_model::{CallId, Finish, Money, Tokens, grouped};
use serde::{Deserialize, Serialize};

/// A limit that refused something, or ended something. Shown as `Name: what happened, in numbers`.
///
/// The numbers of a spending limit are those of the grant that refused: the run's own, or the share of a child run.
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
    /// The run has taken all its turns.
    #[error("MaxStepsExceeded: all {limit} steps are taken")]
    MaxStepsExceeded {
        /// The turns that the run may take.
        limit: u32,
    },
    /// The root model sent too many replies in a row with nothing new to run.
    #[error(
        "InvalidResponsesExceeded: {limit} replies in a row held no program, or one that was run before with the same outcome"
    )]
    InvalidResponsesExceeded {
        /// The replies in a row at which the run ends.
        limit: u32,
    },
    /// The sub-calls are used up.
    #[error("MaxSubcallsExceeded: {spent} of {limit} sub-calls are used; this needs {wanted} more")]
    MaxSubcallsExceeded {
        /// The sub-calls that may be made.
        limit: u64,
        /// The sub-calls made before.
        spent: u64,
        /// The sub-calls asked for.
        wanted: u64,
    },
    /// The sub-call stands too deep in the tree of runs.
    #[error("MaxRecursionExceeded: this would be level {wanted} of sub-calls, and {limit} may be nested")]
    MaxRecursionExceeded {
        /// The levels of sub-calls that may be nested.
        limit: u32,
        /// The level asked for.
        wanted: u32,
    },
    /// The tokens left do not cover what the call may use.
    #[error(
        "MaxTokensExceeded: {spent} of {limit} tokens are used{}; this call may use up to {wanted} more",
        kept_back(kept.0 > 0, kept)
    )]
    MaxTokensExceeded {
        /// The tokens that may be used.
        limit: Tokens,
        /// The tokens used before.
        spent: Tokens,
        /// The tokens that the call may use.
        wanted: Tokens,
        /// The tokens that are kept for a best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_token")]
        kept: Tokens,
    },
    /// The tokens left for sub-calls and child runs do not cover what the call may use.
    #[error(
        "MaxSubcallTokensExceeded: {spent} of {limit} tokens of sub-calls are used{}; this call may use up to {wanted} more",
        kept_back(kept.0 > 0, kept)
    )]
    MaxSubcallTokensExceeded {
        /// The tokens that sub-calls and child runs may use.
        limit: Tokens,
        /// The tokens that they used before.
        spent: Tokens,
        /// The tokens that the call may use.
        wanted: Tokens,
        /// The tokens that are kept for a child run's best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_token")]
        kept: Tokens,
    },
    /// The output tokens left do not cover the reply.
    #[error(
        "MaxOutputTokensExceeded: {spent} of {limit} output tokens are used{}; the reply to this call may have up to {wanted} more",
        kept_back(kept.0 > 0, kept)
    )]
    MaxOutputTokensExceeded {
        /// The output tokens that may be used.
        limit: Tokens,
        /// The output tokens used before.
        spent: Tokens,
        /// The tokens that the reply may have.
        wanted: Tokens,
        /// The output tokens that are kept for a best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_token")]
        kept: Tokens,
    },
    /// The money left does not cover what the call may cost.
    #[error(
        "CostExceeded: {spent} of {limit} is spent{}; this call may cost up to {wanted} more",
        kept_back(*kept > Money::ZERO, kept)
    )]
    CostExceeded {
        /// The money that may be spent.
        limit: Money,
        /// The money spent before.
        spent: Money,
        /// The money that the call may cost.
        wanted: Money,
        /// The money that is kept for a best-effort answer.
        #[serde(default, skip_serializing_if = "is_no_money")]
        kept: Money,
    },
    /// There is a cost limit, and nobody can say what the call would cost.
    #[error("PriceUnknown: no price is known for the model, so a cost limit of {limit} can't be kept")]
    PriceUnknown {
        /// The money that may be spent.
        limit: Money,
    },
    /// The prompt does not fit the model, by its tokenizer, or by any that it may have.
    #[error(
        "PromptTooLong: {} characters; this model takes about {}; use chunks(text, {takes})", grouped(*chars), grouped(*takes)
    )]
    PromptTooLong {
        /// The characters of the prompt.
        chars: u64,
        /// The characters that the model takes, about.
        takes: u64,
    },
    /// The prompts of a batch alone need more tokens than are left.
    #[error(
        "BatchExceedsTokens: the prompts of these {calls} calls need at least {} tokens, and {} are left; none of them was made",
        grouped(needed.0), grouped(left.0)
    )]
    BatchExceedsTokens {
        /// The calls of the batch.
        calls: u64,
        /// The tokens of their prompts, at least.
        needed: Tokens,
        /// The tokens that are left.
        left: Tokens,
    },
    /// The prompts of a batch alone cost more money than is left.
    #[error(
        "BatchExceedsCost: the prompts of these {calls} calls cost at least {needed}, and {left} is left; none of them was made"
    )]
    BatchExceedsCost {
        /// The calls of the batch.
        calls: u64,
        /// What their prompts cost, at least.
        needed: Money,
        /// What is left.
        left: Money,
    },
    /// The time is over.
    #[error("DeadlineExceeded: {elapsed_seconds} of {limit_seconds} seconds have passed")]
    DeadlineExceeded {
        /// The seconds that the run may take.
        limit_seconds: u64,
        /// The whole seconds that have passed.
        elapsed_seconds: u64,
    },
    /// A provider reported more use than the call had asked for at the most, so no bound can be relied on.
    #[error(
        "ReservationOverrun: call {call} used {spent_tokens} tokens ({spent_cost}) where at most {reserved_tokens} tokens \
         ({reserved_cost}) were reserved, so nothing more is issued"
    )]
    ReservationOverrun {
        /// The call.
        call: CallId,
        /// The tokens reserved for it.
        reserved_tokens: Tokens,
        /// The tokens that it used.
        spent_tokens: Tokens,
        /// The money reserved for it.
        reserved_cost: Money,
        /// The money that it cost.
        spent_cost: Money,
    },
    /// The reply that gave the answer was cut, and so was the one before it.
    #[error("AnswerCut: the reply that gives the answer was cut {}", by.words())]
    AnswerCut {
        /// What cut it.
        by: TruncationCause,
    },
    /// A program did all the work that a turn may do.
    #[error("FuelExhausted: the program used all {limit} units of work of its turn")]
    FuelExhausted {
        /// The units of work of a turn.
        limit: u64,
    },
    /// A program's values do not fit.
    #[error("MemoryExceeded: the program's values need more than {limit} bytes")]
    MemoryExceeded {
        /// The bytes that values may take.
        limit: u64,
    },
}

/// What cut a reply short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TruncationCause {
    /// The output limit of the call.
    OutputLimit,
    /// An output limit that is smaller than usual, since the budget had no room for more.
    Budget,
    /// The provider's content filter.
    ContentFilter,
}

impl TruncationCause {
    /// Returns what cut a reply short, if something did.
    #[must_use]
    pub const fn from_finish(finish: Finish) -> Option<Self> {
        match finish {
            Finish::Length => Some(Self::OutputLimit),
            Finish::Budget => Some(Self::Budget),
            Finish::Filtered => Some(Self::ContentFilter),
            Finish::Stop | Finish::Other => None,
        }
    }

    /// Returns how a reply was cut, after "it was cut".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OutputLimit => "at its output limit",
            Self::Budget => "because the budget had no room for a longer one",
            Self::ContentFilter => "by the provider's content filter",
        }
    }
}

impl LimitReached {
    /// Returns whether the limit refuses sub-calls alone: the root model can still be called.
    #[must_use]
    pub const fn refuses_sub_calls_alone(&self) -> bool {
        matches!(
            self,
            Self::MaxSubcallsExceeded { .. } | Self::MaxSubcallTokensExceeded { .. }
        )
    }

    /// Returns the stable name that messages begin with.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MaxStepsExceeded { .. } => "MaxStepsExceeded",
            Self::InvalidResponsesExceeded { .. } => "InvalidResponsesExceeded",
            Self::MaxSubcallsExceeded { .. } => "MaxSubcallsExceeded",
            Self::MaxRecursionExceeded { .. } => "MaxRecursionExceeded",
            Self::MaxTokensExceeded { .. } => "MaxTokensExceeded",
            Self::MaxSubcallTokensExceeded { .. } => "MaxSubcallTokensExceeded",
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

    /// Returns what would have been used and what is allowed, in the unit of the limit; zeros if it
    /// has no numbers.
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

    /// Returns what a user can do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::MaxStepsExceeded { .. } => "allow more steps, or ask a narrower question",
            Self::InvalidResponsesExceeded { .. } => "take a model that writes programs, or allow more such replies",
            Self::MaxSubcallsExceeded { .. } => "allow more sub-calls, or ask about larger pieces of text at once",
            Self::MaxRecursionExceeded { .. } => "allow more depth, or ask a plain sub-call",
            Self::MaxTokensExceeded { .. } => "allow more tokens, or ask about less text",
            Self::MaxSubcallTokensExceeded { .. } => {
                "allow more tokens for sub-calls, or ask fewer and shorter questions"
            }
            Self::MaxOutputTokensExceeded { .. } => "allow more output tokens, or shorter replies",
            Self::CostExceeded { .. } => "allow a higher cost, or use a cheaper model",
            Self::PriceUnknown { .. } => "give the model's price, or drop the cost limit",
            Self::PromptTooLong { .. } => "ask about smaller pieces, or a model with a larger window",
            Self::BatchExceedsTokens { .. } => "ask about fewer or shorter pieces, or allow more tokens",
            Self::BatchExceedsCost { .. } => "ask about fewer or shorter pieces, or allow a higher cost",
            Self::DeadlineExceeded { .. } => "allow more seconds, or use a faster model",
            Self::ReservationOverrun { .. } => {
                "check that the provider honours the output limit and that its price is right"
            }
            Self::AnswerCut {
                by: TruncationCause::OutputLimit,
            } => "allow longer replies, or ask for a shorter answer",
            Self::AnswerCut {
                by: TruncationCause::Budget,
            } => "allow more tokens or a higher cost, or ask for a shorter answer",
            Self::AnswerCut {
                by: TruncationCause::ContentFilter,
            } => "put the question in other words, or use another model",
            Self::FuelExhausted { .. } => "do less work in one turn: search instead of looping over characters",
            Self::MemoryExceeded { .. } => "keep slices and counts instead of copies",
        }
    }
}

/// Says what is kept for a best-effort answer, where something is.
fn kept_back(is_some: bool, kept: &dyn std::fmt::Display) -> String {
    match is_some {
        true => format!(", and {kept} kept for a best-effort answer"),
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
