//! The JSON output of commands that answer questions.

use std::path::PathBuf;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

#[cfg(test)]
use super::shapes;

/// What came of a run.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Run {
    /// `complete`, `partial`, `unable`, `budget_exceeded`, `timeout`, `cancelled`, `provider_error`, `tool_error`, `invalid_request` or
    /// `verification_failed`.
    pub outcome: String,
    /// The answer, whole or partial.
    pub answer: Option<String>,
    /// Where in the context the answer's words stand.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Citation>"))]
    pub citations: Vec<Value>,
    /// What the answer quotes, and whether it stands in the context.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Quote>"))]
    pub quotes: Vec<Value>,
    /// How much of the context was looked at.
    #[cfg_attr(test, schemars(with = "Option<shapes::Covered>"))]
    pub coverage: Option<Value>,
    /// The turns of the root model.
    pub steps: u32,
    /// The calls of models, child runs' included.
    pub calls: u64,
    /// The part of them that a cache answered.
    pub cached: u64,
    /// The tokens.
    pub usage: RunUsage,
    /// The cost in dollars; null where nobody knows.
    pub cost: Option<f64>,
    /// How the context came before the models.
    #[cfg_attr(test, schemars(with = "Option<shapes::Breakdown>"))]
    pub breakdown: Option<Value>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// The run's id.
    pub run: Option<String>,
    /// Where its journal is; null where none is kept.
    pub journal: Option<PathBuf>,
    /// Why the outcome is not `complete`, in one line.
    pub message: Option<String>,
    /// The limit that ended it.
    #[cfg_attr(test, schemars(with = "Option<shapes::Limit>"))]
    pub limit: Option<Value>,
    /// The limits that refused calls of programs though the run went on: `MaxSubcallsExceeded`, `MaxSubcallTokensExceeded`,
    /// `MaxRecursionExceeded`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits_met: Vec<String>,
    /// What a person should know about how it went.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Note>"))]
    pub notes: Vec<Value>,
    /// Files that were left out of the context because they have no text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::WithoutText>"))]
    pub without_text: Vec<Value>,
    /// `rlm` or `baseline`, where there was something to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Why that way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// All tokens together, where there was something to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_used: Option<u64>,
    /// The answer that was not what was asked for, where that is why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<shapes::Rejected>"))]
    pub rejected: Option<Value>,
    /// What went wrong, where the run could not begin or go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

/// Tokens of calls that were not answered by a cache of ours.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct RunUsage {
    /// Input tokens, cached ones included.
    pub input: u64,
    /// The part of `input` that the provider had cached.
    pub cached_input: u64,
    /// Output tokens, reasoning included.
    pub output: u64,
    /// The part of `output` that was reasoning.
    pub reasoning: u64,
    /// Whether some are our estimate because a provider reported none.
    pub estimated: bool,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Error {
    /// A stable name, as `docs/error-codes.md` lists it.
    pub code: String,
    /// What happened and where, in one line.
    pub message: String,
    /// What to do, where the message does not say it.
    pub hint: Option<String>,
}

/// What went wrong, where a command has nothing else to print.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Failed {
    /// What went wrong.
    pub error: Error,
}

/// A step that has ended.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct StepProgress {
    /// Its number, from 1.
    pub step: u32,
    /// Its program; null where the model wrote none.
    pub program: Option<StepProgram>,
    /// Whether it gave the answer.
    pub answer: bool,
    /// The calls of its program.
    pub calls: u64,
    /// The part of them that a cache answered.
    pub cached: u64,
    /// The part of them that failed.
    pub failed: u64,
    /// The part of them that was stopped with the run.
    pub cancelled: u64,
    /// The calls that were never sent; no part of `calls`.
    pub not_sent: u64,
    /// The tokens that the run has used so far.
    pub tokens: u64,
    /// The dollars that it has spent so far; null where nobody knows.
    pub cost: Option<f64>,
    /// How much of the context it has looked at so far.
    #[cfg_attr(test, schemars(with = "shapes::Covered"))]
    pub coverage: Value,
    /// How long the step took.
    pub elapsed_ms: Option<u64>,
}

/// The program of a step.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct StepProgram {
    /// Its lines.
    pub lines: usize,
    /// What became of it, in a few words.
    pub end: String,
    /// The characters that it printed.
    pub printed: usize,
    /// What went wrong, in one line.
    pub error: Option<String>,
}

/// What came of the questions of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Batch {
    /// How many there are.
    pub questions: usize,
    /// Those that now have a complete answer.
    pub complete: usize,
    /// Those that have none.
    pub incomplete: usize,
    /// Those that were answered before.
    pub answered_before: usize,
    /// The tokens of this time.
    pub usage: BatchUsage,
    /// The dollars of this time; null where nobody knows.
    pub cost: Option<f64>,
    /// The dollars of all times.
    pub cost_with_before: Option<f64>,
}

/// The tokens of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct BatchUsage {
    /// Of messages.
    pub input: u64,
    /// Of replies.
    pub output: u64,
}

/// A line of the answers of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct BatchLine {
    /// The question's id.
    #[cfg_attr(test, schemars(with = "shapes::QuestionId"))]
    pub id: Value,
    /// The question; null where it can't be read.
    pub question: Option<String>,
    /// What came of it.
    #[serde(flatten)]
    pub run: Run,
    /// What counts of it against the budget.
    #[cfg_attr(test, schemars(with = "shapes::Spend"))]
    pub spent: Value,
}

/// What each way of asking would take.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Estimate {
    /// The tokens of the context.
    pub context_tokens: u64,
    /// The ways.
    pub ways: Vec<EstimatedWay>,
    /// The way to take.
    pub recommended: Value,
    /// Why.
    pub reason: String,
}

/// What a way of asking would take.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct EstimatedWay {
    /// `direct`, `inline`, `symbolic` or `symbolic_reading`.
    pub way: Value,
    /// The turns of the root model.
    pub turns: u64,
    /// The sub-calls.
    pub subcalls: u64,
    /// Input tokens of all calls.
    pub input: u64,
    /// Output tokens of all calls.
    pub output: u64,
    /// The input tokens of the largest call, to root or sub-models.
    pub largest_prompt: u64,
    /// Whether the way can be taken with these models and limits.
    pub fits: bool,
    /// Why not.
    pub unfit: Option<String>,
    /// The cost in dollars; null where it is not known, or the way can't be taken.
    pub cost: Option<f64>,
}
