//! The adapter to the native API of Ollama, in which a call sets the size of the context window.
//! Ollama's chat-completions endpoint doesn't support that, and silently truncates longer prompts.
//!
//! Protocol: <https://docs.ollama.com/api/chat>, schemas:
//! <https://docs.ollama.com/capabilities/structured-outputs> (read in November 2026).

mod reply;

use std::borrow::Cow;

use rlm_model::{GrammarWay, Message, ModelError, ModelErrorKind, ReasoningEffort, ReplyForm, Request, Tokens};
use serde::Serialize;
use serde_json::Value;

use crate::provider::{
    Asked, Assembly, Authorization, Base64Image, Constraint, Content, Endpoint, EndpointError, Fault, MaxOutputName,
    ModelServer, Names, Parameter, Protocol, Provider, envelope_schema, to_bytes,
};
use crate::transport::{Event, HttpReply};

/// A model that is called through the native API of Ollama.
pub type OllamaModel = Provider<Ollama>;

/// The minimum context window, in tokens, that is requested from Ollama.
const LEAST_WINDOW: u64 = 4_096;

impl OllamaModel {
    /// The default base URL of an Ollama server.
    pub const BASE_URL: &'static str = "http://localhost:11434";

    /// Creates a model of an Ollama server. No connection is opened before the first call. If the
    /// endpoint has a window, every call uses it, so that the server never has to reload the model.
    /// Otherwise, each call uses the smallest power of two that fits.
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn new(endpoint: Endpoint) -> Result<Self, EndpointError> {
        let protocol = Ollama {
            window: endpoint.limits.window.map(|window| window.0),
        };
        Self::with("ollama", endpoint, protocol, Authorization::BEARER)
    }
}

/// The protocol of Ollama's native API.
pub struct Ollama {
    window: Option<u64>,
}

const fn names(parameter: Parameter) -> Option<&'static str> {
    Some(match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => "num_predict",
        Parameter::Temperature => "temperature",
        Parameter::Seed => "seed",
        Parameter::Stop => "stop",
        Parameter::ReasoningEffort => "think",
        Parameter::Stream => "stream",
        Parameter::MaxOutput(MaxOutputName::Other) | Parameter::StreamUsage => return None,
    })
}

impl Protocol for Ollama {
    const WRONG_SERVER: &'static str =
        "check that the base URL is that of an Ollama server (it has no path after the port)";
    const TAKES_IMAGES: bool = true;

    fn names(&self) -> Names {
        names
    }

    fn keys(&self) -> Cow<'static, str> {
        "the variable that --api-key-env names".into()
    }

    fn path(&self, _asked: &Asked<'_>) -> String {
        "api/chat".to_owned()
    }

    fn list(&self) -> Option<&'static str> {
        Some("api/tags")
    }

    fn encode(&self, asked: &Asked<'_>) -> Vec<u8> {
        let parameters = &asked.request.parameters;
        let messages: Vec<&Message> = asked.request.messages.iter().collect();
        let turns = messages.chunks(1).enumerate().map(|(position, message)| Turn {
            role: message.first().map_or("user", |message| message.role.as_str()),
            content: Content(message),
            images: asked
                .images_at(position, messages.len())
                .iter()
                .map(Base64Image::bare)
                .collect(),
        });
        let effort = asked.if_accepted(Parameter::ReasoningEffort, parameters.reasoning_effort);
        to_bytes(&Body {
            model: asked.model,
            messages: turns.collect(),
            think: effort.map(|effort| match effort {
                ReasoningEffort::Minimal | ReasoningEffort::Low => "low",
                ReasoningEffort::Medium => "medium",
                ReasoningEffort::High => "high",
            }),
            // Streaming is the default, so the field is always sent.
            stream: asked.streams(),
            format: match &asked.constraint {
                Some(Constraint::Schema { schema, .. }) => Some(Cow::Borrowed(&**schema)),
                Some(Constraint::Envelope) => Some(Cow::Owned(envelope_schema())),
                _ => None,
            },
            options: Options {
                num_ctx: self.window.unwrap_or_else(|| window_for(asked.request)),
                num_predict: parameters.max_output.0,
                temperature: asked.if_accepted(Parameter::Temperature, parameters.temperature),
                seed: asked.if_accepted(Parameter::Seed, parameters.seed),
                stop: asked.stop(),
            },
        })
    }

    fn constraints<'a>(&self, form: &'a ReplyForm, _server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        vec![match form {
            ReplyForm::Json(schema) => Constraint::Schema {
                schema: Cow::Borrowed(schema),
                is_strict: true,
            },
            // Ollama supports schemas but no grammars.
            ReplyForm::Grammar(_) => Constraint::Envelope,
        }]
    }

    fn grammar_way(&self, _server: Option<ModelServer>) -> Option<GrammarWay> {
        Some(GrammarWay::Envelope)
    }

    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
        reply::read(body, reply)
    }

    fn read_event(&self, event: &Event, reply: &mut Assembly) -> Result<(), Fault> {
        let body: Value = crate::provider::json_of(event)?;
        reply::read(&body, reply)
    }

    fn explain(&self, asked: &Asked<'_>, http: &HttpReply, error: ModelError) -> ModelError {
        if http.status == 404 && error.message.contains("not found") {
            return error.with_hint(format!("download it with `ollama pull {}`", asked.model));
        }
        error
    }

    fn doubt(&self, asked: &Asked<'_>, reply: &Assembly) -> Option<ModelError> {
        let window = self.window.unwrap_or_else(|| window_for(asked.request));
        cut_prompt(asked, reply).map(|error| {
            error.with_hint(format!(
                "the request set a window of {window} tokens: check that the model supports it, set `window` in [models.NAME], \
                 or ask about smaller pieces"
            ))
        })
    }
}

/// Detects a prompt that the server truncated, and returns the error. The server then reports less
/// than one token per twelve bytes, while texts have one for every two to six.
pub(crate) fn cut_prompt(asked: &Asked<'_>, reply: &Assembly) -> Option<ModelError> {
    const BYTES_A_TOKEN_AT_MOST: u64 = 12;
    const LEAST_BYTES: u64 = 8_192;
    let usage = reply.usage.filter(|usage| !usage.estimated && usage.input.0 > 0)?;
    let sent = asked.request.content_bytes();
    if sent < LEAST_BYTES || usage.input.0.saturating_mul(BYTES_A_TOKEN_AT_MOST) >= sent {
        return None;
    }
    let message = format!(
        "{} read {} tokens of a prompt of {sent} bytes (about {} tokens): the server truncated it",
        asked.model,
        usage.input,
        asked.request.input_tokens_estimate()
    );
    Some(ModelError {
        usage: Some(Box::new(usage)),
        ..ModelError::new(ModelErrorKind::PromptTruncated, message)
    })
}

/// Returns the context window for a request: the smallest power of two that fits prompt and reply,
/// since the model is reloaded for each different window. Assumes a token per three bytes, which is
/// more tokens than nearly any text has.
fn window_for(request: &Request) -> u64 {
    let content = Tokens(request.content_bytes().div_ceil(3));
    let prompt = content.saturating_add(request.template_tokens());
    let needed = prompt.saturating_add(request.parameters.max_output).0;
    needed.max(LEAST_WINDOW).checked_next_power_of_two().unwrap_or(needed)
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<&'static str>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Cow<'a, Value>>,
    options: Options<'a>,
}

#[derive(Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: Content<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<Base64Image<'a>>,
}

#[derive(Serialize)]
struct Options<'a> {
    num_ctx: u64,
    num_predict: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop: &'a [String],
}
