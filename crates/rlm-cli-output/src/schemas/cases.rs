//! The JSON output of `rlm test`.

use rlm_cases::{CaseReport, Rate, Summary};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// The results of test cases.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Test {
    /// The number of cases by status.
    pub summary: Summary,
    /// The results of the cases; empty if prompts are compared.
    pub cases: Vec<CaseReport>,
    /// The results for each folder of prompts; empty if none are compared.
    pub compared: Vec<ComparedPrompts>,
}

/// The results of test cases with one folder of prompts.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ComparedPrompts {
    /// The folder; null if each case uses its own prompts.
    pub prompts: Option<String>,
    /// The number of cases by status.
    pub summary: Summary,
    /// The pass rate over all attempts at all cases.
    pub rate: Rate,
    /// The total number of turns.
    pub steps: u64,
    /// The total number of tokens.
    pub tokens: u64,
    /// The total cost in dollars; null if it is unknown.
    pub cost: Option<f64>,
    /// The results of the cases.
    pub cases: Vec<CaseReport>,
}
