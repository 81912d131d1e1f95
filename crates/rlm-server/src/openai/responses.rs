//! `/v1/responses`: runs as OpenAI's responses, which may go on in the background.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::{StreamExt as _, stream};
use rlm_core::TaskSpec;
use rlm_model::RunId;
use rlm_prompt::{Exchange, SessionState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{answered, begin, join_or_start};
use super::chat::{Options, extra};
use super::messages::{Asked, Message, asked};
use super::stream::{HEARTBEAT, pieces};
use super::{MODEL, check_model};
use crate::http::body::RawBody;
use crate::http::caller::{Asker, Reader};
use crate::http::problem::Problem;
use crate::runs::active::{Client, Execution};
use crate::runs::background::BackgroundRun;
use crate::runs::events::records;
use crate::runs::recorded;
use crate::runs::run_object::{RunObject, RunStatus};
use crate::state::{AppState, Tenant};

/// The prefix of the ids of responses.
const PREFIX: &str = "resp_";

/// A request for a response. Fields that have no meaning for a run are ignored.
#[derive(Debug, Deserialize)]
struct NewResponse {
    model: String,
    input: Input,
    #[serde(default)]
    instructions: Option<String>,
    #[serde(default)]
    previous_response_id: Option<String>,
    #[serde(default)]
    background: bool,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    temperature: Option<f64>,
    #[serde(default)]
    text: TextOptions,
    #[serde(default)]
    rlm: Options,
}

/// What a response is about: a text, or messages.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Input {
    Text(String),
    Messages(Vec<Message>),
}

#[derive(Debug, Default, Deserialize)]
struct TextOptions {
    #[serde(default)]
    format: Option<Format>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Format {
    Text,
    JsonObject,
    JsonSchema { schema: Value },
}

/// Answers a question. In the background, returns at once.
#[utoipa::path(
    post, path = "/v1/responses", tag = "openai", request_body = Object,
    responses(
        (status = 200, body = Object, description = "A response, or its events as server-sent events."),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn create(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    body: RawBody,
) -> Result<Response, Problem> {
    let new: NewResponse = body.json()?;
    check_model(&new.model)?;
    let mut messages = match new.input {
        Input::Text(text) => vec![Message::of_text("user", text)],
        Input::Messages(messages) => messages,
    };
    if let Some(instructions) = new.instructions {
        messages.insert(0, Message::of_text("system", instructions));
    }
    let mut asked = asked(&messages)?;
    asked.files.extend(new.rlm.contexts.iter().cloned());
    let earlier = match &new.previous_response_id {
        Some(id) => continued(&tenant, &run_id(id)?, &mut asked).await?,
        None => Vec::new(),
    };
    let mut task = TaskSpec {
        temperature: new.temperature,
        answer_schema: match new.text.format {
            None | Some(Format::Text) => None,
            Some(Format::JsonObject) => Some(Arc::new(json!({"type": "object"}))),
            Some(Format::JsonSchema { schema }) => Some(Arc::new(schema)),
        },
        ..TaskSpec::default()
    };
    task.budget.max_steps = new.rlm.max_steps;
    if new.background {
        let background = Some(BackgroundRun::default());
        let execution = begin(&state, &tenant, asked, earlier, task, background).await?;
        if new.stream {
            return Ok(streamed(&tenant, execution, None)?.into_response());
        }
        return Ok(Json(object(&RunObject::running(&execution.id))).into_response());
    }
    let (execution, client) = if earlier.is_empty() {
        join_or_start(&state, &tenant, body.text(), asked, task).await?
    } else {
        let execution = begin(&state, &tenant, asked, earlier, task, None).await?;
        let client = Client::new(&execution);
        (execution, client)
    };
    if new.stream {
        return Ok(streamed(&tenant, execution, Some(client))?.into_response());
    }
    let ended = execution.ended().await;
    let run = answered(ended.as_deref())?;
    Ok(Json(object(run)).into_response())
}

/// Returns a response, with its text once the run has ended.
#[utoipa::path(
    get, path = "/v1/responses/{id}", tag = "openai", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn get(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    read(&tenant, run_id(&id)?).await
}

/// Cancels a response.
#[utoipa::path(
    post, path = "/v1/responses/{id}/cancel", tag = "openai", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn cancel(Asker(tenant): Asker, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let id = run_id(&id)?;
    if let Some(execution) = tenant.executions.get(&id) {
        execution.cancel.cancel();
        execution.ended().await;
    }
    read(&tenant, id).await
}

/// Removes a response with the journal of its run.
#[utoipa::path(
    delete, path = "/v1/responses/{id}", tag = "openai", params(("id" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = Object, description = "An error in OpenAI's form."),
    ),
)]
pub(super) async fn delete(asker: Asker, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    crate::api::delete_run(asker, run_id(&id)?).await?;
    Ok(Json(json!({"id": id, "object": "response", "deleted": true})))
}

/// Adds the conversation of a response that is continued, and returns its documents.
async fn continued(tenant: &Arc<Tenant>, id: &RunId, asked: &mut Asked) -> Result<Vec<(String, String)>, Problem> {
    let (tenant, id) = (Arc::clone(tenant), id.clone());
    let read = tokio::task::spawn_blocking(move || {
        let run = recorded::read(&tenant, &id).map_err(|_| Problem::not_found("response"))?;
        let started = recorded::started(&run)?.clone();
        Ok::<_, Problem>((started, tenant.run(&id)?))
    });
    let (started, run) = read.await.map_err(|cause| Problem::internal(&cause))??;
    let session = started.settings.get("session").cloned().unwrap_or_default();
    let session: Option<SessionState> = serde_json::from_value(session).unwrap_or_default();
    let mut session = session.unwrap_or_default();
    session.earlier.push(Exchange {
        question: started.question.clone(),
        answer: run.answer.unwrap_or_default(),
    });
    session
        .earlier
        .extend(asked.session.take().into_iter().flat_map(|session| session.earlier));
    asked.session = Some(session);
    let documents = started.context.iter().filter_map(|source| {
        let location = source.location.clone()?;
        Some((source.name.to_string(), location))
    });
    Ok(documents.collect())
}

