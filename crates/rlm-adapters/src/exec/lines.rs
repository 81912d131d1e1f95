//! The protocol `lines`: JSON lines in both directions, with replies in any order.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::{Call, ModelError, ModelErrorKind, Parameters, Tokens, Usage};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::connection::{Connection, Route};

/// A request line.
#[derive(Serialize)]
struct LineRequest<'a> {
    id: u64,
    class: &'static str,
    messages: Vec<LineMessage>,
    #[serde(flatten)]
    parameters: &'a Parameters,
}

#[derive(Serialize)]
struct LineMessage {
    role: &'static str,
    content: String,
}

/// A reply line, with either a text or an error.
#[derive(Deserialize)]
struct LineReply {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    usage: Option<LineUsage>,
    #[serde(default)]
    error: Option<LineError>,
}

#[derive(Deserialize)]
struct LineUsage {
    input: u64,
    output: u64,
    #[serde(default)]
    cached_input: u64,
}

#[derive(Deserialize)]
struct LineError {
    #[serde(default = "refusal")]
    kind: ModelErrorKind,
    message: String,
    /// Seconds.
    #[serde(default)]
    retry_after: Option<f64>,
}

/// Assigns a line to the call with its id.
pub(super) fn route(line: &Value) -> Route {
    match line.get("id").and_then(Value::as_u64) {
        Some(id) => Route::Reply(id),
        None => Route::Invalid,
    }
}

/// Sends a call to the process, and waits for its reply. Dropping the future sends a cancellation.
pub(super) async fn answer(process: &Arc<Connection>, call: &Call) -> Result<Answer, ModelError> {
    let mut open = process.open();
    let id = open.id();
    let messages = call.request.messages.iter().map(|message| LineMessage {
        role: message.role.as_str(),
        content: message.content(),
    });
    let request = LineRequest {
        id,
        class: if call.id.is_root_model() { "root" } else { "sub" },
        messages: messages.collect(),
        parameters: &call.request.parameters,
    };
    process.send(&request);
    open.cancel_with(json!({"cancel": id}));
    let malformed = |detail: &str| process.error(ModelErrorKind::MalformedReply, detail);
    let reply = LineReply::deserialize(open.next().await?);
    let reply = reply.map_err(|error| malformed(&format!("invalid reply line: {error}")))?;
    match (reply.text, reply.error) {
        (Some(text), None) => Ok(Answer {
            usage: reply.usage.map(LineUsage::usage),
            ..Answer::new(text)
        }),
        (
            None,
            Some(LineError {
                kind,
                message,
                retry_after,
            }),
        ) => Err(ModelError {
            retry_after: retry_after.and_then(|pause| Duration::try_from_secs_f64(pause).ok()),
            ..process.error(kind, &message)
        }),
        _ => Err(malformed("invalid reply line: expected either `text` or `error`")),
    }
}

/// Returns the kind of an error that names none, which is not retried.
const fn refusal() -> ModelErrorKind {
    ModelErrorKind::NoReply
}

impl LineUsage {
    fn usage(self) -> Usage {
        Usage {
            input: Tokens(self.input),
            output: Tokens(self.output),
            cached_input: Tokens(self.cached_input),
            ..Usage::default()
        }
    }
}
