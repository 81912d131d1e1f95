//! `/v1/chat/completions`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rlm_core::{Route, RunError, RunResult, TaskSpec};
use rlm_policy::Outcome;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::messages::{Message, asked};
use super::{MODEL, check_model, stream};
use crate::active::{CancelOnDrop, Ended};
use crate::body::JsonBody;
use crate::caller::Asker;
use crate::events::dollars;
use crate::executions::{Job, now, start};
use crate::problem::Problem;
use crate::state::AppState;

/// A request for a completion. Fields that have no meaning for a run are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Completion {
    model: String,
    messages: Vec<Message>,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    stream_options: StreamOptions,
    #[serde(default)]
    temperature: Option<f64>,
    #[serde(default)]
    response_format: Option<ResponseFormat>,
    #[serde(default)]
    n: Option<u32>,
    /// What the standard has no field for.
    #[serde(default)]
    rlm: Options,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct StreamOptions {
    #[serde(default)]
    pub(super) include_usage: bool,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResponseFormat {
    Text,
    JsonObject,
    JsonSchema { json_schema: JsonSchema },
}

#[derive(Debug, Deserialize)]
struct JsonSchema {
    schema: Value,
}

/// The options of a run.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    /// Whether a stream has the steps of the run as `reasoning_content`.
    #[serde(default)]
    progress: bool,
    #[serde(default)]
    max_steps: Option<u32>,
}

pub(super) async fn completions(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    JsonBody(wanted): JsonBody<Completion>,
) -> Result<Response, Problem> {
    check_model(&wanted.model)?;
    if wanted.n.is_some_and(|n| n != 1) {
        return Err(Problem::invalid("`n` is not supported: a run gives one answer"));
    }
    let asked = asked(&wanted.messages)?;
    let is_short = asked.texts.is_empty();
    let mut task = TaskSpec {
        question: asked.question,
        temperature: wanted.temperature,
        answer_schema: schema(wanted.response_format)?.map(Into::into),
        ..TaskSpec::default()
    };
    // A short conversation is answered by the model itself.
    task.route = (is_short && task.answer_schema.is_none()).then_some(Route::Direct);
    task.budget.max_steps = wanted.rlm.max_steps;
    let (context, locations) = tenant.contexts.context(asked.texts).await?;
    let job = Job {
        task,
        context,
        locations,
        retriever: None,
        session: None,
        earlier: asked.session,
    };
    let execution = start(&state, &tenant, job)?;
    let guard = CancelOnDrop(execution.cancel.clone());
    if wanted.stream {
        let options = stream::Options {
            has_usage: wanted.stream_options.include_usage,
            has_progress: wanted.rlm.progress,
        };
        return Ok(stream::respond(&tenant, execution, guard, options)?.into_response());
    }
    let ended = execution.ended().await;
    let result = answered(ended.as_deref())?;
    Ok(Json(completion(result)).into_response())
}

fn schema(format: Option<ResponseFormat>) -> Result<Option<Value>, Problem> {
    Ok(match format {
        None | Some(ResponseFormat::Text) => None,
        Some(ResponseFormat::JsonObject) => Some(json!({"type": "object"})),
        Some(ResponseFormat::JsonSchema { json_schema }) if json_schema.schema.is_object() => Some(json_schema.schema),
        Some(ResponseFormat::JsonSchema { .. }) => {
            return Err(Problem::invalid(
                "`response_format.json_schema.schema` is not an object",
            ));
        }
    })
}

/// Returns the result of a run that has an answer.
///
/// # Errors
/// The [`Problem`] that is why there is none.
pub(super) fn answered(ended: Option<&Ended>) -> Result<&RunResult, Problem> {
    let result = match ended {
        Some(Ok(result)) => result,
        Some(Err(RunError::Limit { partial, .. })) => &**partial,
        Some(Err(error)) => return Err(Problem::of_run(error)),
        None => {
            return Err(Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "interrupted",
                "the run was lost",
            ));
        }
    };
    if result.answer.is_some() {
        return Ok(result);
    }
    let status = match &result.outcome {
        Outcome::BudgetExceeded { .. } => StatusCode::PAYMENT_REQUIRED,
        Outcome::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Outcome::ProviderError | Outcome::ToolError => StatusCode::BAD_GATEWAY,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let detail = result
        .message
        .clone()
        .unwrap_or_else(|| "the run has no answer".to_owned());
    Err(Problem::new(status, result.outcome.name(), detail))
}

/// Returns the completion that a client expects.
fn completion(result: &RunResult) -> Value {
    json!({
        "id": format!("chatcmpl-{}", result.run),
        "object": "chat.completion",
        "created": now().0 / 1_000,
        "model": MODEL,
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": result.answer, "refusal": null},
            "finish_reason": finish_reason(result),
            "logprobs": null,
        }],
        "usage": usage(result),
        "rlm": extra(result),
    })
}

/// Returns `length` for a partial answer, as for a reply that was cut.
pub(super) fn finish_reason(result: &RunResult) -> &'static str {
    match result.outcome {
        Outcome::Complete => "stop",
        _ => "length",
    }
}

pub(super) fn usage(result: &RunResult) -> Value {
    let usage = result.totals.usage();
    json!({
        "prompt_tokens": usage.input.0,
        "completion_tokens": usage.output.0,
        "total_tokens": usage.total().0,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input.0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning.0},
    })
}

/// Returns what the standard has no field for.
pub(super) fn extra(result: &RunResult) -> Value {
    let mut fields = Map::new();
    fields.insert("run".to_owned(), json!(result.run));
    fields.insert("outcome".to_owned(), result.outcome.name().into());
    fields.insert("citations".to_owned(), json!(result.citations));
    fields.insert("cost_usd".to_owned(), json!(dollars(result.totals.cost())));
    fields.insert("steps".to_owned(), result.totals.turns.into());
    fields.insert("calls".to_owned(), result.totals.calls().into());
    Value::Object(fields)
}
