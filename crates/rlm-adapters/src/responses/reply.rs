//! Parses the responses of the Responses API.

use rlm_model::{Finish, Usage};
use serde_json::{Value, json};

use crate::provider::{Assembly, Fault, json_of, stated_error, text_of, tokens_at};
use crate::transport::Event;

/// Parses a response of the Responses API that is not streamed.
pub(super) fn read(body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
    stated_error(body)?;
    let output = body.get("output").and_then(Value::as_array);
    for (number, item) in (0..).zip(output.ok_or(Fault::Lacks("`output`"))?) {
        read_item(number, item, reply);
    }
    end(body, reply);
    Ok(())
}

/// Parses an event of a streamed response of the Responses API.
pub(super) fn read_event(event: &Event, reply: &mut Assembly) -> Result<(), Fault> {
    if event.data.trim() == "[DONE]" {
        reply.is_done = true;
        return Ok(());
    }
    let event = json_of(event)?;
    let piece = text_of(&event, "delta").unwrap_or_default();
    match text_of(&event, "type") {
        Some("response.output_text.delta") => reply.text.push_str(piece),
        Some("response.refusal.delta") => reply.refusal.push_str(piece),
        Some("response.reasoning_summary_text.delta" | "response.reasoning_text.delta") => {
            reply.reasoning.push_str(piece);
        }
        Some("response.custom_tool_call_input.delta" | "response.function_call_arguments.delta") => {
            let call = reply.tool_calls.entry(number_of(&event)).or_default();
            call.arguments.push_str(piece);
        }
        Some("response.output_item.added") => {
            // The name of the tool; the input follows in pieces.
            let name = event.get("item").and_then(|item| text_of(item, "name"));
            if let Some(name) = name {
                let call = reply.tool_calls.entry(number_of(&event)).or_default();
                call.name.push_str(name);
            }
        }
        Some("response.completed" | "response.incomplete") => {
            let response = event.get("response").unwrap_or(&Value::Null);
            complete(response, reply);
            end(response, reply);
            reply.is_done = true;
        }
        Some("response.failed") => {
            let error = event.pointer("/response/error").cloned().unwrap_or(Value::Null);
            return Err(Fault::Stated(json!({ "error": error })));
        }
        Some("error") => return Err(Fault::Stated(event)),
        _ => stated_error(&event)?,
    }
    Ok(())
}

fn number_of(event: &Value) -> u64 {
    event.get("output_index").and_then(Value::as_u64).unwrap_or_default()
}

/// Completes a streamed reply with the parts of the final response that were not streamed.
fn complete(response: &Value, reply: &mut Assembly) {
    let items = response.get("output").and_then(Value::as_array);
    let mut whole = Assembly::default();
    for (number, item) in (0..).zip(items.into_iter().flatten()) {
        read_item(number, item, &mut whole);
    }
    for (streamed, whole) in [
        (&mut reply.text, whole.text),
        (&mut reply.reasoning, whole.reasoning),
        (&mut reply.refusal, whole.refusal),
    ] {
        if streamed.is_empty() {
            *streamed = whole;
        }
    }
    if !whole.tool_calls.is_empty() {
        reply.tool_calls = whole.tool_calls;
    }
}

fn read_item(number: u64, item: &Value, reply: &mut Assembly) {
    let parts = |key: &str| item.get(key).and_then(Value::as_array).into_iter().flatten();
    match text_of(item, "type") {
        Some("message") => {
            for part in parts("content") {
                reply.text.push_str(text_of(part, "text").unwrap_or_default());
                reply.refusal.push_str(text_of(part, "refusal").unwrap_or_default());
            }
        }
        Some("reasoning") => {
            let texts = parts("summary").chain(parts("content"));
            reply.reasoning.extend(texts.filter_map(|part| text_of(part, "text")));
        }
        Some("function_call" | "custom_tool_call") => {
            let call = reply.tool_calls.entry(number).or_default();
            call.name.push_str(text_of(item, "name").unwrap_or_default());
            let arguments = text_of(item, "arguments").or_else(|| text_of(item, "input"));
            call.arguments.push_str(arguments.unwrap_or_default());
        }
        _ => {}
    }
}

fn end(response: &Value, reply: &mut Assembly) {
    let reason = response.pointer("/incomplete_details/reason").and_then(Value::as_str);
    reply.finish = Some(match (text_of(response, "status"), reason) {
        (_, Some("max_output_tokens")) => Finish::Length,
        (_, Some("content_filter")) => Finish::Filtered,
        (Some("completed"), None) => Finish::Stop,
        _ => Finish::Other,
    });
    reply.usage = usage(response);
}

fn usage(response: &Value) -> Option<Usage> {
    let report = response.get("usage")?;
    let count = |pointer: &str| tokens_at(report, pointer);
    Some(Usage {
        input: count("/input_tokens")?,
        cached_input: count("/input_tokens_details/cached_tokens").unwrap_or_default(),
        output: count("/output_tokens")?,
        reasoning: count("/output_tokens_details/reasoning_tokens").unwrap_or_default(),
        ..Usage::default()
    })
}
