//! What a case expects of its run.

use std::path::PathBuf;

use rlm_model::Money;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use smol_str::SmolStr;

use crate::case::OneOrMany;

/// The names of outcomes.
const OUTCOMES: [&str; 10] = [
    "complete",
    "partial",
    "unable",
    "budget_exceeded",
    "timeout",
    "cancelled",
    "provider_error",
    "tool_error",
    "invalid_request",
    "verification_failed",
];

/// What is expected of a run. What is left out is not judged, but for the outcome, which is `complete` unless another is named.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectations {
    /// Texts that stand in the answer.
    #[serde(deserialize_with = "texts")]
    pub contains: Vec<String>,
    /// Texts that do not.
    #[serde(deserialize_with = "texts")]
    pub not_contains: Vec<String>,
    /// Regular expressions that match somewhere in the answer.
    #[serde(deserialize_with = "texts")]
    pub matches: Vec<String>,
    /// The whole answer; white space around it does not count.
    pub equals: Option<String>,
    /// The JSON schema that the answer is of.
    pub schema: Option<SchemaOf>,
    /// The name of the outcome.
    pub outcome: Option<SmolStr>,
    /// The most turns of the root model.
    pub max_steps: Option<u32>,
    /// The most sub-calls, those of child runs included.
    pub max_subcalls: Option<u64>,
    /// The most tokens, of input and output together.
    pub max_tokens: Option<u64>,
    /// The most that it costs, in dollars. A cost that nobody knows is too much.
    #[serde(deserialize_with = "dollars")]
    pub max_cost: Option<Money>,
    /// The least of the context that was looked at, in percent of its bytes.
    pub min_coverage: Option<f64>,
    /// What is expected of the answer's sources.
    pub citations: Option<CitationExpectations>,
}

/// A JSON schema, where it stands.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum SchemaOf {
    /// In a file.
    File(PathBuf),
    /// In the case itself.
    Inline(Value),
}

/// What is expected of an answer's sources.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CitationExpectations {
    /// Whether each quote of the answer stands in the context.
    pub verified: bool,
    /// The documents that the answer cites, by their names.
    #[serde(deserialize_with = "texts")]
    pub documents: Vec<String>,
    /// The least number of pieces of the answer that are cited.
    pub min: Option<usize>,
}

impl Expectations {
    /// Takes what `common` says where these say nothing.
    pub(crate) fn over(self, common: Self) -> Self {
        let texts = |own: Vec<String>, common: Vec<String>| if own.is_empty() { common } else { own };
        Self {
            contains: texts(self.contains, common.contains),
            not_contains: texts(self.not_contains, common.not_contains),
            matches: texts(self.matches, common.matches),
            equals: self.equals.or(common.equals),
            schema: self.schema.or(common.schema),
            outcome: self.outcome.or(common.outcome),
            max_steps: self.max_steps.or(common.max_steps),
            max_subcalls: self.max_subcalls.or(common.max_subcalls),
            max_tokens: self.max_tokens.or(common.max_tokens),
            max_cost: self.max_cost.or(common.max_cost),
            min_coverage: self.min_coverage.or(common.min_coverage),
            citations: self.citations.or(common.citations),
        }
    }

    /// Returns the outcome that is expected.
    #[must_use]
    pub fn outcome(&self) -> &str {
        self.outcome.as_deref().unwrap_or("complete")
    }

    /// Says what can't be judged, whatever a run does.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(name) = self.outcome.as_deref().filter(|name| !OUTCOMES.contains(name)) {
            return Err(format!(
                "there is no outcome `{name}`; they are {}",
                OUTCOMES.join(", ")
            ));
        }
        for pattern in &self.matches {
            regex::Regex::new(pattern).map_err(|error| {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
                format!("`{pattern}` is no regular expression: {why}")
            })?;
        }
        match self.min_coverage {
            Some(percent) if !(0.0..=100.0).contains(&percent) => {
                Err("`min_coverage` is a percentage from 0 to 100".to_owned())
            }
            _ => Ok(()),
        }
    }
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    OneOrMany::deserialize(deserializer)
        .map(Into::into)
        .map_err(|_| D::Error::custom("a text is expected here, or a list of texts"))
}

fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Dollars {
        Text(String),
        Whole(u64),
        Number(f64),
    }
    let text = match Dollars::deserialize(deserializer)? {
        Dollars::Text(text) => text,
        Dollars::Whole(number) => number.to_string(),
        Dollars::Number(number) => number.to_string(),
    };
    text.parse().map(Some).map_err(D::Error::custom)
}
