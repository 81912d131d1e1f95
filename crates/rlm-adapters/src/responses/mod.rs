//! The adapter to the Responses API of OpenAI, which is the only API of some models.
//!
//! Protocol: <https://platform.openai.com/docs/api-reference/responses>, streams:
//! <https://platform.openai.com/docs/api-reference/responses-streaming> (read in November 2026).

mod reply;

use std::borrow::Cow;

use rlm_model::{AttachedImage, GrammarWay, Message, ReasoningEffort, ReplyForm};
use serde::Serialize;
use serde_json::{Value, json};

use crate::provider::schema::{is_object, strictest};
use crate::provider::{
    Asked, Assembly, Authorization, Base64Image, Constraint, Content, Endpoint, EndpointError, Fault, MaxOutputName,
    ModelServer, Names, Parameter, Protocol, Provider, to_bytes,
};
use crate::transport::Event;

/// A model that is called through the Responses API of OpenAI.
pub type ResponsesModel = Provider<Responses>;

impl ResponsesModel {
    /// Creates a model that is called through the Responses API. No connection is opened before the
    /// first call.
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn new(endpoint: Endpoint) -> Result<Self, EndpointError> {
        Self::with("responses", endpoint, Responses(()), Authorization::BEARER)
    }
}

/// The protocol of OpenAI's Responses API. The server is asked not to store responses.
pub struct Responses(());

const fn names(parameter: Parameter) -> Option<&'static str> {
    Some(match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => "max_output_tokens",
        Parameter::Temperature => "temperature",
        Parameter::ReasoningEffort => "reasoning",
        Parameter::Stream => "stream",
        Parameter::MaxOutput(MaxOutputName::Other) | Parameter::Seed | Parameter::Stop | Parameter::StreamUsage => {
            return None;
        }
    })
}

impl Protocol for Responses {
    const WRONG_SERVER: &'static str =
        "check that the base URL is that of a Responses API server (it often ends with /v1)";
    const TAKES_IMAGES: bool = true;

    fn names(&self) -> Names {
        names
    }

    fn keys(&self) -> Cow<'static, str> {
        "LLM_API_KEY or OPENAI_API_KEY, or name another variable with --api-key-env".into()
    }

    fn path(&self, _asked: &Asked<'_>) -> String {
        "responses".to_owned()
    }

    fn encode(&self, asked: &Asked<'_>) -> Vec<u8> {
        let parameters = &asked.request.parameters;
        let messages: Vec<&Message> = asked.request.messages.iter().collect();
        let input = messages.chunks(1).enumerate().map(|(position, message)| Input {
            role: message.first().map_or("user", |message| message.role.as_str()),
            content: InputContent::new(message, asked.images_at(position, messages.len())),
        });
        let effort = asked.if_accepted(Parameter::ReasoningEffort, parameters.reasoning_effort);
        to_bytes(&Body {
            model: asked.model,
            input: input.collect(),
            max_output_tokens: parameters.max_output.0,
            temperature: asked.if_accepted(Parameter::Temperature, parameters.temperature),
            reasoning: effort.map(|effort| Reasoning {
                effort: ReasoningEffort::as_str(effort),
            }),
            store: false,
            stream: asked.streams(),
            form: asked.constraint.as_ref().map(form),
        })
    }

    fn constraints<'a>(&self, form: &'a ReplyForm, _server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        match form {
            ReplyForm::Json(schema) if is_object(schema) => vec![strictest(schema)],
            ReplyForm::Json(_) => Vec::new(),
            ReplyForm::Grammar(grammar) => vec![Constraint::Tool(grammar)],
        }
    }

    /// Returns the method by which replies are constrained to a grammar. Custom tools are supported
    /// by gpt-5 and later models; it is not documented which other models reject them:
    /// <https://cookbook.openai.com/examples/gpt-5/gpt-5_new_params_and_tools> (read in November
    /// 2026).
    fn grammar_way(&self, _server: Option<ModelServer>) -> Option<GrammarWay> {
        Some(GrammarWay::Tool)
    }

    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
        reply::read(body, reply)
    }

    fn read_event(&self, event: &Event, reply: &mut Assembly) -> Result<(), Fault> {
        reply::read_event(event, reply)
    }
}

/// Encodes the constraint on the reply's format as fields of a Responses request:
/// <https://platform.openai.com/docs/guides/function-calling#custom-tools>,
/// <https://platform.openai.com/docs/guides/structured-outputs> (read in November 2026).
fn form(constraint: &Constraint<'_>) -> Value {
    match constraint {
        Constraint::Tool(grammar) => {
            let tool = json!({
                "type": "custom",
                "name": grammar.name,
                "description": grammar.purpose,
                "format": {"type": "grammar", "syntax": "lark", "definition": grammar.lark},
            });
            json!({
                "tools": [tool],
                "tool_choice": {"type": "custom", "name": grammar.name},
                "parallel_tool_calls": false,
            })
        }
        Constraint::Schema { schema, is_strict } => {
            let format = json!({"type": "json_schema", "name": "reply", "schema": schema, "strict": is_strict});
            json!({"text": {"format": format}})
        }
        Constraint::WholeReply { .. } | Constraint::Envelope => json!({}),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: Vec<Input<'a>>,
    max_output_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning>,
    store: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
    #[serde(flatten)]
    form: Option<Value>,
}

#[derive(Serialize)]
struct Input<'a> {
    role: &'static str,
    content: InputContent<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum InputContent<'a> {
    Text(Content<'a>),
    Parts(Vec<InputPart<'a>>),
}

/// A part of an input with images: <https://platform.openai.com/docs/guides/images-vision> (read in
/// November 2026).
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum InputPart<'a> {
    InputText { text: Content<'a> },
    InputImage { image_url: Base64Image<'a> },
}

impl<'a> InputContent<'a> {
    fn new(message: &'a [&'a Message], images: &'a [AttachedImage]) -> Self {
        if images.is_empty() {
            return Self::Text(Content(message));
        }
        let images = images.iter().map(|image| InputPart::InputImage {
            image_url: Base64Image::url(image),
        });
        let text = InputPart::InputText { text: Content(message) };
        Self::Parts(images.chain([text]).collect())
    }
}

#[derive(Serialize)]
struct Reasoning {
    effort: &'static str,
}
