//! The adapter to Gemini models on Google's Vertex AI, and on the Gemini API.
//!
//! Protocol: <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference>,
//! service accounts:
//! <https://developers.google.com/identity/protocols/oauth2/service-account#httprest> (read in
//! November 2026).

mod account;
mod gemini;
mod reply;
mod request;

use std::borrow::Cow;

use rlm_model::ReplyForm;
use serde_json::Value;

use crate::provider::{
    Asked, Assembly, Authorization, Constraint, Endpoint, EndpointError, Fault, MaxOutputName, ModelServer, Names,
    Parameter, Protocol, Provider, escape,
};
use crate::transport::Event;

pub use gemini::{Gemini, GeminiModel};

pub use account::{ServiceAccount, ServiceAccountError};

/// A Gemini model on Vertex AI.
pub type VertexModel = Provider<Vertex>;

impl VertexModel {
    /// Returns the base URL of Vertex AI in a location, such as `global`.
    #[must_use]
    pub fn base_url_of(location: &str) -> String {
        match location {
            "global" => "https://aiplatform.googleapis.com/v1".to_owned(),
            region => format!("https://{region}-aiplatform.googleapis.com/v1"),
        }
    }

    /// Creates a model of `project` in `location`, which uses the access tokens of a service
    /// account. A key of the endpoint is ignored. No connection is opened before the first call.
    ///
    /// # Errors
    /// [`EndpointError`] if a header can't be sent.
    pub fn new(
        endpoint: Endpoint,
        account: ServiceAccount,
        project: impl Into<String>,
        location: impl Into<String>,
    ) -> Result<Self, EndpointError> {
        let protocol = Vertex {
            project: project.into(),
            location: location.into(),
        };
        let endpoint = Endpoint {
            api_key: None,
            ..endpoint
        };
        Self::with(
            "vertex",
            endpoint,
            protocol,
            Authorization::ServiceAccount(Box::new(account)),
        )
    }
}

impl VertexModel {
    /// Creates a model without a service account, to which no request will be sent.
    pub(crate) fn without_account(endpoint: Endpoint) -> Result<Self, EndpointError> {
        let protocol = Vertex {
            project: String::new(),
            location: String::new(),
        };
        Self::with("vertex", endpoint, protocol, Authorization::BEARER)
    }
}

/// The protocol of Gemini models on Vertex AI.
pub struct Vertex {
    project: String,
    location: String,
}

const fn names(parameter: Parameter) -> Option<&'static str> {
    Some(match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => "maxOutputTokens",
        Parameter::Temperature => "temperature",
        Parameter::Seed => "seed",
        Parameter::Stop => "stopSequences",
        Parameter::ReasoningEffort => "thinkingConfig",
        // Streams have a separate path.
        Parameter::Stream => "streamGenerateContent",
        Parameter::MaxOutput(MaxOutputName::Other) | Parameter::StreamUsage => return None,
    })
}

/// Returns the method of the API, with its query.
fn method(asked: &Asked<'_>) -> &'static str {
    if asked.streams() {
        "streamGenerateContent?alt=sse"
    } else {
        "generateContent"
    }
}

/// Returns the possible constraints for a reply format: schemas, but no grammars.
fn constraints(form: &ReplyForm) -> Vec<Constraint<'_>> {
    match form {
        ReplyForm::Json(schema) => vec![Constraint::Schema {
            schema: Cow::Borrowed(schema),
            is_strict: true,
        }],
        ReplyForm::Grammar(_) => Vec::new(),
    }
}

impl Protocol for Vertex {
    const WRONG_SERVER: &'static str = "check that the base URL is that of a Vertex AI location";
    const TAKES_IMAGES: bool = true;

    fn names(&self) -> Names {
        names
    }

    fn keys(&self) -> Cow<'static, str> {
        "the service account file that GOOGLE_APPLICATION_CREDENTIALS names".into()
    }

    /// Returns `None`, since no list of models is needed to check the account: the access token,
    /// which is requested first, already proves that the account is valid.
    fn list(&self) -> Option<&'static str> {
        None
    }

    fn path(&self, asked: &Asked<'_>) -> String {
        format!(
            "projects/{}/locations/{}/publishers/google/models/{}:{}",
            escape(&self.project),
            escape(&self.location),
            escape(asked.model),
            method(asked)
        )
    }

    fn encode(&self, asked: &Asked<'_>) -> Vec<u8> {
        request::encode(asked)
    }

    fn constraints<'a>(&self, form: &'a ReplyForm, _server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        constraints(form)
    }

    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
        reply::read(body, reply)?;
        reply.is_done = true;
        Ok(())
    }

    fn read_event(&self, event: &Event, reply: &mut Assembly) -> Result<(), Fault> {
        reply::read(&crate::provider::json_of(event)?, reply)
    }
}
