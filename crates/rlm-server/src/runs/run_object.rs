//! A run as clients see it: its state, its result, and what it took.

use rlm_core::{RunError, RunResult};
use rlm_model::RunId;
use rlm_store::{RunEntry, RunStore};
use rlm_trace::Totals;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::http::problem::Problem;
use crate::runs::money::dollars;

/// The name of the file of a run's result, beside its journal. It has what can't be read from the
/// journal without the context: citations and coverage.
const RESULT: &str = "result.json";

/// A run: its state, its result, and what it took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RunObject {
    pub(crate) id: String,
    pub(crate) status: RunStatus,
    /// The question, once the run has started.
    pub(crate) question: Option<String>,
    /// The start of the run in milliseconds since 1970.
    pub(crate) created: Option<u64>,
    /// The stable name of the outcome, such as `complete`, `partial` or `budget_exceeded`.
    pub(crate) outcome: Option<String>,
    /// The answer, complete or partial.
    pub(crate) answer: Option<String>,
    /// Why the run has no complete answer.
    pub(crate) error: Option<RunProblem>,
    /// The ranges of the context in which the words of the answer occur.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub(crate) citations: Vec<Value>,
    /// How much of the context was read, in bytes.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub(crate) coverage: Option<Value>,
    /// Notes about the run.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub(crate) notes: Vec<Value>,
    /// The number of turns of the root model.
    pub(crate) steps: u32,
    /// The number of calls of models.
    pub(crate) calls: u64,
    pub(crate) usage: Usage,
    /// The cost in dollars, if all prices are known.
    pub(crate) cost_usd: Option<f64>,
    pub(crate) duration_ms: Option<u64>,
}

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunStatus {
    Running,
    /// Ended with an answer, which is partial if the outcome is not `complete`.
    Completed,
    /// Ended without an answer.
    Failed,
    Cancelled,
    /// The process ended before the run. It can be resumed.
    Interrupted,
}

/// Why a run has no complete answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RunProblem {
    /// The stable code, as on the command line.
    pub(crate) code: String,
    pub(crate) message: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

/// The tokens of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Usage {
    pub(crate) input_tokens: u64,
    pub(crate) output_tokens: u64,
    pub(crate) total_tokens: u64,
    /// The input tokens that the provider had cached.
    #[serde(default)]
    pub(crate) cached_input_tokens: u64,
    /// The output tokens of reasoning that is not part of replies.
    #[serde(default)]
    pub(crate) reasoning_tokens: u64,
}

impl RunObject {
    /// Returns a run that has started, or waits for its session.
    pub(crate) fn running(id: &RunId) -> Self {
        Self {
            id: id.to_string(),
            status: RunStatus::Running,
            question: None,
            created: None,
            outcome: None,
            answer: None,
            error: None,
            citations: Vec::new(),
            coverage: None,
            notes: Vec::new(),
            steps: 0,
            calls: 0,
            usage: Usage::default(),
            cost_usd: None,
            duration_ms: None,
        }
    }

    /// Returns a run that has just ended. Reads its journal, and so blocks.
    pub(crate) fn ended(runs: &RunStore, id: &RunId, result: &Result<RunResult, RunError>) -> Self {
        let recorded = Self::of_journal(runs.entry(id.clone()), true);
        let recorded = recorded.unwrap_or_else(|| Self::running(id));
        match result {
            Ok(result) => recorded.with_result(result),
            Err(RunError::Limit { partial, .. }) => recorded.with_result(partial),
            Err(error) => Self {
                status: RunStatus::Failed,
                outcome: Some(error.outcome().name().to_owned()),
                error: Some(RunProblem {
                    code: error.code().to_owned(),
                    message: error.to_string(),
                    hint: Some(error.hint().to_owned()),
                }),
                ..recorded
            },
        }
    }

    /// Returns a run by its id, whether it is active or not. Reads files, and so blocks.
    ///
    /// # Errors
    /// A [`Problem`] if there is no such run.
    pub(crate) fn read(runs: &RunStore, id: &RunId, is_active: bool) -> Result<Self, Problem> {
        let path = runs.journal_path(id).with_file_name(RESULT);
        let stored = std::fs::read(path).ok().filter(|_| !is_active);
        if let Some(run) = stored.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return Ok(run);
        }
        match Self::of_journal(runs.entry(id.clone()), is_active) {
            Some(run) => Ok(run),
            None if is_active => Ok(Self::running(id)),
            None => Err(Problem::not_found("run")),
        }
    }

    /// Stores the result of a run beside its journal. Blocks.
    pub(crate) fn store(&self, runs: &RunStore, id: &RunId) -> std::io::Result<()> {
        let path = runs.journal_path(id).with_file_name(RESULT);
        if !path.parent().is_some_and(std::path::Path::exists) {
            return Ok(());
        }
        crate::store::private_file::write(&path, &serde_json::to_vec(self)?)
    }

    /// Removes the result of a run that is resumed. Blocks.
    pub(crate) fn forget(runs: &RunStore, id: &RunId) {
        // A missing file is the usual case.
        let _ = std::fs::remove_file(runs.journal_path(id).with_file_name(RESULT));
    }

    /// Returns a run from its journal, if that has the start of a run.
    fn of_journal(entry: RunEntry, is_active: bool) -> Option<Self> {
        let started = entry.summary.started?;
        let ended = entry.summary.ended;
        let status = match &ended {
            Some(ended) => status(&ended.outcome, ended.answer.is_some()),
            None if is_active => RunStatus::Running,
            None => RunStatus::Interrupted,
        };
        let outcome = ended.as_ref().map(|ended| ended.outcome.to_string());
        let error = ended.as_ref().and_then(|ended| {
            Some(RunProblem {
                code: ended.outcome.to_string(),
                message: ended.message.clone()?,
                hint: None,
            })
        });
        let run = Self {
            status,
            question: Some(started.question),
            created: started.started.map(|started| started.0),
            outcome,
            answer: ended.and_then(|ended| ended.answer),
            error,
            ..Self::running(&entry.id)
        };
        Some(run.with_totals(&entry.summary.totals))
    }

    fn with_result(self, result: &RunResult) -> Self {
        let outcome = result.outcome.name();
        let values = |items: Value| match items {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        let run = Self {
            status: status(outcome, result.answer.is_some()),
            outcome: Some(outcome.to_owned()),
            answer: result.answer.clone(),
            error: result.message.as_ref().map(|message| RunProblem {
                code: outcome.to_owned(),
                message: message.clone(),
                hint: None,
            }),
            citations: values(json!(result.citations)),
            coverage: Some(json!(result.coverage)),
            notes: values(json!(result.notes)),
            ..self
        };
        run.with_totals(&result.totals)
    }

    fn with_totals(self, totals: &Totals) -> Self {
        let usage = totals.usage();
        Self {
            steps: totals.turns,
            calls: totals.calls(),
            usage: Usage {
                input_tokens: usage.input.0,
                output_tokens: usage.output.0,
                total_tokens: usage.total().0,
                cached_input_tokens: usage.cached_input.0,
                reasoning_tokens: usage.reasoning.0,
            },
            cost_usd: dollars(totals.cost()),
            duration_ms: totals.elapsed.map(|elapsed| elapsed.0),
            ..self
        }
    }
}

/// Returns the state of a run with an outcome.
fn status(outcome: &str, has_answer: bool) -> RunStatus {
    match outcome {
        "cancelled" => RunStatus::Cancelled,
        _ if has_answer => RunStatus::Completed,
        _ => RunStatus::Failed,
    }
}
