//! The interface of provider protocols: pure mappings, independent of the transport.

use reqwest::header::{HeaderName, HeaderValue};
use rlm_model::{GrammarWay, Message, ModelError, ReplyForm, ReplyNote, Request, Role};
use serde_json::Value;

use super::assembly::Assembly;
use super::constraint::Constraint;
use super::dialect::Dialect;
use super::parameter::{Names, Parameter};
use super::server::ModelServer;
use crate::transport::{Event, HttpReply};

/// A request to be encoded.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request,
    /// The server's name of the model.
    pub(crate) model: &'a str,
    /// The observed dialect of the server.
    pub(crate) dialect: &'a Dialect,
    /// The constraint on the reply.
    pub(crate) constraint: Option<Constraint<'a>>,
}

impl<'a> Asked<'a> {
    /// Returns `true` if a streamed response is requested.
    pub(crate) fn streams(&self) -> bool {
        self.dialect.takes(Parameter::Stream)
    }

    /// Returns the value of a parameter if the server accepts it.
    pub(crate) fn where_taken<T>(&self, parameter: Parameter, value: Option<T>) -> Option<T> {
        value.filter(|_| self.dialect.takes(parameter))
    }

    /// Returns the stop sequences if the server accepts them.
    pub(crate) fn stop(&self) -> &'a [String] {
        if self.dialect.takes(Parameter::Stop) {
            &self.request.parameters.stop
        } else {
            &[]
        }
    }

    /// Returns the system messages and the other messages, for protocols that separate them.
    pub(crate) fn instructions_and_turns(&self) -> (Vec<&'a Message>, Vec<&'a Message>) {
        let messages = self.request.messages.iter();
        messages.partition(|message| message.role == Role::System)
    }
}

/// The reason why a response with status 200 is invalid.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The response contains an error.
    Stated(Value),
    /// The response lacks a required field.
    Lacks(&'static str),
    /// The reply is not at the expected location; the text describes what is missing.
    Unreadable(String),
    /// The response is not valid JSON.
    NotJson(serde_json::Error),
}

/// The protocol of a provider: pure mappings, independent of the transport.
pub(crate) trait Protocol: Send + Sync + 'static {
    /// The hint if the response violates the protocol.
    const WRONG_SERVER: &'static str;

    /// Returns the names of parameters. The protocol streams if [`Parameter::Stream`] has a name.
    fn names(&self) -> Names;

    /// Returns a description of where the key is configured.
    fn keys(&self) -> &'static str;

    /// Returns the headers of the protocol in addition to the key.
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        Vec::new()
    }

    /// Returns the path below the base URL, including the query.
    fn path(&self, asked: &Asked<'_>) -> String;

    /// Returns the path below the base URL of the list of models, if listing is free.
    fn list(&self) -> Option<&'static str> {
        Some("models")
    }

    /// Encodes the body.
    fn encode(&self, asked: &Asked<'_>) -> Vec<u8>;

    /// Parses a response that is not streamed.
    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault>;

    /// Parses an event of a streamed response.
    fn read_event(&self, event: &Event, reply: &mut Assembly) -> Result<(), Fault>;

    /// Returns the possible constraints for a format, best first; empty if the protocol has none.
    fn constraints<'a>(&self, _form: &'a ReplyForm, _server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        Vec::new()
    }

    /// Returns the way in which models can be constrained to a grammar.
    fn grammar_way(&self, _server: Option<ModelServer>) -> Option<GrammarWay> {
        None
    }

    /// Returns `true` if requests depend on the server program (vLLM, Ollama, …), which then has to
    /// be identified.
    fn differs_by_server(&self) -> bool {
        false
    }

    /// Adds protocol-specific hints to the error of a failed call.
    fn explain(&self, _asked: &Asked<'_>, _http: &HttpReply, error: ModelError) -> ModelError {
        error
    }

    /// Returns notes about the differences between the request and what was sent, in addition to
    /// those of the dialect.
    fn notes(&self, _asked: &Asked<'_>) -> Vec<ReplyNote> {
        Vec::new()
    }

    /// Returns an error if a complete response should be rejected.
    fn doubt(&self, _asked: &Asked<'_>, _reply: &Assembly) -> Option<ModelError> {
        None
    }
}

/// Parses the JSON of an event.
pub(crate) fn json_of(event: &Event) -> Result<Value, Fault> {
    serde_json::from_str(&event.data).map_err(Fault::NotJson)
}

/// Returns the error that a response contains, if it does.
pub(crate) fn stated_error(value: &Value) -> Result<(), Fault> {
    match value.get("error") {
        Some(error) if !error.is_null() => Err(Fault::Stated(value.clone())),
        _ => Ok(()),
    }
}
