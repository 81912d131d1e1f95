//! Parses the responses of the chat completions API.

use rlm_model::{Finish, Usage};
use serde_json::Value;

use crate::provider::{Assembly, Fault, ToolCall, first_of, json_of, micro_dollars, stated_error, text_of, tokens_at};
use crate::transport::Event;

/// Parses a chat completion that is not streamed.
pub(crate) fn read(body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
    let first = first_of(body, "choices").or_else(|| body.pointer("/choices/0"));
    let Some(choice) = first else {
        // Some gateways report the provider's error with status 200.
        stated_error(body)?;
        return Err(Fault::Lacks("`choices`"));
    };
    stated_error(choice)?;
    read_message(choice.get("message").unwrap_or(&Value::Null), reply);
    reply.finish = Some(finish(choice).unwrap_or(Finish::Other));
    reply.usage = usage(body);
    Ok(())
}

/// Parses a chunk of a streamed chat completion.
pub(crate) fn read_event(event: &Event, reply: &mut Assembly) -> Result<(), Fault> {
    if event.data.trim() == "[DONE]" {
        reply.is_done = true;
        return Ok(());
    }
    let chunk = json_of(event)?;
    stated_error(&chunk)?;
    // The last chunk has usage and no choice.
    reply.usage = usage(&chunk).or(reply.usage);
    let Some(choice) = first_of(&chunk, "choices") else {
        return Ok(());
    };
    stated_error(choice)?;
    let piece = choice.get("delta").or_else(|| choice.get("message"));
    read_message(piece.unwrap_or(&Value::Null), reply);
    reply.finish = finish(choice).or(reply.finish);
    Ok(())
}

/// Adds a message of a chat completion, or a piece of one, to the reply: text as a string or a list
/// of typed parts, reasoning in either of two fields, and tool calls.
fn read_message(message: &Value, reply: &mut Assembly) {
    match message.get("content") {
        Some(Value::String(text)) => reply.text.push_str(text),
        Some(Value::Array(parts)) => reply.text.extend(parts.iter().filter_map(|part| text_of(part, "text"))),
        _ => {}
    }
    let reasoning = text_of(message, "reasoning_content").or_else(|| text_of(message, "reasoning"));
    reply.reasoning.push_str(reasoning.unwrap_or_default());
    reply.refusal.push_str(text_of(message, "refusal").unwrap_or_default());
    let calls = message.get("tool_calls").and_then(Value::as_array);
    for (place, call) in (0_u64..).zip(calls.into_iter().flatten()) {
        let number = call.get("index").and_then(Value::as_u64).unwrap_or(place);
        read_tool_call(call, reply.tool_calls.entry(number).or_default());
    }
}

/// Adds a tool call of a chat completion, or a piece of one, to the tool call so far. Pieces of
/// custom tools have `custom.input` instead of `function.arguments`, which the API reference
/// doesn't mention: <https://github.com/openai/openai-openapi/issues/576> (read in November 2026).
fn read_tool_call(piece: &Value, call: &mut ToolCall) {
    if let Some(custom) = piece.get("custom") {
        call.name.push_str(text_of(custom, "name").unwrap_or_default());
        call.arguments.push_str(text_of(custom, "input").unwrap_or_default());
    }
    let Some(function) = piece.get("function") else {
        return;
    };
    call.name.push_str(text_of(function, "name").unwrap_or_default());
    match function.get("arguments") {
        Some(Value::String(text)) => call.arguments.push_str(text),
        Some(Value::Null) | None => {}
        Some(other) => call.arguments.push_str(&other.to_string()),
    }
}

fn finish(choice: &Value) -> Option<Finish> {
    Some(match choice.get("finish_reason")?.as_str()? {
        "stop" => Finish::Stop,
        "length" => Finish::Length,
        "content_filter" => Finish::Filtered,
        _ => Finish::Other,
    })
}

/// Parses the token usage in a chat completion. Returns `None` if the server reports no complete
/// usage.
fn usage(body: &Value) -> Option<Usage> {
    let report = body.get("usage")?;
    let count = |pointer: &str| tokens_at(report, pointer);
    Some(Usage {
        input: count("/prompt_tokens")?,
        cached_input: count("/prompt_tokens_details/cached_tokens")
            .or_else(|| count("/prompt_cache_hit_tokens"))
            .unwrap_or_default(),
        cache_written: count("/prompt_tokens_details/cache_write_tokens").unwrap_or_default(),
        output: count("/completion_tokens")?,
        reasoning: count("/completion_tokens_details/reasoning_tokens").unwrap_or_default(),
        reported_cost: report.get("cost").and_then(Value::as_f64).and_then(micro_dollars),
        estimated: false,
    })
}
