//! `/v1/chat/completions`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use rlm_core::TaskSpec;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{answered, join_or_start};
use super::messages::{Message, asked};
use super::{MODEL, check_model, stream};
use crate::http::body::RawBody;
use crate::http::caller::Asker;
use crate::http::problem::Problem;
use crate::runs::ids::now;
use crate::runs::run_object::RunObject;
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
pub(super) struct Options {
    /// Whether a stream has the steps of the run as `reasoning_content`.
    #[serde(default)]
    progress: bool,
    #[serde(default)]
    pub(super) max_steps: Option<u32>,
    /// The ids of contexts or files that the question is about.
    #[serde(default)]
    pub(super) contexts: Vec<String>,
}

/// Answers the last message of a conversation.
#[utoipa::path(
    post, path = "/v1/chat/completions", tag = "openai", request_body = Object,
    responses(
        (status = 200, body = Object, description = "A completion, or its chunks as server-sent events."),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn completions(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    body: RawBody,
) -> Result<Response, Problem> {
    let wanted: Completion = body.json()?;
    check_model(&wanted.model)?;
    if wanted.n.is_some_and(|n| n != 1) {
        return Err(Problem::invalid("`n` is not supported: a run gives one answer"));
    }
    let mut asked = asked(&wanted.messages)?;
    asked.files.extend(wanted.rlm.contexts);
    let mut task = TaskSpec {
        temperature: wanted.temperature,
        answer_schema: schema(wanted.response_format)?.map(Into::into),
        ..TaskSpec::default()
    };
    task.budget.max_steps = wanted.rlm.max_steps;
    let (execution, client) = join_or_start(&state, &tenant, body.text(), asked, task).await?;
    if wanted.stream {
        let options = stream::Options {
            has_usage: wanted.stream_options.include_usage,
            has_progress: wanted.rlm.progress,
        };
        return Ok(stream::respond(&tenant, execution, client, options)?.into_response());
    }
    let ended = execution.ended().await;
    let run = answered(ended.as_deref())?;
    Ok(Json(completion(run)).into_response())
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

/// Returns the completion that a client expects.
fn completion(run: &RunObject) -> Value {
    json!({
        "id": format!("chatcmpl-{}", run.id),
        "object": "chat.completion",
        "created": now().0 / 1_000,
        "model": MODEL,
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": run.answer, "refusal": null},
            "finish_reason": finish_reason(run),
            "logprobs": null,
        }],
        "usage": usage(run),
        "rlm": extra(run),
    })
}

/// Returns `length` for a partial answer, as for a reply that was cut.
pub(super) fn finish_reason(run: &RunObject) -> &'static str {
    match run.outcome.as_deref() {
        Some("complete") => "stop",
        _ => "length",
    }
}

pub(super) fn usage(run: &RunObject) -> Value {
    let usage = &run.usage;
    json!({
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    })
}

/// Returns what the standard has no field for.
pub(super) fn extra(run: &RunObject) -> Value {
    json!({
        "run": run.id,
        "outcome": run.outcome,
        "citations": run.citations,
        "cost_usd": run.cost_usd,
        "steps": run.steps,
        "calls": run.calls,
    })
}
