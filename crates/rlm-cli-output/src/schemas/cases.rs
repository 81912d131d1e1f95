//! The JSON output of `rlm test`.

use rlm_cases::{CaseReport, Rate, Summary};
#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// What came of cases.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Test {
    /// How many stand how.
    pub summary: Summary,
    /// Each of them; empty where prompts are compared.
    pub cases: Vec<CaseReport>,
    /// What came of them with each folder of prompts; empty where none are compared.
    pub compared: Vec<ComparedPrompts>,
}

/// What came of cases with one folder of prompts.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ComparedPrompts {
    /// The folder.
    pub prompts: Option<String>,
    /// How many stand how.
    pub summary: Summary,
    /// How often they passed, each counted as often as it was tried.
    pub rate: Rate,
    /// The turns of all of them.
    pub steps: u64,
    /// Their tokens.
    pub tokens: u64,
    /// What they cost in dollars; none where that is not known.
    pub cost: Option<f64>,
    /// Each of them.
    pub cases: Vec<CaseReport>,
}
