//! Custom protocols with a JSON request and a JSON response. They are defined by closures in a
//! program, or by a file on the command line.

mod error;
mod template;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use rlm_model::{Finish, Request, Usage};
use serde_json::Value;

use crate::environment::{Environment, ResolveOptions};
use crate::provider::{
    Asked, Assembly, Authorization, Endpoint, EndpointError, Fault, MaxOutputName, Names, Parameter, Protocol,
    Provider, stated_error, to_bytes,
};
use crate::spec::SpecError;
use crate::transport::Event;

pub use error::GenericError;

/// A model with a custom protocol.
pub type GenericModel = Provider<Generic>;

/// A function that creates the JSON body of a request, given the request and the model's name.
pub type PayloadBuilder = Box<dyn Fn(&Request, &str) -> Value + Send + Sync>;

/// A function that extracts the reply from the JSON body of a response. Its error describes what is
/// missing.
pub type ResponseParser = Box<dyn Fn(&Value) -> Result<GenericReply, String> + Send + Sync>;

/// A model's reply that was extracted from a response of a custom protocol.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GenericReply {
    /// The text of the model's reply.
    pub text: String,
    /// The model's reasoning, if the response has it separate from the text.
    pub reasoning: String,
    /// The token usage, if the response reports it. Otherwise, the usage is estimated.
    pub usage: Option<Usage>,
    /// The reason why the model stopped, if the response reports it.
    pub finish: Option<Finish>,
}

impl GenericModel {
    /// The default path of a custom protocol below the base URL.
    pub const PATH: &'static str = "/chat/completions";

    /// Creates a model with a custom protocol, which sends the bodies of `payload` to `path` and
    /// extracts the replies by `parser`. A body should contain the request's output limit, since
    /// budgets depend on it. The key is sent as `Authorization: Bearer`. No connection is opened
    /// before the first call.
    ///
    /// ```
    /// # use rlm_adapters::{Endpoint, GenericModel, GenericReply};
    /// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
    /// # use rlm_test_server::{Answer, TestServer};
    /// # use serde_json::json;
    /// # let call = |model: &dyn Model, prompt: &str| {
    /// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
    /// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
    /// #     Call { id: CallId::root(1, 1, 0), request_id, request }
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let server = TestServer::always(Answer::json(200, &json!({"generated": "Lisbon"})))?;
    /// let model = GenericModel::new(
    ///     Endpoint::new(server.base_url().parse()?, "house-1"),
    ///     "/generate",
    ///     Box::new(|request, model| {
    ///         let prompt: String = request.messages.iter().map(|message| message.content()).collect();
    ///         json!({"model": model, "prompt": prompt, "limit": request.parameters.max_output.0})
    ///     }),
    ///     Box::new(|body| match body["generated"].as_str() {
    ///         Some(text) => Ok(GenericReply { text: text.to_owned(), ..GenericReply::default() }),
    ///         None => Err("no `generated`".to_owned()),
    ///     }),
    /// )?;
    /// assert_eq!(model.complete(&call(&model, "Which city?")).await?.text, "Lisbon");
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn new(
        endpoint: Endpoint,
        path: impl Into<String>,
        payload: PayloadBuilder,
        parser: ResponseParser,
    ) -> Result<Self, EndpointError> {
        Self::of(endpoint, path.into(), payload, parser, Authorization::BEARER)
    }

    /// Loads a model from the description of its protocol in a TOML file. The format is documented
    /// in the chapter on models in `docs`.
    ///
    /// # Errors
    /// [`SpecError`] if the file can't be read or the description is invalid.
    pub fn load(file: &Path, env: Environment<'_>, options: &ResolveOptions) -> Result<Self, SpecError> {
        let text = std::fs::read_to_string(file).map_err(|cause| GenericError::Read {
            path: file.to_owned(),
            cause,
        })?;
        template::read(&text, file, env, options)
    }

    fn of(
        endpoint: Endpoint,
        path: String,
        payload: PayloadBuilder,
        parser: ResponseParser,
        authorization: Authorization,
    ) -> Result<Self, EndpointError> {
        let protocol = Generic { path, payload, parser };
        Self::with("generic", endpoint, protocol, authorization)
    }
}

/// A custom protocol that is defined by closures.
pub struct Generic {
    path: String,
    payload: PayloadBuilder,
    parser: ResponseParser,
}

impl fmt::Debug for Generic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generic")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Returns the usual name of a request parameter, for notes. The payload builder gets all
/// parameters, and may use other names.
const fn names(parameter: Parameter) -> Option<&'static str> {
    Some(match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => "max_tokens",
        Parameter::Temperature => "temperature",
        Parameter::Seed => "seed",
        Parameter::Stop => "stop",
        Parameter::ReasoningEffort => "reasoning_effort",
        Parameter::MaxOutput(MaxOutputName::Other) | Parameter::Stream | Parameter::StreamUsage => return None,
    })
}

impl Protocol for Generic {
    const WRONG_SERVER: &'static str = "check that the base URL, `path` and [response] match this server";

    fn names(&self) -> Names {
        names
    }

    fn keys(&self) -> Cow<'static, str> {
        "the variable that `api_key_env` or --api-key-env names".into()
    }

    fn path(&self, _asked: &Asked<'_>) -> String {
        self.path.clone()
    }

    fn list(&self) -> Option<&'static str> {
        None
    }

    fn encode(&self, asked: &Asked<'_>) -> Vec<u8> {
        // Parameters that the server rejects are removed before the builder is called.
        let mut request = asked.request.clone();
        request.form = None;
        let parameters = &mut request.parameters;
        parameters.temperature = asked.if_accepted(Parameter::Temperature, parameters.temperature);
        parameters.seed = asked.if_accepted(Parameter::Seed, parameters.seed);
        parameters.reasoning_effort = asked.if_accepted(Parameter::ReasoningEffort, parameters.reasoning_effort);
        if !asked.dialect.takes(Parameter::Stop) {
            parameters.stop.clear();
        }
        to_bytes(&(self.payload)(&request, asked.model))
    }

    fn read(&self, body: &Value, reply: &mut Assembly) -> Result<(), Fault> {
        stated_error(body)?;
        let found = (self.parser)(body).map_err(Fault::Unreadable)?;
        reply.text = found.text;
        reply.reasoning = found.reasoning;
        reply.usage = found.usage;
        reply.finish = Some(found.finish.unwrap_or(Finish::Other));
        Ok(())
    }

    fn read_event(&self, _event: &Event, _reply: &mut Assembly) -> Result<(), Fault> {
        Err(Fault::Unreadable("a stream instead of a single JSON value".to_owned()))
    }
}
