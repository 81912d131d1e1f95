//! The expectations of a test case.

use std::path::PathBuf;

use rlm_model::Money;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use smol_str::SmolStr;

use crate::case::OneOrMany;

/// The names of all outcomes that a run can have.
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

/// The expectations of a run. Those that are missing are not checked, except the outcome, whose
/// default is `complete`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectations {
    /// Texts that the answer must contain.
    #[serde(deserialize_with = "texts")]
    pub contains: Vec<String>,
    /// Texts that the answer must not contain.
    #[serde(deserialize_with = "texts")]
    pub not_contains: Vec<String>,
    /// Regular expressions that must match somewhere in the answer.
    #[serde(deserialize_with = "texts")]
    pub matches: Vec<String>,
    /// The expected answer, compared without surrounding white space.
    pub equals: Option<String>,
    /// The JSON schema that the answer must conform to.
    pub schema: Option<SchemaOf>,
    /// The name of the expected outcome. Default: `complete`.
    pub outcome: Option<SmolStr>,
    /// The maximum number of turns of the root model in the run.
    pub max_steps: Option<u32>,
    /// The maximum number of sub-calls of the run, including those of child runs.
    pub max_subcalls: Option<u64>,
    /// The maximum number of tokens of the run, input and output together.
    pub max_tokens: Option<u64>,
    /// The maximum cost of the run in dollars. An unknown cost exceeds it.
    #[serde(deserialize_with = "dollars")]
    pub max_cost: Option<Money>,
    /// The minimum share of the context that the run looked at, in percent of its bytes.
    pub min_coverage: Option<f64>,
    /// The expectations of the answer's citations.
    pub citations: Option<CitationExpectations>,
}

/// The JSON schema of an answer, given in a case or as the path of a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum SchemaOf {
    /// The path of a file that contains the schema.
    File(PathBuf),
    /// The JSON schema itself, as written in the case file.
    Inline(Value),
}

/// The expectations of an answer's citations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CitationExpectations {
    /// Whether the context must contain every quote of the answer.
    pub verified: bool,
    /// The names of the documents that the answer must cite.
    #[serde(deserialize_with = "texts")]
    pub documents: Vec<String>,
    /// The minimum number of the answer's pieces that are cited from the context.
    pub min: Option<usize>,
}

impl Expectations {
    /// Returns the expectations with missing ones taken from `common`.
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

    /// Returns the name of the expected outcome.
    #[must_use]
    pub fn outcome(&self) -> &str {
        self.outcome.as_deref().unwrap_or("complete")
    }

    /// Checks that a run can meet the expectations: that names and patterns are valid.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(name) = self.outcome.as_deref().filter(|name| !OUTCOMES.contains(name)) {
            return Err(format!(
                "unknown outcome `{name}`; expected one of {}",
                OUTCOMES.join(", ")
            ));
        }
        for pattern in &self.matches {
            regex::Regex::new(pattern).map_err(|error| {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
                format!("invalid regular expression `{pattern}`: {why}")
            })?;
        }
        match self.min_coverage {
            Some(percent) if !(0.0..=100.0).contains(&percent) => {
                Err("expected a percentage from 0 to 100 for `min_coverage`".to_owned())
            }
            _ => Ok(()),
        }
    }
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    OneOrMany::deserialize(deserializer)
        .map(Into::into)
        .map_err(|_| D::Error::custom("expected a string or a list of strings"))
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
