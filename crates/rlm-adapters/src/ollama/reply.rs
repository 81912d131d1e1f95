//! Parses the responses of the Ollama API.

use rlm_model::{Finish, Usage};
use serde_json::Value;

use crate::provider::{Assembly, Fault, stated_error, text_of, tokens_at};

/// Parses a response of the Ollama API, or a line of a streamed one, which has the same format.
pub(super) fn read(body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
    stated_error(body)?;
    let message = body.get("message").ok_or(Fault::Lacks("`message`"))?;
    reply.text.push_str(text_of(message, "content").unwrap_or_default());
    reply
        .reasoning
        .push_str(text_of(message, "thinking").unwrap_or_default());
    let calls = message.get("tool_calls").and_then(Value::as_array);
    for function in calls.into_iter().flatten().filter_map(|call| call.get("function")) {
        // Each call is complete.
        let number = reply.tool_calls.len() as u64;
        let call = reply.tool_calls.entry(number).or_default();
        call.name.push_str(text_of(function, "name").unwrap_or_default());
        let arguments = function.get("arguments").map(Value::to_string);
        call.arguments.push_str(&arguments.unwrap_or_default());
    }
    if body.get("done").and_then(Value::as_bool) == Some(true) {
        reply.is_done = true;
        reply.finish = Some(match text_of(body, "done_reason") {
            Some("stop") => Finish::Stop,
            Some("length") => Finish::Length,
            _ => Finish::Other,
        });
        reply.usage = usage(body);
    }
    Ok(())
}

fn usage(body: &Value) -> Option<Usage> {
    Some(Usage {
        input: tokens_at(body, "/prompt_eval_count")?,
        output: tokens_at(body, "/eval_count")?,
        ..Usage::default()
    })
}
