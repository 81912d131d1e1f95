//! Encodes requests for the chat completions API.

use rlm_model::{Message, ReasoningEffort};
use serde::Serialize;
use serde_json::{Value, json};

use crate::provider::{Asked, Base64Image, Constraint, Content, ModelServer, Parameter, to_bytes};

/// Encodes the body of a chat-completions request, in the dialect of the server.
pub(crate) fn encode(asked: &Asked<'_>) -> Vec<u8> {
    let parameters = &asked.request.parameters;
    let messages: Vec<&Message> = asked.request.messages.iter().collect();
    let limit_name = asked.dialect.name(asked.dialect.max_output());
    let limit = |name| (limit_name == Some(name)).then_some(parameters.max_output.0);
    let seed_name = asked.dialect.name(Parameter::Seed);
    let seed = |name| asked.if_accepted(Parameter::Seed, parameters.seed.filter(|_| seed_name == Some(name)));
    to_bytes(&Body {
        model: asked.model,
        messages: wire_messages(asked, &messages),
        max_completion_tokens: limit("max_completion_tokens"),
        max_tokens: limit("max_tokens"),
        temperature: asked.if_accepted(Parameter::Temperature, parameters.temperature),
        seed: seed("seed"),
        random_seed: seed("random_seed"),
        stop: asked.stop(),
        reasoning_effort: asked
            .if_accepted(Parameter::ReasoningEffort, parameters.reasoning_effort)
            .map(ReasoningEffort::as_str),
        stream: asked.streams(),
        stream_options: asked.if_accepted(Parameter::StreamUsage, asked.streams().then_some(WITH_USAGE)),
        form: asked.constraint.as_ref().map(form),
    })
}

/// Encodes the constraint on the reply's format as fields of a chat-completions request.
///
/// Sources (read in November 2026):
/// <https://platform.openai.com/docs/guides/function-calling#custom-tools>,
/// <https://platform.openai.com/docs/guides/structured-outputs>,
/// <https://docs.vllm.ai/en/latest/features/structured_outputs/>,
/// <https://docs.sglang.ai/advanced_features/structured_outputs.html>,
/// <https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md>.
fn form(constraint: &Constraint<'_>) -> Value {
    match constraint {
        Constraint::Tool(grammar) => {
            let grammar_format = json!({"syntax": "lark", "definition": grammar.lark});
            let tool = json!({
                "name": grammar.name,
                "description": grammar.purpose,
                "format": {"type": "grammar", "grammar": grammar_format},
            });
            json!({
                "tools": [{"type": "custom", "custom": tool}],
                "tool_choice": {"type": "custom", "custom": {"name": grammar.name}},
                "parallel_tool_calls": false,
            })
        }
        Constraint::WholeReply { server, grammar } => match server {
            ModelServer::Vllm => json!({"structured_outputs": {"grammar": grammar}}),
            ModelServer::Sglang => json!({"ebnf": grammar}),
            ModelServer::LlamaCpp => json!({"grammar": grammar}),
        },
        Constraint::Schema { schema, is_strict } => {
            let schema = json!({"name": "reply", "schema": schema, "strict": is_strict});
            json!({"response_format": {"type": "json_schema", "json_schema": schema}})
        }
        Constraint::Envelope => json!({}),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<WireMessage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// The name of the seed in Mistral's API.
    #[serde(skip_serializing_if = "Option::is_none")]
    random_seed: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(flatten)]
    form: Option<Value>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

const WITH_USAGE: StreamOptions = StreamOptions { include_usage: true };

#[derive(Serialize)]
struct WireMessage<'a> {
    role: &'static str,
    content: WireContent<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WireContent<'a> {
    Text(Content<'a>),
    Parts(Vec<WirePart<'a>>),
}

/// A part of a message with images: <https://platform.openai.com/docs/guides/images-vision> (read in
/// November 2026).
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum WirePart<'a> {
    Text { text: Content<'a> },
    ImageUrl { image_url: ImageUrl<'a> },
}

#[derive(Serialize)]
struct ImageUrl<'a> {
    url: Base64Image<'a>,
}

fn wire_messages<'a>(asked: &Asked<'a>, messages: &'a [&'a Message]) -> Vec<WireMessage<'a>> {
    let count = messages.len();
    let messages = messages.chunks(1).enumerate();
    let messages = messages.map(|(position, message)| WireMessage {
        role: message.first().map_or("user", |message| message.role.as_str()),
        content: match asked.images_at(position, count) {
            [] => WireContent::Text(Content(message)),
            images => {
                let images = images.iter().map(|image| WirePart::ImageUrl {
                    image_url: ImageUrl {
                        url: Base64Image::url(image),
                    },
                });
                let text = WirePart::Text { text: Content(message) };
                WireContent::Parts(images.chain([text]).collect())
            }
        },
    });
    messages.collect()
}

#[cfg(test)]
mod tests {
    use rlm_model::{Parameters, Part, Request, Role, Tokens};
    use serde_json::json;

    use super::super::names;
    use super::*;
    use crate::provider::{Dialect, Rejection};

    fn body(request: &Request, dialect: &Dialect) -> serde_json::Value {
        let asked = Asked {
            request,
            model: "m",
            dialect,
            constraint: None,
        };
        serde_json::from_slice(&encode(&asked)).unwrap()
    }

    #[test]
    fn openai_body_contains_all_parameters_and_joined_parts() {
        let part = |text: &str| Part {
            text: text.into(),
            origin: None,
        };
        let cut = Message {
            role: Role::User,
            parts: vec![part("one \"\n"), part("twö")],
        };
        let mut parameters = Parameters::with_max_output(Tokens(7));
        let messages = vec![Message::system("s"), cut, Message::assistant("a")];
        let request = Request::new(messages, parameters.clone());
        let messages = json!([
            {"role": "system", "content": "s"},
            {"role": "user", "content": "one \"\ntwö"},
            {"role": "assistant", "content": "a"},
        ]);
        let first = Dialect::new(names);
        let expected = json!({
            "model": "m", "messages": messages, "max_completion_tokens": 7, "stream": true,
            "stream_options": {"include_usage": true},
        });
        assert_eq!(body(&request, &first), expected);

        parameters.temperature = Some(0.5);
        parameters.seed = Some(u64::MAX);
        parameters.stop = vec!["END".into()];
        parameters.reasoning_effort = Some(ReasoningEffort::Low);
        let request = Request::new(request.messages, parameters);
        let expected = json!({
            "model": "m", "messages": messages, "max_completion_tokens": 7, "temperature": 0.5, "seed": u64::MAX,
            "stop": ["END"], "reasoning_effort": "low", "stream": true, "stream_options": {"include_usage": true},
        });
        assert_eq!(body(&request, &first), expected);

        let mut dialect = first.clone();
        for parameter in first.sent(&request) {
            dialect.adapt(&first, Rejection::Parameter(parameter));
        }
        let expected = json!({"model": "m", "messages": messages, "max_tokens": 7});
        assert_eq!(body(&request, &dialect), expected);
    }
}
