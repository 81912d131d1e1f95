//! The JSON output of commands that answer questions.

use std::path::PathBuf;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

#[cfg(test)]
use super::shapes;

/// The result of a run.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Run {
    /// `complete`, `partial`, `unable`, `budget_exceeded`, `timeout`, `cancelled`, `provider_error`, `tool_error`, `invalid_request` or
    /// `verification_failed`.
    pub outcome: String,
    /// The answer, complete or partial.
    pub answer: Option<String>,
    /// The locations in the context of pieces of the answer.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Citation>"))]
    pub citations: Vec<Value>,
    /// The quotes in the answer, and whether they were found in the context.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Quote>"))]
    pub quotes: Vec<Value>,
    /// How much of the context was read.
    #[cfg_attr(test, schemars(with = "Option<shapes::Covered>"))]
    pub coverage: Option<Value>,
    /// The number of turns of the root model.
    pub steps: u32,
    /// The number of model calls, including those of child runs.
    pub calls: u64,
    /// The number of these calls that the cache answered.
    pub cached: u64,
    /// The tokens.
    pub usage: RunUsage,
    /// The cost in dollars; null if it is unknown.
    pub cost: Option<f64>,
    /// How the context reached the models.
    #[cfg_attr(test, schemars(with = "Option<shapes::Breakdown>"))]
    pub breakdown: Option<Value>,
    /// The duration in seconds.
    pub seconds: Option<f64>,
    /// The run's id.
    pub run: Option<String>,
    /// The path of the journal; null if there is none.
    pub journal: Option<PathBuf>,
    /// The reason why the outcome is not `complete`, in one line.
    pub message: Option<String>,
    /// The limit that ended the run.
    #[cfg_attr(test, schemars(with = "Option<shapes::Limit>"))]
    pub limit: Option<Value>,
    /// The limits that rejected calls while the run continued: `MaxSubcallsExceeded`, `MaxSubcallTokensExceeded`,
    /// `MaxRecursionExceeded`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits_met: Vec<String>,
    /// Notes for the user on the course of the run.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Note>"))]
    pub notes: Vec<Value>,
    /// Files that were left out of the context because they have no text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::WithoutText>"))]
    pub without_text: Vec<Value>,
    /// `rlm` or `baseline`, if the method was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The reason for the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The total number of tokens, if the method was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_used: Option<u64>,
    /// The rejected answer, if the rejection is why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<shapes::Rejected>"))]
    pub rejected: Option<Value>,
    /// The error, if the run could not start or continue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// The tokens of calls that the cache did not answer.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct RunUsage {
    /// Input tokens, including cached ones.
    pub input: u64,
    /// The part of `input` that the provider had cached.
    pub cached_input: u64,
    /// Output tokens, including reasoning.
    pub output: u64,
    /// The part of `output` that was reasoning.
    pub reasoning: u64,
    /// Whether some counts are estimates because a provider reported none.
    pub estimated: bool,
}

/// An error.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Error {
    /// A stable code, as listed in `docs/error-codes.md`.
    pub code: String,
    /// What happened and where, in one line.
    pub message: String,
    /// What to do, unless the message contains it.
    pub hint: Option<String>,
}

/// The error of a command that has no other output.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Failed {
    /// The error.
    pub error: Error,
}

/// A finished step.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct StepProgress {
    /// The step's number, from 1.
    pub step: u32,
    /// The program; null if the model wrote none.
    pub program: Option<StepProgram>,
    /// Whether the step gave the answer.
    pub answer: bool,
    /// The number of calls of the program.
    pub calls: u64,
    /// The number of these calls that the cache answered.
    pub cached: u64,
    /// The number of these calls that failed.
    pub failed: u64,
    /// The number of these calls that were cancelled with the run.
    pub cancelled: u64,
    /// The number of calls that were not sent; not included in `calls`.
    pub not_sent: u64,
    /// The tokens that the run has used so far.
    pub tokens: u64,
    /// The cost of the run so far in dollars; null if it is unknown.
    pub cost: Option<f64>,
    /// How much of the context the run has read so far.
    #[cfg_attr(test, schemars(with = "shapes::Covered"))]
    pub coverage: Value,
    /// The duration of the step in milliseconds.
    pub elapsed_ms: Option<u64>,
}

/// The program of a step.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct StepProgram {
    /// The number of lines.
    pub lines: usize,
    /// How the program ended, in a few words.
    pub end: String,
    /// The number of characters in its output.
    pub printed: usize,
    /// The error, in one line.
    pub error: Option<String>,
}

/// The results of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Batch {
    /// The number of questions.
    pub questions: usize,
    /// The number of questions that now have a complete answer.
    pub complete: usize,
    /// The number of questions without a complete answer.
    pub incomplete: usize,
    /// The number of questions that were already answered.
    pub answered_before: usize,
    /// The tokens of this command.
    pub usage: BatchUsage,
    /// The cost of this command in dollars; null if it is unknown.
    pub cost: Option<f64>,
    /// The cost in dollars, including earlier commands.
    pub cost_with_before: Option<f64>,
}

/// The tokens of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct BatchUsage {
    /// Input tokens.
    pub input: u64,
    /// Output tokens.
    pub output: u64,
}

/// A line in the answers of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct BatchLine {
    /// The question's id.
    #[cfg_attr(test, schemars(with = "shapes::QuestionId"))]
    pub id: Value,
    /// The question; null if it can't be read.
    pub question: Option<String>,
    /// The result.
    #[serde(flatten)]
    pub run: Run,
    /// The spending that counts against the budget.
    #[cfg_attr(test, schemars(with = "shapes::Spend"))]
    pub spent: Value,
}

/// Estimates of the methods that can answer a question.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Estimate {
    /// The number of tokens of the context.
    pub context_tokens: u64,
    /// The methods.
    pub ways: Vec<EstimatedWay>,
    /// The recommended method.
    pub recommended: Value,
    /// The reason for the recommendation.
    pub reason: String,
}

/// The estimate of a method.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct EstimatedWay {
    /// `direct`, `inline`, `symbolic` or `symbolic_reading`.
    pub way: Value,
    /// The number of turns of the root model.
    pub turns: u64,
    /// The number of sub-calls.
    pub subcalls: u64,
    /// The input tokens of all calls.
    pub input: u64,
    /// The output tokens of all calls.
    pub output: u64,
    /// The input tokens of the largest call, to root or sub-models.
    pub largest_prompt: u64,
    /// Whether the method is possible with these models and limits.
    pub fits: bool,
    /// The reason why it is not possible.
    pub unfit: Option<String>,
    /// The cost in dollars; null if it is unknown, or the method is not possible.
    pub cost: Option<f64>,
}
