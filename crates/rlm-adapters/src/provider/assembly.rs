//! The assembly of a model's reply from a response or from the pieces of a stream.

use std::collections::BTreeMap;

use rlm_model::{Finish, ModelError, ModelErrorKind, ModelIdentity, Reply, ReplyNote, Request, Tokens, Usage};
use serde_json::Value;

use super::wire::tokens_estimate;
use crate::transport::{MAX_REPLY_BYTES, one_line};

/// The minimum output limit, in tokens, of a retry after a reply without text.
const LEAST_ROOM: u64 = 4_096;
/// The factor by which the output limit grows for a retry after a reply without text.
const MORE: u64 = 4;

/// A tool call in a response. It is a call of the tool that carries a grammar, or of a tool that
/// the model made up.
#[derive(Debug, Default)]
pub(crate) struct ToolCall {
    pub(crate) name: String,
    pub(crate) arguments: String,
}

/// The content of a response so far, from which the reply is assembled.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    /// The tool calls in the response, keyed by their number in the message.
    pub(crate) tool_calls: BTreeMap<u64, ToolCall>,
    pub(crate) refusal: String,
    pub(crate) usage: Option<Usage>,
    pub(crate) finish: Option<Finish>,
    /// Whether the stream of the response has signalled its end.
    pub(crate) is_done: bool,
}

impl Assembly {
    /// Returns `true` if any content of the response has arrived.
    pub(crate) fn has_begun(&self) -> bool {
        !(self.text.is_empty() && self.reasoning.is_empty() && self.refusal.is_empty() && self.tool_calls.is_empty())
    }

    /// Returns `true` if the reply is complete. A stream that ends earlier is truncated.
    pub(crate) const fn is_whole(&self) -> bool {
        self.is_done || self.finish.is_some()
    }

    /// Returns `true` if the content of the response exceeds the maximum length of a reply.
    pub(crate) fn is_too_long(&self) -> bool {
        let calls: usize = self.tool_calls.values().map(|call| call.arguments.len()).sum();
        (self.text.len() + self.reasoning.len() + self.refusal.len() + calls) as u64 > MAX_REPLY_BYTES
    }

    /// Turns the assembled content into the model's reply, or into an error if there is no text.
    pub(crate) fn conclude(
        mut self,
        identity: &ModelIdentity,
        request: &Request,
        notes: Vec<ReplyNote>,
    ) -> Result<Reply, ModelError> {
        if self.text.trim().is_empty() && !self.tool_calls.is_empty() {
            // Tool calls of a model that was given no tools are converted to the notation of chat
            // templates, which the loop parses.
            let calls: Vec<String> = self.tool_calls.values().map(ToolCall::shown).collect();
            self.text = calls.join("\n");
        }
        let usage = self.usage.unwrap_or_else(|| Usage {
            input: request.input_tokens_estimate(),
            output: tokens_estimate(&self.text).saturating_add(tokens_estimate(&self.reasoning)),
            estimated: true,
            ..Usage::default()
        });
        if self.text.trim().is_empty() {
            return Err(ModelError {
                usage: Some(Box::new(usage)),
                ..self.empty(identity, request, &usage)
            });
        }
        Ok(Reply {
            text: self.text,
            reasoning: Some(self.reasoning).filter(|reasoning| !reasoning.is_empty()),
            usage,
            finish: self.finish.unwrap_or(Finish::Other),
            notes,
        })
    }

    fn empty(&self, identity: &ModelIdentity, request: &Request, usage: &Usage) -> ModelError {
        let limit = request.parameters.max_output;
        let error = |message: String| ModelError::new(ModelErrorKind::EmptyReply, message);
        if !self.refusal.is_empty() {
            let refusal = one_line(&self.refusal, 200);
            return error(format!("{identity} refused to answer: {refusal}"));
        }
        let more_room = Some(Tokens(limit.0.saturating_mul(MORE).max(LEAST_ROOM)));
        match self.finish {
            Some(Finish::Length) => ModelError {
                more_room,
                ..error(format!(
                    "{identity} wrote no text: thinking used up its output limit ({} of {limit} tokens)",
                    usage.output
                ))
            }
            .with_hint("raise the output limit, or lower the reasoning effort"),
            Some(Finish::Filtered) => error(format!(
                "{identity} sent no text: the provider's content filter removed it"
            )),
            _ => ModelError {
                more_room,
                ..error(format!("{identity} sent an empty reply"))
            },
        }
    }
}

impl ToolCall {
    fn shown(&self) -> String {
        let arguments = serde_json::from_str(&self.arguments).unwrap_or_else(|_| Value::String(self.arguments.clone()));
        let call = serde_json::json!({"name": self.name, "arguments": arguments});
        format!("<tool_call>\n{call}\n</tool_call>")
    }
}
