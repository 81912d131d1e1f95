//! The Agent Client Protocol, version 1: JSON-RPC over the standard streams of a coding agent.
//!
//! Each call is a session of its own, because a request contains the whole conversation. The client
//! offers no files and no terminals, and rejects requests for permission. What an agent does with
//! tools of its own depends on the agent.
//!
//! Specification: <https://agentclientprotocol.com/protocol/v1/overview>.

use std::sync::Arc;

use rlm_model::{Call, Finish, ModelError, ModelErrorKind, Tokens, Usage};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Answer;
use super::connection::{Connection, OpenCall, Route};
use super::prompt::prompt;
use crate::transport::MAX_REPLY_BYTES;

/// The version of the protocol.
const VERSION: u64 = 1;
/// The code of a JSON-RPC error for an unknown method.
const METHOD_NOT_FOUND: i64 = -32_601;
/// The code of the protocol's error for an agent without credentials.
const AUTHENTICATION_REQUIRED: i64 = -32_000;

/// The facts about an agent from its handshake.
pub(super) struct Agent {
    closes_sessions: bool,
}

/// The end of a turn.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    stop_reason: String,
    #[serde(default)]
    usage: Option<TurnUsage>,
}

/// The usage of a turn, which not all agents report.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TurnUsage {
    input_tokens: u64,
    output_tokens: u64,
    #[serde(default)]
    cached_read_tokens: Option<u64>,
    #[serde(default)]
    cached_write_tokens: Option<u64>,
}

/// Assigns a message of the agent to a call, or responds to it.
pub(super) fn route(message: &Value) -> Route {
    let id = message.get("id");
    match (message.get("method").and_then(Value::as_str), id) {
        (Some(method), Some(id)) => Route::Respond(response(method, id, message)),
        (Some("session/update"), None) => match text_at(message, "/params/sessionId") {
            Some(session) => Route::Session(session.to_owned()),
            None => Route::Invalid,
        },
        (Some(_), None) => Route::Ignore,
        (None, Some(id)) => id.as_u64().map_or(Route::Ignore, Route::Reply),
        (None, None) => Route::Invalid,
    }
}

/// Returns the response to a request of the agent. Permissions are rejected, and all other methods
/// are unknown, because the handshake declares none of them.
fn response(method: &str, id: &Value, request: &Value) -> Value {
    if method != "session/request_permission" {
        let error = json!({"code": METHOD_NOT_FOUND, "message": format!("method not found: {method}")});
        return json!({"jsonrpc": "2.0", "id": id, "error": error});
    }
    let mut options = request
        .pointer("/params/options")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let rejection = options.find(|option| text_at(option, "/kind").is_some_and(|kind| kind.starts_with("reject")));
    let outcome = match rejection {
        Some(option) => json!({"outcome": "selected", "optionId": option.get("optionId")}),
        None => json!({"outcome": "cancelled"}),
    };
    json!({"jsonrpc": "2.0", "id": id, "result": {"outcome": outcome}})
}

/// Prompts the agent in a new session, and collects its message. Dropping the future cancels the
/// turn.
pub(super) async fn answer(process: &Arc<Connection>, call: &Call) -> Result<Answer, ModelError> {
    let agent = process.handshake.get_or_try_init(|| greet(process)).await?;
    let params = json!({"cwd": process.folder(), "mcpServers": []});
    let created = request(process, "session/new", &params).await?;
    let Some(session) = text_at(&created, "/sessionId") else {
        return Err(malformed(process, "the new session has no `sessionId`"));
    };
    let answer = turn(process, session, call).await;
    if agent.closes_sessions {
        // The response doesn't matter.
        drop(send(process, "session/close", &json!({"sessionId": session})));
    }
    answer
}

