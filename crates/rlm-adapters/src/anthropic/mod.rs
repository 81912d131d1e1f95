//! The adapter to the Messages API of Anthropic.
//!
//! Protocol: <https://docs.claude.com/en/api/messages>, streams:
//! <https://docs.claude.com/en/docs/build-with-claude/streaming>, caching:
//! <https://docs.claude.com/en/docs/build-with-claude/prompt-caching>, schemas:
//! <https://docs.claude.com/en/docs/build-with-claude/structured-outputs> (read in November 2026).

mod reply;
mod request;

use std::borrow::Cow;

use reqwest::header::{HeaderName, HeaderValue};
use rlm_model::{ReplyForm, ReplyNote};
use serde_json::Value;

use crate::provider::schema::ANTHROPIC;
use crate::provider::{
    Asked, Assembly, Authorization, Constraint, Endpoint, EndpointError, Fault, MaxOutputName, ModelServer, Names,
    Parameter, Protocol, Provider,
};
use crate::transport::Event;

/// A model that is called through the Messages API of Anthropic.
pub type AnthropicModel = Provider<Messages>;

/// The version of the Messages API, which every request states in a header.
const VERSION: &str = "2023-06-01";

impl AnthropicModel {
    /// The base URL of Anthropic's API.
    pub const BASE_URL: &'static str = "https://api.anthropic.com/v1";

    /// Creates a model of Anthropic at an endpoint. No connection is opened before the first call.
    ///
    /// ```
    /// # use rlm_adapters::{AnthropicModel, Endpoint};
    /// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
    /// # use rlm_test_server::{Answer, TestServer};
    /// # use serde_json::json;
    /// # let call = |model: &dyn Model, prompt: &str| {
    /// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
    /// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
    /// #     Call { id: CallId::root(1, 1, 0), request_id, request }
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let message = json!({
    ///     "content": [{"type": "text", "text": "Lisbon"}],
    ///     "stop_reason": "end_turn",
    ///     "usage": {"input_tokens": 12, "output_tokens": 1},
    /// });
    /// let server = TestServer::always(Answer::json(200, &message))?;
    /// let endpoint = Endpoint { api_key: Some("key-1".into()), ..Endpoint::new(server.base_url().parse()?, "claude-opus-4-5") };
    /// let model = AnthropicModel::new(endpoint)?;
    /// let reply = model.complete(&call(&model, "Which city?")).await?;
    /// assert_eq!((reply.text.as_str(), reply.usage.total()), ("Lisbon", Tokens(13)));
    /// assert_eq!(server.requests()[0].header("x-api-key"), Some("key-1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn new(endpoint: Endpoint) -> Result<Self, EndpointError> {
        Self::with("anthropic", endpoint, Messages(()), Authorization::header("x-api-key"))
    }
}

/// The protocol of Anthropic's Messages API. The prompt prefix that later calls share is marked for
/// the provider's cache.
pub struct Messages(());

const fn names(parameter: Parameter) -> Option<&'static str> {
    Some(match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => "max_tokens",
        Parameter::Temperature => "temperature",
        Parameter::Stop => "stop_sequences",
        Parameter::ReasoningEffort => "thinking",
        Parameter::Stream => "stream",
        Parameter::MaxOutput(MaxOutputName::Other) | Parameter::Seed | Parameter::StreamUsage => return None,
    })
}

impl Protocol for Messages {
    const WRONG_SERVER: &'static str =
        "check that the base URL is that of an Anthropic Messages server (it often ends with /v1)";
    const TAKES_IMAGES: bool = true;

    fn names(&self) -> Names {
        names
    }

    fn keys(&self) -> Cow<'static, str> {
        "ANTHROPIC_API_KEY, or name another variable with --api-key-env".into()
    }

    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        vec![(
            HeaderName::from_static("anthropic-version"),
            HeaderValue::from_static(VERSION),
        )]
    }

    fn path(&self, _asked: &Asked<'_>) -> String {
        "messages".to_owned()
    }

    fn encode(&self, asked: &Asked<'_>) -> Vec<u8> {
        request::encode(asked)
    }

    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
        reply::read(body, reply)
    }

    fn read_event(&self, event: &Event, reply: &mut Assembly) -> Result<(), Fault> {
        reply::read_event(event, reply)
    }

    fn constraints<'a>(&self, form: &'a ReplyForm, _server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        match form {
            ReplyForm::Json(schema) => {
                let closed = ANTHROPIC.closed(schema).into_iter();
                let constraint = |schema| Constraint::Schema {
                    schema: Cow::Owned(schema),
                    is_strict: true,
                };
                closed.map(constraint).collect()
            }
            ReplyForm::Grammar(_) => Vec::new(),
        }
    }

    fn notes(&self, asked: &Asked<'_>) -> Vec<ReplyNote> {
        let hot = asked.if_accepted(Parameter::Temperature, asked.request.parameters.temperature);
        let both = hot.is_some() && request::thinks(asked);
        both.then(|| ReplyNote("left out temperature: not supported by this protocol together with thinking".into()))
            .into_iter()
            .collect()
    }
}
