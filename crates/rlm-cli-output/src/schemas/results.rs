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
    /// The answer, complete or partial; null if there is none.
    pub answer: Option<String>,
    /// The locations of the answer's words in the context.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Citation>"))]
    pub citations: Vec<Value>,
    /// The quotes in the answer, and whether each was found in the context.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Quote>"))]
    pub quotes: Vec<Value>,
    /// How much of the context was read.
    #[cfg_attr(test, schemars(with = "Option<shapes::Covered>"))]
    pub coverage: Option<Value>,
    /// The number of turns of the root model.
    pub steps: u32,
    /// The number of model calls, including those of child runs.
    pub calls: u64,
    /// The number of calls answered from the cache.
    pub cached: u64,
    /// The token usage.
    pub usage: RunUsage,
    /// The cost in dollars; null if unknown.
    pub cost: Option<f64>,
    /// How the context reached the models.
    #[cfg_attr(test, schemars(with = "Option<shapes::Breakdown>"))]
    pub breakdown: Option<Value>,
    /// The duration in seconds.
    pub seconds: Option<f64>,
    /// The run's id.
    pub run: Option<String>,
    /// The path of the run's journal; null if there is none.
    pub journal: Option<PathBuf>,
    /// The reason why the outcome is not `complete`, in one line.
    pub message: Option<String>,
    /// The limit that ended the run.
    #[cfg_attr(test, schemars(with = "Option<shapes::Limit>"))]
    pub limit: Option<Value>,
    /// The limits that rejected calls of programs while the run continued: `MaxSubcallsExceeded`, `MaxSubcallTokensExceeded`,
    /// `MaxRecursionExceeded`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits_met: Vec<String>,
    /// Notes for the user about the run.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Note>"))]
    pub notes: Vec<Value>,
    /// Files that were left out of the context because they have no text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::TextlessFile>"))]
    pub without_text: Vec<Value>,
    /// The method, `rlm` or `baseline`; only with routing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Why this method was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The total number of tokens; only with routing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_used: Option<u64>,
    /// The last rejected answer, if there is no answer because of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<shapes::Rejected>"))]
    pub rejected: Option<Value>,
    /// The error, if the run could not be started or resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// The token usage of calls that were not answered from the cache.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct RunUsage {
    /// Input tokens, including those the provider had cached.
    pub input: u64,
    /// The part of `input` that the provider had cached.
    pub cached_input: u64,
    /// Output tokens, including reasoning.
    pub output: u64,
    /// The part of `output` that was reasoning.
    pub reasoning: u64,
    /// Whether some numbers are estimates because a provider reported no usage.
    pub estimated: bool,
}

/// The error.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Error {
    /// The stable code, as listed in `docs/error-codes.md`.
    pub code: String,
    /// What happened and where, in one line.
    pub message: String,
    /// What to do; null if the message already contains it.
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
    /// The number of the step, from 1.
    pub step: u32,
    /// The step's program; null if the model wrote none.
    pub program: Option<StepProgram>,
    /// Whether the step gave the answer.
    pub answer: bool,
    /// The number of calls that the program made.
    pub calls: u64,
    /// The number of calls answered from the cache.
    pub cached: u64,
    /// The number of calls that failed.
    pub failed: u64,
    /// The number of calls that were cancelled with the run.
    pub cancelled: u64,
    /// The number of calls that were never sent; not included in `calls`.
    pub not_sent: u64,
    /// The tokens that the run has used so far.
    pub tokens: u64,
    /// The cost of the run so far, in dollars; null if unknown.
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
    /// The number of characters that the program printed.
    pub printed: usize,
    /// The error, in one line.
    pub error: Option<String>,
}

/// The result of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Batch {
    /// The number of questions.
    pub questions: usize,
    /// The number of questions with a complete answer.
    pub complete: usize,
    /// The number of questions without a complete answer.
    pub incomplete: usize,
    /// The number of questions that an earlier invocation answered.
    pub answered_before: usize,
    /// The token usage of this invocation.
    pub usage: BatchUsage,
    /// The cost of this invocation in dollars; null if unknown.
    pub cost: Option<f64>,
    /// The cost of all invocations in dollars.
    pub cost_with_before: Option<f64>,
}

/// The token usage of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct BatchUsage {
    /// Input tokens.
    pub input: u64,
    /// Output tokens.
    pub output: u64,
}

/// A line of the answers file of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct BatchLine {
    /// The question's id.
    #[cfg_attr(test, schemars(with = "shapes::QuestionId"))]
    pub id: Value,
    /// The question; null if it can't be read.
    pub question: Option<String>,
    /// The result of the run.
    #[serde(flatten)]
    pub run: Run,
    /// The usage that counts against the budget of the batch.
    #[cfg_attr(test, schemars(with = "shapes::Spend"))]
    pub spent: Value,
}

/// The estimated usage of each method.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Estimate {
    /// The number of tokens in the context.
    pub context_tokens: u64,
    /// The methods.
    pub ways: Vec<EstimatedWay>,
    /// The recommended method.
    pub recommended: Value,
    /// Why this method is recommended.
    pub reason: String,
}

/// The estimated usage of a method.
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
    /// The input tokens of the largest call, to the root model or a sub-model.
    pub largest_prompt: u64,
    /// Whether the method is possible with these models and limits.
    pub fits: bool,
    /// Why the method is not possible.
    pub unfit: Option<String>,
    /// The cost in dollars; null if it is unknown, or if the method is not possible.
    pub cost: Option<f64>,
}
