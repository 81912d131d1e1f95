//! Gemini models of Google's Gemini API, which takes API keys.
//!
//! Protocol: <https://ai.google.dev/api/generate-content> (read in November 2026).

use std::borrow::Cow;

use reqwest::header::HeaderName;
use rlm_model::ReplyForm;
use serde_json::Value;

use super::{constraints, method, names, reply, request};
use crate::provider::{
    Asked, Assembly, Authorization, Constraint, Endpoint, EndpointError, Fault, ModelServer, Names, Protocol, Provider,
    escape, json_of,
};
use crate::transport::Event;

/// A Gemini model of the Gemini API.
pub type GeminiModel = Provider<Gemini>;

impl GeminiModel {
    /// Creates a model of the Gemini API, which is authorized by an API key. No connection is opened
    /// before the first call.
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn new(endpoint: Endpoint) -> Result<Self, EndpointError> {
        let authorization = Authorization::Key {
            header: HeaderName::from_static("x-goog-api-key"),
            prefix: Cow::Borrowed(""),
        };
        Self::with("gemini", endpoint, Gemini(()), authorization)
    }
}

/// The protocol of the Gemini API.
pub struct Gemini(());

impl Protocol for Gemini {
    const WRONG_SERVER: &'static str = "check that the base URL is that of the Gemini API (it ends with /v1beta)";
    const TAKES_IMAGES: bool = true;

    fn names(&self) -> Names {
        names
    }

    fn keys(&self) -> Cow<'static, str> {
        "GEMINI_API_KEY or GOOGLE_API_KEY, or name another variable with --api-key-env".into()
    }

    fn list(&self) -> Option<&'static str> {
        Some("models?pageSize=1000")
    }

    fn path(&self, asked: &Asked<'_>) -> String {
        let model = asked.model.strip_prefix("models/").unwrap_or(asked.model);
        format!("models/{}:{}", escape(model), method(asked))
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
        reply::read(&json_of(event)?, reply)
    }
}