async fn turn(process: &Arc<Connection>, session: &str, call: &Call) -> Result<Answer, ModelError> {
    let mut open = process.open();
    open.listen(session);
    open.cancel_with(json!({"jsonrpc": "2.0", "method": "session/cancel", "params": {"sessionId": session}}));
    let prompt = json!([{"type": "text", "text": prompt(call)}]);
    let params = json!({"sessionId": session, "prompt": prompt});
    process.send(&json!({"jsonrpc": "2.0", "id": open.id(), "method": "session/prompt", "params": params}));
    let (mut text, mut reasoning) = (String::new(), String::new());
    let message = loop {
        let message = open.next().await?;
        if message.get("method").is_none() {
            break message;
        }
        let piece = text_at(&message, "/params/update/content/text").unwrap_or_default();
        match text_at(&message, "/params/update/sessionUpdate") {
            Some("agent_message_chunk") => text.push_str(piece),
            Some("agent_thought_chunk") => reasoning.push_str(piece),
            _ => {}
        }
        if (text.len() + reasoning.len()) as u64 > MAX_REPLY_BYTES {
            return Err(malformed(
                process,
                &format!("the reply has more than {MAX_REPLY_BYTES} bytes"),
            ));
        }
    };
    let turn = Turn::deserialize(result(process, message)?);
    let turn = turn.map_err(|error| malformed(process, &format!("invalid end of a turn: {error}")))?;
    let finish = match turn.stop_reason.as_str() {
        "end_turn" => Finish::Stop,
        "max_tokens" => Finish::Length,
        "refusal" => Finish::Filtered,
        "cancelled" => return Err(process.error(ModelErrorKind::Connection, "the agent cancelled the turn")),
        _ => Finish::Other,
    };
    Ok(Answer {
        text,
        reasoning: Some(reasoning).filter(|reasoning| !reasoning.is_empty()),
        usage: turn.usage.map(TurnUsage::usage),
        finish,
    })
}

/// Exchanges versions and capabilities. A process that fails to do so is not used again.
async fn greet(process: &Arc<Connection>) -> Result<Agent, ModelError> {
    let mut attempt = Attempt {
        process,
        has_succeeded: false,
    };
    let params = json!({
        "protocolVersion": VERSION,
        "clientCapabilities": {"fs": {"readTextFile": false, "writeTextFile": false}, "terminal": false},
        "clientInfo": {"name": "rlm", "version": env!("CARGO_PKG_VERSION")},
    });
    let greeting = request(process, "initialize", &params).await?;
    let version = greeting.get("protocolVersion").and_then(Value::as_u64);
    if version != Some(VERSION) {
        let version = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
        let detail = format!("unsupported version of the Agent Client Protocol: expected {VERSION}, got {version}");
        return Err(malformed(process, &detail));
    }
    attempt.has_succeeded = true;
    let close = greeting.pointer("/agentCapabilities/sessionCapabilities/close");
    Ok(Agent {
        closes_sessions: close.is_some_and(|close| !close.is_null()),
    })
}

/// A handshake, which retires its process if it fails or is cancelled.
struct Attempt<'a> {
    process: &'a Connection,
    has_succeeded: bool,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if !self.has_succeeded {
            self.process.retire();
        }
    }
}

/// Sends a request.
fn send(process: &Arc<Connection>, method: &str, params: &Value) -> OpenCall {
    let open = process.open();
    process.send(&json!({"jsonrpc": "2.0", "id": open.id(), "method": method, "params": params}));
    open
}

/// Sends a request, and waits for its result.
async fn request(process: &Arc<Connection>, method: &str, params: &Value) -> Result<Value, ModelError> {
    let mut open = send(process, method, params);
    result(process, open.next().await?)
}

/// Returns the result of a response, or its error.
fn result(process: &Connection, mut response: Value) -> Result<Value, ModelError> {
    let Some(error) = response.get("error") else {
        return Ok(response.get_mut("result").map(Value::take).unwrap_or_default());
    };
    let message = text_at(error, "/message").unwrap_or("unknown error");
    let details = text_at(error, "/data").or_else(|| text_at(error, "/data/details"));
    let message = details.map_or_else(|| message.to_owned(), |details| format!("{message}: {details}"));
    Err(match error.get("code").and_then(Value::as_i64) {
        Some(AUTHENTICATION_REQUIRED) => process
            .error(ModelErrorKind::Unauthorized, &message)
            .with_hint("log in with the agent's own program first"),
        Some(-32_602..=-32_600) => process.error(ModelErrorKind::InvalidRequest, &message),
        _ => process.error(ModelErrorKind::Server, &message),
    })
}

/// Returns the text at a JSON pointer.
fn text_at<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

fn malformed(process: &Connection, detail: &str) -> ModelError {
    process.error(ModelErrorKind::MalformedReply, detail)
}

impl TurnUsage {
    fn usage(self) -> Usage {
        let read = self.cached_read_tokens.unwrap_or_default();
        let written = self.cached_write_tokens.unwrap_or_default();
        Usage {
            input: Tokens(self.input_tokens.saturating_add(read).saturating_add(written)),
            cached_input: Tokens(read),
            cache_written: Tokens(written),
            output: Tokens(self.output_tokens),
            ..Usage::default()
        }
    }
}
