//! What answering prints.

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
pub(crate) struct Run {
    /// `complete`, `partial`, `unable`, `budget_exceeded`, `timeout`, `cancelled`, `provider_error`, `tool_error`, `invalid_request` or
    /// `verification_failed`.
    pub(crate) outcome: String,
    /// The answer, whole or partial.
    pub(crate) answer: Option<String>,
    /// Where in the context the answer's words stand.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Citation>"))]
    pub(crate) citations: Vec<Value>,
    /// What the answer quotes, and whether it stands in the context.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Quote>"))]
    pub(crate) quotes: Vec<Value>,
    /// How much of the context was looked at.
    #[cfg_attr(test, schemars(with = "Option<shapes::Covered>"))]
    pub(crate) coverage: Option<Value>,
    /// The turns of the root model.
    pub(crate) steps: u32,
    /// The calls of models, child runs' included.
    pub(crate) calls: u64,
    /// The part of them that a cache answered.
    pub(crate) cached: u64,
    /// The tokens.
    pub(crate) usage: RunUsage,
    /// The cost in dollars; null where nobody knows.
    pub(crate) cost: Option<f64>,
    /// How the context came before the models.
    #[cfg_attr(test, schemars(with = "Option<shapes::Breakdown>"))]
    pub(crate) breakdown: Option<Value>,
    /// How long it took.
    pub(crate) seconds: Option<f64>,
    /// The run's id.
    pub(crate) run: Option<String>,
    /// Where its journal is; null where none is kept.
    pub(crate) journal: Option<PathBuf>,
    /// Why the outcome is not `complete`, in one line.
    pub(crate) message: Option<String>,
    /// The limit that ended it.
    #[cfg_attr(test, schemars(with = "Option<shapes::Limit>"))]
    pub(crate) limit: Option<Value>,
    /// The limits that refused calls of programs though the run went on: `MaxSubcallsExceeded`, `MaxSubcallTokensExceeded`,
    /// `MaxRecursionExceeded`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) limits_met: Vec<String>,
    /// What a person should know about how it went.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Note>"))]
    pub(crate) notes: Vec<Value>,
    /// Files that were left out of the context because they have no text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, schemars(with = "Vec<shapes::WithoutText>"))]
    pub(crate) without_text: Vec<Value>,
    /// `rlm` or `baseline`, where there was something to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// Why that way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// All tokens together, where there was something to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tokens_used: Option<u64>,
    /// The answer that was not what was asked for, where that is why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<shapes::Rejected>"))]
    pub(crate) rejected: Option<Value>,
    /// What went wrong, where the run could not begin or go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Error>,
}

/// Tokens of calls that were not answered by a cache of ours.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct RunUsage {
    /// Input tokens, cached ones included.
    pub(crate) input: u64,
    /// The part of `input` that the provider had cached.
    pub(crate) cached_input: u64,
    /// Output tokens, reasoning included.
    pub(crate) output: u64,
    /// The part of `output` that was reasoning.
    pub(crate) reasoning: u64,
    /// Whether some are our estimate because a provider reported none.
    pub(crate) estimated: bool,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Error {
    /// A stable name, as `docs/error-codes.md` lists it.
    pub(crate) code: String,
    /// What happened and where, in one line.
    pub(crate) message: String,
    /// What to do, where the message does not say it.
    pub(crate) hint: Option<String>,
}

/// What went wrong, where a command has nothing else to print.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Failed {
    /// What went wrong.
    pub(crate) error: Error,
}

/// A step that has ended.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct StepProgress {
    /// Its number, from 1.
    pub(crate) step: u32,
    /// Its program; null where the model wrote none.
    pub(crate) program: Option<StepProgram>,
    /// Whether it gave the answer.
    pub(crate) answer: bool,
    /// The calls of its program.
    pub(crate) calls: u64,
    /// The part of them that a cache answered.
    pub(crate) cached: u64,
    /// The part of them that failed.
    pub(crate) failed: u64,
    /// The part of them that was stopped with the run.
    pub(crate) cancelled: u64,
    /// The calls that were never sent; no part of `calls`.
    pub(crate) not_sent: u64,
    /// The tokens that the run has used so far.
    pub(crate) tokens: u64,
    /// The dollars that it has spent so far; null where nobody knows.
    pub(crate) cost: Option<f64>,
    /// How much of the context it has looked at so far.
    #[cfg_attr(test, schemars(with = "shapes::Covered"))]
    pub(crate) coverage: Value,
    /// How long the step took.
    pub(crate) elapsed_ms: Option<u64>,
}

/// The program of a step.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct StepProgram {
    /// Its lines.
    pub(crate) lines: usize,
    /// What became of it, in a few words.
    pub(crate) end: String,
    /// The characters that it printed.
    pub(crate) printed: usize,
    /// What went wrong, in one line.
    pub(crate) error: Option<String>,
}

/// What came of the questions of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Batch {
    /// How many there are.
    pub(crate) questions: usize,
    /// Those that now have a complete answer.
    pub(crate) complete: usize,
    /// Those that have none.
    pub(crate) incomplete: usize,
    /// Those that were answered before.
    pub(crate) answered_before: usize,
    /// The tokens of this time.
    pub(crate) usage: BatchUsage,
    /// The dollars of this time; null where nobody knows.
    pub(crate) cost: Option<f64>,
    /// The dollars of all times.
    pub(crate) cost_with_before: Option<f64>,
}

/// The tokens of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct BatchUsage {
    /// Of messages.
    pub(crate) input: u64,
    /// Of replies.
    pub(crate) output: u64,
}

/// A line of the answers of a batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct BatchLine {
    /// The question's id.
    #[cfg_attr(test, schemars(with = "shapes::QuestionId"))]
    pub(crate) id: Value,
    /// The question; null where it can't be read.
    pub(crate) question: Option<String>,
    /// What came of it.
    #[serde(flatten)]
    pub(crate) run: Run,
    /// What counts of it against the budget.
    #[cfg_attr(test, schemars(with = "shapes::Spend"))]
    pub(crate) spent: Value,
}

/// What each way of asking would take.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Estimate {
    /// The tokens of the context.
    pub(crate) context_tokens: u64,
    /// The ways.
    pub(crate) ways: Vec<EstimatedWay>,
    /// The way to take.
    pub(crate) recommended: Value,
    /// Why.
    pub(crate) reason: String,
}

/// What a way of asking would take.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct EstimatedWay {
    /// `direct`, `inline`, `symbolic` or `symbolic_reading`.
    pub(crate) way: Value,
    /// The turns of the root model.
    pub(crate) turns: u64,
    /// The sub-calls.
    pub(crate) subcalls: u64,
    /// Input tokens of all calls.
    pub(crate) input: u64,
    /// Output tokens of all calls.
    pub(crate) output: u64,
    /// The input tokens of the largest call, to root or sub-models.
    pub(crate) largest_prompt: u64,
    /// Whether the way can be taken with these models and limits.
    pub(crate) fits: bool,
    /// Why not.
    pub(crate) unfit: Option<String>,
    /// The cost in dollars; null where it is not known, or the way can't be taken.
    pub(crate) cost: Option<f64>,
}
