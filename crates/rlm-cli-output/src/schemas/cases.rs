//! The JSON output of `rlm test`.

use rlm_cases::{CaseReport, Rate, Summary};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// The results of test cases.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Test {
    /// The number of cases by result.
    pub summary: Summary,
    /// The cases; empty if prompts are compared.
    pub cases: Vec<CaseReport>,
    /// The results for each folder of prompts; empty if prompts are not compared.
    pub compared: Vec<ComparedPrompts>,
}

/// The results of test cases with one folder of prompts.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ComparedPrompts {
    /// The folder of prompts.
    pub prompts: Option<String>,
    /// The number of cases by result.
    pub summary: Summary,
    /// The pass rate over all trials of all cases.
    pub rate: Rate,
    /// The total number of turns.
    pub steps: u64,
    /// The total number of tokens.
    pub tokens: u64,
    /// The total cost in dollars; null if unknown.
    pub cost: Option<f64>,
    /// The cases.
    pub cases: Vec<CaseReport>,
}
