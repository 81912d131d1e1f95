//! Parses the responses of `generateContent`.

use rlm_model::{Finish, Usage};
use serde_json::Value;

use crate::provider::{Assembly, Fault, first_of, stated_error, text_of, tokens_at};

/// Parses a response of `generateContent`, or an event of a streamed one, which has the same
/// format.
pub(super) fn read(body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
    stated_error(body)?;
    reply.usage = usage(body).or(reply.usage);
    if let Some(reason) = body.pointer("/promptFeedback/blockReason").and_then(Value::as_str) {
        reply.refusal = format!("the prompt was blocked ({reason})");
        reply.finish = Some(Finish::Filtered);
        return Ok(());
    }
    let Some(candidate) = first_of(body, "candidates") else {
        // The last event of a stream may contain only the usage, and another event a piece of
        // another candidate.
        return if reply.usage.is_some() || body.pointer("/candidates/0").is_some() {
            Ok(())
        } else {
            Err(Fault::Lacks("`candidates`"))
        };
    };
    let parts = candidate.pointer("/content/parts").and_then(Value::as_array);
    for part in parts.into_iter().flatten() {
        read_part(part, reply);
    }
    reply.finish = text_of(candidate, "finishReason").map(finish).or(reply.finish);
    Ok(())
}

fn read_part(part: &Value, reply: &mut Assembly) {
    let text = text_of(part, "text").unwrap_or_default();
    if part.get("thought").and_then(Value::as_bool) == Some(true) {
        reply.reasoning.push_str(text);
    } else {
        reply.text.push_str(text);
    }
    if let Some(function) = part.get("functionCall") {
        let number = reply.tool_calls.len() as u64;
        let call = reply.tool_calls.entry(number).or_default();
        call.name.push_str(text_of(function, "name").unwrap_or_default());
        let arguments = function.get("args").map(Value::to_string);
        call.arguments.push_str(&arguments.unwrap_or_default());
    }
}

fn finish(reason: &str) -> Finish {
    match reason {
        "STOP" => Finish::Stop,
        "MAX_TOKENS" => Finish::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => Finish::Filtered,
        _ => Finish::Other,
    }
}

/// Parses the token usage of a response. Thoughts are counted separately from the tokens of the
/// candidate (the reply), and billed like them.
fn usage(body: &Value) -> Option<Usage> {
    let report = body.get("usageMetadata")?;
    let count = |name: &str| tokens_at(report, name);
    let reasoning = count("/thoughtsTokenCount").unwrap_or_default();
    Some(Usage {
        input: count("/promptTokenCount")?,
        cached_input: count("/cachedContentTokenCount").unwrap_or_default(),
        output: count("/candidatesTokenCount")
            .unwrap_or_default()
            .saturating_add(reasoning),
        reasoning,
        ..Usage::default()
    })
}
