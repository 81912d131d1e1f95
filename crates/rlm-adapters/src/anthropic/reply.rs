//! Parses the responses of the Messages API.

use rlm_model::{Finish, Tokens, Usage};
use serde_json::Value;

use crate::provider::{Assembly, Fault, json_of, stated_error, text_of, tokens_at};
use crate::transport::Event;

/// Parses a response of the Messages API that is not streamed.
pub(super) fn read(body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
    stated_error(body)?;
    let blocks = body.get("content").and_then(Value::as_array);
    let blocks = blocks.ok_or(Fault::Lacks("`content`"))?;
    for (number, block) in (0..).zip(blocks) {
        read_block(number, block, reply);
    }
    reply.finish = Some(body.get("stop_reason").map_or(Finish::Other, finish));
    read_usage(body, reply);
    Ok(())
}

/// Parses an event of a streamed response of the Messages API.
pub(super) fn read_event(event: &Event, reply: &mut Assembly) -> Result<(), Fault> {
    let event = json_of(event)?;
    stated_error(&event)?;
    let number = event.get("index").and_then(Value::as_u64).unwrap_or_default();
    match text_of(&event, "type") {
        Some("message_start") => read_usage(event.get("message").unwrap_or(&Value::Null), reply),
        Some("content_block_start") => read_block(number, event.get("content_block").unwrap_or(&Value::Null), reply),
        Some("content_block_delta") => read_delta(number, event.get("delta").unwrap_or(&Value::Null), reply),
        Some("message_delta") => {
            let reason = event.pointer("/delta/stop_reason").filter(|reason| !reason.is_null());
            reply.finish = reason.map(finish).or(reply.finish);
            read_usage(&event, reply);
        }
        Some("message_stop") => reply.is_done = true,
        // A ping, the end of a block, or an event type that is not known yet.
        _ => {}
    }
    Ok(())
}

fn read_block(number: u64, block: &Value, reply: &mut Assembly) {
    match text_of(block, "type") {
        Some("text") => reply.text.push_str(text_of(block, "text").unwrap_or_default()),
        Some("thinking") => reply.reasoning.push_str(text_of(block, "thinking").unwrap_or_default()),
        Some("tool_use") => {
            let call = reply.tool_calls.entry(number).or_default();
            call.name.push_str(text_of(block, "name").unwrap_or_default());
            // In a stream, the arguments follow in pieces, and this field is an empty object.
            let input = block
                .get("input")
                .filter(|input| input.as_object().is_none_or(|fields| !fields.is_empty()));
            call.arguments
                .push_str(&input.map(Value::to_string).unwrap_or_default());
        }
        _ => {}
    }
}

fn read_delta(number: u64, delta: &Value, reply: &mut Assembly) {
    match text_of(delta, "type") {
        Some("text_delta") => reply.text.push_str(text_of(delta, "text").unwrap_or_default()),
        Some("thinking_delta") => reply.reasoning.push_str(text_of(delta, "thinking").unwrap_or_default()),
        Some("input_json_delta") => {
            let call = reply.tool_calls.entry(number).or_default();
            call.arguments
                .push_str(text_of(delta, "partial_json").unwrap_or_default());
        }
        _ => {}
    }
}

fn finish(reason: &Value) -> Finish {
    match reason.as_str() {
        Some("end_turn" | "stop_sequence") => Finish::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("refusal") => Finish::Filtered,
        _ => Finish::Other,
    }
}

/// Parses the token usage in `holder`, a response or an event. The Messages API reports tokens read
/// from the cache and written to it separately from the other input. Counts of later events replace
/// those of earlier ones.
fn read_usage(holder: &Value, reply: &mut Assembly) {
    let Some(report) = holder.get("usage") else {
        return;
    };
    let count = |name: &str| tokens_at(report, name);
    let mut usage = reply.usage.unwrap_or_default();
    if let Some(fresh) = count("/input_tokens") {
        usage.cached_input = count("/cache_read_input_tokens").unwrap_or_default();
        usage.cache_written = count("/cache_creation_input_tokens").unwrap_or_default();
        usage.input = fresh
            .saturating_add(usage.cached_input)
            .saturating_add(usage.cache_written);
    }
    usage.output = count("/output_tokens").unwrap_or(usage.output);
    usage.reasoning = count("/output_tokens_details/thinking_tokens").unwrap_or(usage.reasoning);
    if usage != Usage::default() || usage.input > Tokens(0) {
        reply.usage = Some(usage);
    }
}
