//! The interface of provider protocols. A protocol only maps requests to bodies and responses to
//! replies, independent of the transport.

use std::borrow::Cow;

use reqwest::header::{HeaderName, HeaderValue};
use rlm_model::{AttachedImage, GrammarWay, Message, ModelError, ReplyForm, ReplyNote, Request, Role};
use serde_json::Value;

use super::assembly::Assembly;
use super::constraint::Constraint;
use super::dialect::Dialect;
use super::parameter::{Names, Parameter};
use super::server::ModelServer;
use crate::transport::{Event, HttpReply};

/// A request to a model, with all that a protocol needs to encode it.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request,
    /// The name of the model at the server.
    pub(crate) model: &'a str,
    /// The dialect of the server, as observed so far.
    pub(crate) dialect: &'a Dialect,
    /// The constraint on the reply's format that is sent to the server, if any.
    pub(crate) constraint: Option<Constraint<'a>>,
}

impl<'a> Asked<'a> {
    /// Returns `true` if the request asks for a streamed response.
    pub(crate) fn streams(&self) -> bool {
        self.dialect.takes(Parameter::Stream)
    }

    /// Returns the value of a request parameter if the server accepts the parameter, otherwise
    /// `None`.
    pub(crate) fn if_accepted<T>(&self, parameter: Parameter, value: Option<T>) -> Option<T> {
        value.filter(|_| self.dialect.takes(parameter))
    }

    /// Returns the request's stop sequences, or none if the server doesn't accept stop sequences.
    pub(crate) fn stop(&self) -> &'a [String] {
        if self.dialect.takes(Parameter::Stop) {
            &self.request.parameters.stop
        } else {
            &[]
        }
    }

    /// Returns the images of the message at a position among `count` messages: all images belong to
    /// the last one.
    pub(crate) fn images_at(&self, position: usize, count: usize) -> &'a [AttachedImage] {
        if position + 1 == count {
            &self.request.images
        } else {
            &[]
        }
    }

    /// Returns the system messages and the other messages of the request, for protocols that
    /// separate them.
    pub(crate) fn instructions_and_turns(&self) -> (Vec<&'a Message>, Vec<&'a Message>) {
        let messages = self.request.messages.iter();
        messages.partition(|message| message.role == Role::System)
    }
}

/// The reason why the body of a response with status 200 is invalid.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The response states an error. Holds the body.
    Stated(Value),
    /// The response lacks a required field. Holds the name of the field.
    Lacks(&'static str),
    /// The reply is not at the expected location in the response. Holds a description of what is
    /// missing.
    Unreadable(String),
    /// The response is not valid JSON. Holds the parse error.
    NotJson(serde_json::Error),
}

/// The protocol of a provider, which maps requests to bodies and responses to replies, independent
/// of the transport.
pub(crate) trait Protocol: Send + Sync + 'static {
    /// The hint for a response that violates the protocol, since the base URL may be wrong.
    const WRONG_SERVER: &'static str;

    /// Whether requests of the protocol can contain images.
    const TAKES_IMAGES: bool = false;

    /// Returns the function that names request parameters. The protocol streams if
    /// [`Parameter::Stream`] has a name.
    fn names(&self) -> Names;

    /// Returns a description of where the provider's API key is configured, for hints.
    fn keys(&self) -> Cow<'static, str>;

    /// Returns the headers that the protocol sends in addition to the key.
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        Vec::new()
    }

    /// Returns the path of a request below the base URL, including the query.
    fn path(&self, asked: &Asked<'_>) -> String;

    /// Returns the path below the base URL that lists the server's models, if listing is free.
    fn list(&self) -> Option<&'static str> {
        Some("models")
    }

    /// Encodes the body of a request.
    fn encode(&self, asked: &Asked<'_>) -> Vec<u8>;

    /// Parses a response that is not streamed into the reply.
    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault>;

    /// Parses an event of a streamed response, and adds its content to the reply.
    fn read_event(&self, event: &Event, reply: &mut Assembly) -> Result<(), Fault>;

    /// Returns the possible constraints for a reply format, best first. Returns an empty list if
    /// the protocol supports none.
    fn constraints<'a>(&self, _form: &'a ReplyForm, _server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        Vec::new()
    }

    /// Returns the method by which models can be constrained to a grammar, or `None` if they can't.
    fn grammar_way(&self, _server: Option<ModelServer>) -> Option<GrammarWay> {
        None
    }

    /// Returns `true` if requests depend on the server program (vLLM, Ollama, …), which then has to
    /// be identified.
    fn differs_by_server(&self) -> bool {
        false
    }

    /// Adds hints that are specific to the protocol to the error of a failed call.
    fn explain(&self, _asked: &Asked<'_>, _http: &HttpReply, error: ModelError) -> ModelError {
        error
    }

    /// Returns notes for the user about changes of the request that are specific to the protocol.
    fn notes(&self, _asked: &Asked<'_>) -> Vec<ReplyNote> {
        Vec::new()
    }

    /// Returns an error if a complete response should be rejected, such as one to a truncated
    /// prompt.
    fn doubt(&self, _asked: &Asked<'_>, _reply: &Assembly) -> Option<ModelError> {
        None
    }
}

/// Parses the JSON data of a stream's event.
pub(crate) fn json_of(event: &Event) -> Result<Value, Fault> {
    serde_json::from_str(&event.data).map_err(Fault::NotJson)
}

/// Returns an error if the body of a response states one.
pub(crate) fn stated_error(value: &Value) -> Result<(), Fault> {
    match value.get("error") {
        Some(error) if !error.is_null() => Err(Fault::Stated(value.clone())),
        _ => Ok(()),
    }
}
