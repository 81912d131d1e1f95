//! The replies of models and their token usage.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::Money;

/// A number of model tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tokens(pub u64);

impl Tokens {
    /// Adds two numbers of tokens. Saturates at the maximum instead of overflowing.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns `true` if the number of tokens is zero.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The token usage of a model call; all zero if the provider reported nothing.
///
/// ```
/// use rlm_model::{Tokens, Usage};
///
/// let mut total = Usage { input: Tokens(1_200), output: Tokens(70), ..Usage::default() };
/// total.add(&Usage { input: Tokens(300), output: Tokens(30), estimated: true, ..Usage::default() });
/// assert_eq!((total.total(), total.estimated), (Tokens(1_600), true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// The number of input tokens, including cached ones.
    pub input: Tokens,
    /// The number of input tokens that the provider read from its cache. Included in `input`.
    #[serde(default)]
    pub cached_input: Tokens,
    /// The number of input tokens that the provider wrote to its cache for later calls. Included in
    /// `input`. Reported for Anthropic's cache breakpoints, where they cost an extra quarter.
    #[serde(default, skip_serializing_if = "Tokens::is_zero")]
    pub cache_written: Tokens,
    /// The number of output tokens, including reasoning.
    pub output: Tokens,
    /// The number of output tokens that were reasoning. Included in `output`.
    #[serde(default)]
    pub reasoning: Tokens,
    /// The cost of the call as reported by the provider, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_cost: Option<Money>,
    /// Whether the token counts are estimates, because the provider reported none.
    #[serde(default)]
    pub estimated: bool,
}

impl Usage {
    /// Returns the sum of input and output tokens.
    #[must_use]
    pub const fn total(&self) -> Tokens {
        self.input.saturating_add(self.output)
    }

    /// Adds the usage of another model call.
    pub fn add(&mut self, other: &Self) {
        self.input = self.input.saturating_add(other.input);
        self.cached_input = self.cached_input.saturating_add(other.cached_input);
        self.cache_written = self.cache_written.saturating_add(other.cache_written);
        self.output = self.output.saturating_add(other.output);
        self.reasoning = self.reasoning.saturating_add(other.reasoning);
        self.reported_cost = match (self.reported_cost, other.reported_cost) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        self.estimated |= other.estimated;
    }
}

/// The reason why a model stopped writing its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The reply is complete, or the model wrote a stop sequence.
    Stop,
    /// The reply reached the output limit.
    Length,
    /// The reply reached an output limit that the budget had reduced below the requested one.
    Budget,
    /// The provider filtered the content.
    Filtered,
    /// The model stopped for another reason, or the provider reported none.
    Other,
}

impl Finish {
    /// Returns what a reader has to know about a reply that ended this way, such as `truncated at
    /// the output limit`; `None` for a complete reply.
    #[must_use]
    pub const fn remark(self) -> Option<&'static str> {
        match self {
            Self::Stop => None,
            Self::Length => Some("truncated at the output limit"),
            Self::Budget => Some("truncated by the budget"),
            Self::Filtered => Some("filtered by the provider"),
            Self::Other => Some("unknown finish reason"),
        }
    }
}

/// A note of a model adapter for the user, such as about a parameter that the server does not
/// accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReplyNote(pub SmolStr);

/// A model's reply to a request.
///
/// ```
/// use rlm_model::{Finish, Reply, Tokens, Usage};
///
/// let usage = Usage { input: Tokens(12), output: Tokens(1), ..Usage::default() };
/// let reply = Reply::new("Lisbon", usage);
/// assert_eq!((reply.text.as_ref(), reply.finish), ("Lisbon", Finish::Stop));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The text of the reply, without reasoning.
    pub text: String,
    /// The model's reasoning, if the provider returns it separately from the text. It is never
    /// visible to programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The token usage of the call.
    pub usage: Usage,
    /// The reason why the model stopped writing.
    pub finish: Finish,
    /// The notes for the user about how the reply was obtained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<ReplyNote>,
}

impl Reply {
    /// Creates a complete reply from its text and usage.
    #[must_use]
    pub fn new(text: impl Into<String>, usage: Usage) -> Self {
        Self {
            text: text.into(),
            reasoning: None,
            usage,
            finish: Finish::Stop,
            notes: Vec::new(),
        }
    }
}
