//! The tool `ask`: answers a question by a run.

use std::fmt::Write as _;

use rlm_answer::Citation;
use rlm_core::{MAX_QUESTION_BYTES, RunError, RunResult, TaskSpec};
use rlm_model::{Cost, Money, RunId};
use rlm_policy::Limits;
use rmcp::model::JsonObject;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::{parse, shortened, within};
use crate::documents::Documents;
use crate::error::ToolError;
use crate::output::Output;
use crate::service::{Ended, Question};

/// The maximum number of steps that a call may ask for. The limit of the runner also applies.
pub(crate) const MAX_STEPS: usize = 1_000;
/// The maximum number of characters of an answer in a result.
pub(crate) const ANSWER_CHARS: usize = 100_000;
/// The maximum number of citations in a result.
pub(crate) const CITATIONS: usize = 50;
/// The maximum number of characters of a quote in a result.
pub(crate) const QUOTE_CHARS: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    question: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    max_cost: Option<f64>,
    #[serde(default)]
    max_steps: Option<u64>,
}

/// Reads a question. Its budget never exceeds `limits`.
pub(crate) fn question(arguments: Option<JsonObject>, limits: &Limits) -> Result<Question, ToolError> {
    let arguments: Arguments = parse("ask", arguments)?;
    check(&arguments.question)?;
    let mut task = TaskSpec {
        question: arguments.question,
        ..TaskSpec::default()
    };
    if let Some(cost) = arguments.max_cost.map(dollars).transpose()? {
        task.budget.max_cost = Some(limits.cost.map_or(cost, |most| most.min(cost)));
    }
    if let Some(steps) = arguments.max_steps {
        let steps = within("max_steps", steps, 1..=MAX_STEPS)?;
        task.budget.max_steps = Some(limits.steps.min(u32::try_from(steps).unwrap_or(u32::MAX)));
    }
    Ok(Question {
        task,
        text: arguments.text,
    })
}

/// Checks the text of a question before anything is started.
pub(crate) fn check(question: &str) -> Result<(), ToolError> {
    if question.trim().is_empty() {
        return Err((&RunError::EmptyQuestion).into());
    }
    if question.len() > MAX_QUESTION_BYTES {
        return Err((&RunError::QuestionTooLong { bytes: question.len() }).into());
    }
    Ok(())
}

/// Returns the result of a run about `documents`; `None` if it was about a text of the call.
///
/// # Errors
/// A [`ToolError`] if the run has no answer.
pub(crate) fn output(run: &RunId, ended: Option<&Ended>, documents: Option<&Documents>) -> Result<Output, ToolError> {
    let result = match ended {
        Some(Ok(result)) => result,
        Some(Err(RunError::Limit { partial, .. })) => &**partial,
        Some(Err(error)) => return Err(error.into()),
        None => return Err(ToolError::internal("the run was lost")),
    };
    let Some(answer) = &result.answer else {
        let detail = result.message.as_deref().unwrap_or("the run has no answer");
        return Err(ToolError::new(
            result.outcome.name(),
            detail,
            format!("`trace` with the run `{run}` shows its steps"),
        ));
    };
    let citations: Vec<Value> = result
        .citations
        .iter()
        .take(CITATIONS)
        .map(|citation| cited(citation, documents))
        .collect();
    Ok(Output {
        text: text(answer, result),
        data: json!({
            "run": run,
            "outcome": result.outcome.name(),
            "answer": shortened(answer, ANSWER_CHARS),
            "message": result.message,
            "citations": citations,
            "steps": result.totals.turns,
            "calls": result.totals.calls(),
            "input_tokens": result.totals.usage().input.0,
            "output_tokens": result.totals.usage().output.0,
            "cost_usd": known_dollars(result.totals.cost()),
        }),
    })
}

/// Returns a cost in dollars; `None` if it is unknown.
pub(crate) fn known_dollars(cost: Cost) -> Option<f64> {
    cost.known().map(|Money(micros)| micros as f64 / 1e6)
}

/// Returns the answer and its sources as text, for clients that show no structured results.
fn text(answer: &str, result: &RunResult) -> String {
    let mut text = shortened(answer, ANSWER_CHARS);
    if let Some(message) = &result.message {
        let _ = write!(text, "\n\n({}: {message})", result.outcome.name());
    }
    if !result.citations.is_empty() {
        text.push_str("\n\nSources:");
    }
    for citation in result.citations.iter().take(CITATIONS) {
        let quote = shortened(&citation.quote, QUOTE_CHARS);
        let _ = write!(text, "\n- {}: {quote}", citation.location().lines());
    }
    text
}

fn cited(citation: &Citation, documents: Option<&Documents>) -> Value {
    let line = documents.and_then(|documents| documents.line(citation.range));
    json!({
        "place": citation.location().lines(),
        "document": citation.document,
        "line": line.unwrap_or(citation.line_start),
        "quote": shortened(&citation.quote, QUOTE_CHARS),
    })
}

fn dollars(dollars: f64) -> Result<Money, ToolError> {
    let micros = (dollars * 1e6).round();
    if !(1.0..=1e12).contains(&micros) {
        return Err(ToolError::invalid(
            format!(
                "`max_cost` must be between 0.000001 and 1000000 dollars, got {}",
                json!(dollars)
            ),
            "call the tool again with a cost in dollars, such as 0.25",
        ));
    }
    Ok(Money(micros as u64))
}
