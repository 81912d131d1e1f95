//! The JSON of an execution: its state, its result, and what it took.

use rlm_core::{RunError, RunResult};
use rlm_model::RunId;
use rlm_trace::Totals;
use serde_json::{Value, json};

use crate::active::Ended;
use crate::events::dollars;
use crate::problem::Problem;
use crate::state::Tenant;

/// Returns the JSON of a run that has ended.
pub(super) fn ended_json(id: &RunId, session: Option<&str>, ended: Option<&Ended>) -> Value {
    let mut object = match ended {
        Some(Ok(result)) => result_json(result),
        Some(Err(RunError::Limit { partial, .. })) => result_json(partial),
        Some(Err(error)) => json!({
            "status": "failed",
            "outcome": error.outcome().name(),
            "result": null,
            "error": {"code": error.code(), "message": error.to_string(), "hint": error.hint()},
        }),
        None => json!({"status": "failed", "outcome": "interrupted", "result": null}),
    };
    if let Some(fields) = object.as_object_mut() {
        fields.insert("execution_id".to_owned(), json!(id));
        if let Some(session) = session {
            fields.insert("session_id".to_owned(), session.into());
        }
    }
    object
}

fn result_json(result: &RunResult) -> Value {
    let mut object = json!({
        "status": status(result.outcome.name(), result.answer.is_some()),
        "outcome": result.outcome.name(),
        "result": result.answer,
        "error": result.message.as_ref().map(|message| json!({"code": result.outcome.name(), "message": message})),
        "citations": result.citations,
        "coverage": result.coverage,
        "notes": result.notes,
    });
    add_totals(&mut object, &result.totals);
    object
}

/// Returns the JSON of an execution from its journal.
pub(crate) fn recorded(tenant: &Tenant, id: &RunId) -> Result<Value, Problem> {
    let entry = tenant.runs.entry(id.clone());
    let is_active = tenant.executions.get(id).is_some();
    let Some(started) = entry.summary.started.as_ref() else {
        return match is_active {
            true => Ok(json!({"execution_id": id, "status": "running"})),
            false => Err(Problem::not_found("execution")),
        };
    };
    let (ended, totals) = (&entry.summary.ended, &entry.summary.totals);
    let status = match ended {
        Some(ended) => status(&ended.outcome, ended.answer.is_some()),
        None if is_active => "running",
        None => "interrupted",
    };
    let mut object = json!({
        "execution_id": id,
        "status": status,
        "user_query": started.question,
        "started": started.started,
        "outcome": ended.as_ref().map(|ended| ended.outcome.clone()),
        "result": ended.as_ref().and_then(|ended| ended.answer.clone()),
        "error": ended.as_ref().and_then(|ended| ended.message.clone()).map(|message| json!({"message": message})),
    });
    add_totals(&mut object, totals);
    Ok(object)
}

/// Adds what a run took.
fn add_totals(object: &mut Value, totals: &Totals) {
    let usage = totals.usage();
    let took = json!({
        "steps": totals.turns,
        "calls": totals.calls(),
        "usage": {
            "input_tokens": usage.input.0,
            "output_tokens": usage.output.0,
            "total_tokens": usage.total().0,
        },
        "cost_usd": dollars(totals.cost()),
        "duration_ms": totals.elapsed,
    });
    if let (Some(fields), Value::Object(took)) = (object.as_object_mut(), took) {
        fields.extend(took);
    }
}

/// Returns the state of an execution with an outcome, in the words of RLM Engine.
fn status(outcome: &str, has_answer: bool) -> &'static str {
    match outcome {
        "cancelled" => "cancelled",
        _ if has_answer => "completed",
        _ => "failed",
    }
}
