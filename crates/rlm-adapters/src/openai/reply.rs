//! From the body of a successful call to a reply.

use rlm_model::{Finish, ModelError, ModelErrorKind, ModelIdentity, Money, Reply, Request, Tokens, Usage};
use serde_json::Value;

use super::{failure, tokens_estimate};
use crate::transport::one_line;

/// Reads a completion.
pub(crate) fn decode(identity: &ModelIdentity, request: &Request, body: &[u8]) -> Result<Reply, ModelError> {
    let body: Value = serde_json::from_slice(body).map_err(|error| not_json(identity, body, &error))?;
    let Some(choice) = body.pointer("/choices/0") else {
        // Some gateways report the provider's error with status 200.
        return Err(failure::in_body(identity, &body).unwrap_or_else(|| no_choice(identity, &body)));
    };
    if let Some(error) = failure::in_body(identity, choice) {
        return Err(error);
    }
    let message = choice.get("message").unwrap_or(&Value::Null);
    let reasoning = text_of(message, "reasoning_content").or_else(|| text_of(message, "reasoning"));
    let text = content(message);
    let finish = finish(choice);
    let usage = usage(&body).unwrap_or_else(|| Usage {
        input: request.input_tokens_estimate(),
        output: tokens_estimate(&text).saturating_add(tokens_estimate(reasoning.unwrap_or_default())),
        estimated: true,
        ..Usage::default()
    });
    if text.trim().is_empty() {
        return Err(ModelError {
            usage: Some(Box::new(usage)),
            ..empty(identity, request, message, finish, &usage)
        });
    }
    Ok(Reply {
        text,
        reasoning: reasoning.map(str::to_owned),
        usage,
        finish,
        notes: Vec::new(),
    })
}

fn text_of<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// Joins the text of a message: a string, or a list of typed parts. A model that answers with tool calls although it was
/// given no tools is passed on in the notation of its chat template, which the loop reads.
fn content(message: &Value) -> String {
    let text = match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| text_of(part, "text")).collect(),
        _ => String::new(),
    };
    let calls = message.get("tool_calls").and_then(Value::as_array);
    match calls {
        Some(calls) if text.trim().is_empty() => calls.iter().filter_map(tool_call).collect::<Vec<_>>().join("\n"),
        _ => text,
    }
}

fn tool_call(call: &Value) -> Option<String> {
    let function = call.get("function")?;
    let arguments = match function.get("arguments")? {
        Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
        other => other.clone(),
    };
    let call = serde_json::json!({"name": function.get("name")?, "arguments": arguments});
    Some(format!("<tool_call>\n{call}\n</tool_call>"))
}

fn finish(choice: &Value) -> Finish {
    match choice.get("finish_reason").and_then(Value::as_str) {
        Some("stop") => Finish::Stop,
        Some("length") => Finish::Length,
        Some("content_filter") => Finish::Filtered,
        _ => Finish::Other,
    }
}

/// Reads the usage; none where the server reports no usable one.
fn usage(body: &Value) -> Option<Usage> {
    let report = body.get("usage")?;
    let count = |pointer: &str| report.pointer(pointer).and_then(Value::as_u64).map(Tokens);
    Some(Usage {
        input: count("/prompt_tokens")?,
        cached_input: count("/prompt_tokens_details/cached_tokens")
            .or_else(|| count("/prompt_cache_hit_tokens"))
            .unwrap_or_default(),
        output: count("/completion_tokens")?,
        reasoning: count("/completion_tokens_details/reasoning_tokens").unwrap_or_default(),
        reported_cost: report.get("cost").and_then(Value::as_f64).and_then(micro_dollars),
        estimated: false,
    })
}

/// Turns dollars that a gateway reports as a float into money, rounded up.
fn micro_dollars(dollars: f64) -> Option<Money> {
    let micros = (dollars * 1e6).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the range that the condition allows"
    )]
    (0.0..=9e15).contains(&micros).then_some(Money(micros as u64))
}

fn empty(identity: &ModelIdentity, request: &Request, message: &Value, finish: Finish, usage: &Usage) -> ModelError {
    let limit = request.parameters.max_output;
    let error = |message: String| ModelError::new(ModelErrorKind::EmptyReply, message);
    if let Some(refusal) = text_of(message, "refusal") {
        let refusal = one_line(refusal, 200);
        return error(format!("{identity} refused to answer: {refusal}"));
    }
    match finish {
        Finish::Length => error(format!(
            "{identity} wrote no text: thinking used up its output limit ({} of {limit} tokens)",
            usage.output
        ))
        .with_hint("raise the output limit, or lower the reasoning effort"),
        Finish::Filtered => error(format!(
            "{identity} sent no text: the provider's content filter took it out"
        )),
        Finish::Stop | Finish::Other => error(format!("{identity} sent an empty reply")),
    }
}

fn malformed(message: String) -> ModelError {
    ModelError {
        status: Some(200),
        ..ModelError::new(ModelErrorKind::MalformedReply, message)
    }
    .with_hint("is this base URL a chat-completions server's, and does it end as it should (often with /v1)?")
}

fn not_json(identity: &ModelIdentity, body: &[u8], error: &serde_json::Error) -> ModelError {
    let start = one_line(&String::from_utf8_lossy(body.get(..200).unwrap_or(body)), 60);
    malformed(format!(
        "{identity} at {} sent {} bytes that are not JSON ({error}), starting `{start}`",
        identity.endpoint,
        body.len()
    ))
}

fn no_choice(identity: &ModelIdentity, body: &Value) -> ModelError {
    let start = one_line(&body.to_string(), 60);
    malformed(format!(
        "{identity} at {} sent JSON without `choices`, starting `{start}`",
        identity.endpoint
    ))
}
