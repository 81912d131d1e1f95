//! What a provider's protocol is: pure mappings, apart from the transport.

use reqwest::header::{HeaderName, HeaderValue};
use rlm_model::{GrammarWay, Message, ModelError, ReplyForm, ReplyNote, Request, Role};
use serde_json::Value;

use super::assembly::Assembly;
use super::constraint::Constraint;
use super::dialect::Dialect;
use super::parameter::{Names, Parameter};
use super::server::ModelServer;
use crate::transport::{Event, HttpReply};

/// A request on its way to the wire.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request,
    /// The model's name, as the server knows it.
    pub(crate) model: &'a str,
    /// What is known of the server.
    pub(crate) dialect: &'a Dialect,
    /// What holds the reply to the form that is asked for.
    pub(crate) constraint: Option<Constraint<'a>>,
}

impl<'a> Asked<'a> {
    /// Tells whether the answer is to come as a stream.
    pub(crate) fn streams(&self) -> bool {
        self.dialect.takes(Parameter::Stream)
    }

    /// Returns a parameter where the server takes it.
    pub(crate) fn where_taken<T>(&self, parameter: Parameter, value: Option<T>) -> Option<T> {
        value.filter(|_| self.dialect.takes(parameter))
    }

    /// Returns the stop sequences, where the server takes them.
    pub(crate) fn stop(&self) -> &'a [String] {
        if self.dialect.takes(Parameter::Stop) {
            &self.request.parameters.stop
        } else {
            &[]
        }
    }

    /// Returns the instructions and the rest of the conversation, for protocols that keep them apart.
    pub(crate) fn instructions_and_turns(&self) -> (Vec<&'a Message>, Vec<&'a Message>) {
        let messages = self.request.messages.iter();
        messages.partition(|message| message.role == Role::System)
    }
}

/// Why an answer with status 200 is none.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It holds an error.
    Stated(Value),
    /// It lacks what every answer of the protocol has.
    Lacks(&'static str),
    /// The reply is not where it should be; says what is missing.
    Unreadable(String),
    /// What should be JSON is not.
    NotJson(serde_json::Error),
}

/// A provider's protocol: pure mappings, apart from the transport.
pub(crate) trait Protocol: Send + Sync + 'static {
    /// What to ask oneself where the answer is not of the protocol.
    const WRONG_SERVER: &'static str;

    /// Says what parameters are called. A name for [`Parameter::Stream`] says that the protocol streams.
    fn names(&self) -> Names;

    /// Says where the right key would have to stand.
    fn keys(&self) -> &'static str;

    /// Returns the headers that the protocol wants beside the key.
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        Vec::new()
    }

    /// Returns the path below the base URL, with its query.
    fn path(&self, asked: &Asked<'_>) -> String;

    /// Returns the path below the base URL at which the server lists its models, where it does so for nothing.
    fn list(&self) -> Option<&'static str> {
        Some("models")
    }

    /// Writes the body.
    fn encode(&self, asked: &Asked<'_>) -> Vec<u8>;

    /// Reads an answer that came in one piece.
    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault>;

    /// Reads an event of an answer that comes as a stream.
    fn read_event(&self, event: &Event, reply: &mut Assembly) -> Result<(), Fault>;

    /// Says by what a reply can be held to a form, the best first; by nothing where the protocol has no such thing.
    fn constraints<'a>(&self, _form: &'a ReplyForm, _server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        Vec::new()
    }

    /// Says in which way models can be held to a grammar.
    fn grammar_way(&self, _server: Option<ModelServer>) -> Option<GrammarWay> {
        None
    }

    /// Tells whether it makes a difference which program serves the model, so that it is worth asking.
    fn differs_by_server(&self) -> bool {
        false
    }

    /// Says more of a failed call than all protocols do.
    fn explain(&self, _asked: &Asked<'_>, _http: &HttpReply, error: ModelError) -> ModelError {
        error
    }

    /// Says how a request was sent otherwise than it was asked for, beside what the dialect says.
    fn notes(&self, _asked: &Asked<'_>) -> Vec<ReplyNote> {
        Vec::new()
    }

    /// Looks at an answer that is whole for a reason not to take it.
    fn doubt(&self, _asked: &Asked<'_>, _reply: &Assembly) -> Option<ModelError> {
        None
    }
}

/// Reads the JSON of an event.
pub(crate) fn json_of(event: &Event) -> Result<Value, Fault> {
    serde_json::from_str(&event.data).map_err(Fault::NotJson)
}

/// Returns the error that an answer holds, where it does.
pub(crate) fn stated_error(value: &Value) -> Result<(), Fault> {
    match value.get("error") {
        Some(error) if !error.is_null() => Err(Fault::Stated(value.clone())),
        _ => Ok(()),
    }
}