async fn read(tenant: &Arc<Tenant>, id: RunId) -> Result<Json<Value>, Problem> {
    let tenant = Arc::clone(tenant);
    let read = tokio::task::spawn_blocking(move || tenant.run(&id)).await;
    let run = read.map_err(|cause| Problem::internal(&cause))?;
    Ok(Json(object(&run.map_err(|_| Problem::not_found("response"))?)))
}

/// Streams a response: its text in pieces, within the events that the official clients assemble.
fn streamed(
    tenant: &Tenant,
    execution: Arc<Execution>,
    client: Option<Client>,
) -> Result<Sse<impl futures::Stream<Item = Result<SseEvent, std::convert::Infallible>> + use<>>, Problem> {
    let running = object(&RunObject::running(&execution.id));
    let first = [
        json!({"type": "response.created", "response": running}),
        json!({"type": "response.in_progress", "response": running}),
    ];
    // The events of the run keep the stream going, and tell when it has ended.
    let steps = records(tenant, &execution.id, 0)?.filter_map(async |_| None::<Value>);
    let last = stream::once(async move {
        let ended = execution.ended().await;
        drop(client);
        let events = match answered(ended.as_deref()) {
            Ok(run) => text_events(run),
            Err(problem) => {
                let mut failed = ended.as_deref().map_or(running, |ended| object(&ended.run));
                set(
                    &mut failed,
                    "error",
                    json!({"code": problem.code, "message": problem.detail}),
                );
                set(&mut failed, "status", "failed".into());
                vec![json!({"type": "response.failed", "response": failed})]
            }
        };
        stream::iter(events)
    });
    let events = stream::iter(first).chain(steps).chain(last.flatten()).enumerate();
    let events = events.filter_map(|(number, mut event)| async move {
        set(&mut event, "sequence_number", number.into());
        let name = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        // A JSON value can always be serialized.
        SseEvent::default().event(name).json_data(event).ok().map(Ok)
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

fn text_events(run: &RunObject) -> Vec<Value> {
    let text = run.answer.as_deref().unwrap_or_default();
    let (item, part) = (message(run), output_text(text));
    let id = item.get("id").cloned();
    let mut empty = item.clone();
    set(&mut empty, "content", json!([]));
    set(&mut empty, "status", "in_progress".into());
    let within = |kind: &str| json!({"type": kind, "item_id": id, "output_index": 0, "content_index": 0});
    let mut events = vec![json!({"type": "response.output_item.added", "output_index": 0, "item": empty})];
    let mut add = |kind: &str, field: &str, value: Value| {
        let mut event = within(kind);
        set(&mut event, field, value);
        if kind.starts_with("response.output_text") {
            set(&mut event, "logprobs", json!([]));
        }
        events.push(event);
    };
    add("response.content_part.added", "part", output_text(""));
    for piece in pieces(text) {
        add("response.output_text.delta", "delta", piece.into());
    }
    add("response.output_text.done", "text", text.into());
    add("response.content_part.done", "part", part);
    events.push(json!({"type": "response.output_item.done", "output_index": 0, "item": item}));
    let done = object(run);
    let kind = match done.get("status").and_then(Value::as_str) {
        Some("incomplete") => "response.incomplete",
        _ => "response.completed",
    };
    events.push(json!({"type": kind, "response": done}));
    events
}

/// Returns the response that a client expects.
fn object(run: &RunObject) -> Value {
    let is_partial = run.outcome.as_deref().is_some_and(|outcome| outcome != "complete");
    let status = match run.status {
        RunStatus::Running => "in_progress",
        RunStatus::Completed if is_partial => "incomplete",
        RunStatus::Completed => "completed",
        RunStatus::Cancelled => "cancelled",
        RunStatus::Failed | RunStatus::Interrupted => "failed",
    };
    let error = run.error.as_ref().filter(|_| status == "failed");
    let output = if run.answer.is_some() {
        vec![message(run)]
    } else {
        Vec::new()
    };
    let usage = &run.usage;
    let usage = json!({
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    });
    json!({
        "id": format!("{PREFIX}{}", run.id),
        "object": "response",
        "created_at": run.created.unwrap_or_else(|| crate::runs::ids::now().0) / 1_000,
        "status": status,
        "error": error.map(|error| json!({"code": error.code, "message": error.message})),
        "incomplete_details": (status == "incomplete").then(|| json!({"reason": "max_output_tokens"})),
        "instructions": null,
        "metadata": {},
        "model": MODEL,
        "output": output,
        "parallel_tool_calls": false,
        "temperature": null,
        "tool_choice": "auto",
        "tools": [],
        "top_p": null,
        "usage": (run.status != RunStatus::Running).then_some(usage),
        "rlm": extra(run),
    })
}

fn message(run: &RunObject) -> Value {
    let text = run.answer.as_deref().unwrap_or_default();
    json!({
        "type": "message",
        "id": format!("msg_{}", run.id),
        "status": "completed",
        "role": "assistant",
        "content": [output_text(text)],
    })
}

fn output_text(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

fn set(object: &mut Value, field: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}

fn run_id(text: &str) -> Result<RunId, Problem> {
    let id = text.strip_prefix(PREFIX).and_then(|id| id.parse().ok());
    id.ok_or_else(|| Problem::not_found("response"))
}
