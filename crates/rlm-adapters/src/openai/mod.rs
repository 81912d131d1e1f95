//! The adapter to the chat completions API, which OpenAI defined and most model servers support.
//!
//! Protocol: <https://platform.openai.com/docs/api-reference/chat> and, for streams,
//! <https://platform.openai.com/docs/api-reference/chat-streaming> (read in November 2026).

mod reply;
mod request;

use std::borrow::Cow;

use reqwest::header::{AUTHORIZATION, HeaderName};
use rlm_model::{GrammarWay, ModelError, Price, ReplyForm, ReplyNote};
use serde_json::Value;

use crate::ollama::cut_prompt;
use crate::provider::schema::{is_object, strictest};
use crate::provider::{
    Asked, Assembly, Authorization, Constraint, Endpoint, EndpointError, Fault, MaxOutputName, ModelServer, Names,
    Parameter, Protocol, Provider, escape,
};
use crate::services::Service;
use crate::transport::{BaseUrl, Event, HttpReply};

/// A model of a chat-completions server: OpenAI, OpenRouter, Azure, or a compatible one.
pub type OpenAiModel = Provider<ChatCompletions>;

/// The base URL of OpenRouter's API.
pub const OPENROUTER_BASE_URL: &str = "https://openrouter.ai/api/v1";

impl OpenAiModel {
    /// Creates a model of OpenAI, or of a compatible server at another base URL. To such a server,
    /// the output limit is sent as `max_tokens` first. No connection is opened before the first
    /// call.
    ///
    /// ```
    /// # use rlm_adapters::{Endpoint, OpenAiModel};
    /// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
    /// # use rlm_test_server::{Answer, TestServer};
    /// # let call = |model: &dyn Model, prompt: &str| {
    /// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
    /// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
    /// #     Call { id: CallId::root(1, 1, 0), request_id, request }
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let server = TestServer::always(Answer::text("Lisbon"))?;
    /// let model = OpenAiModel::new(Endpoint::new(server.base_url().parse()?, "qwen3-32b"))?;
    /// let reply = model.complete(&call(&model, "Which city?")).await?;
    /// assert_eq!(reply.text, "Lisbon");
    /// assert!(server.requests()[0].path.ends_with("/chat/completions"));
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn new(endpoint: Endpoint) -> Result<Self, EndpointError> {
        Self::of("openai", endpoint, Flavor::OpenAi, Authorization::BEARER)
    }

    /// Creates a model of a server that is compatible with OpenAI's chat completions.
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn compatible(endpoint: Endpoint) -> Result<Self, EndpointError> {
        Self::of("compat", endpoint, Flavor::Compatible, Authorization::BEARER)
    }

    /// Creates a model of OpenRouter, which reports the cost of each call.
    /// <https://openrouter.ai/docs/use-cases/usage-accounting> (read in November 2026).
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn openrouter(endpoint: Endpoint) -> Result<Self, EndpointError> {
        Self::of("openrouter", endpoint, Flavor::OpenRouter, Authorization::BEARER)
    }

    /// Creates a model of an Azure deployment, with the deployment's name as the name of the model.
    /// The base URL is that of the Azure resource; one that ends with `/openai/v1` needs no API
    /// version. <https://learn.microsoft.com/azure/ai-foundry/openai/reference> (read in November
    /// 2026).
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub fn azure(endpoint: Endpoint, api_version: impl Into<String>) -> Result<Self, EndpointError> {
        let is_versionless = endpoint.base_url.to_string().ends_with("/openai/v1");
        let flavor = Flavor::Azure {
            api_version: (!is_versionless).then(|| api_version.into()),
        };
        Self::of("azure", endpoint, flavor, Authorization::header("api-key"))
    }

    /// Creates a model of a known service with chat completions.
    ///
    /// # Errors
    /// [`EndpointError`] if the key or a header can't be sent.
    pub(crate) fn service(endpoint: Endpoint, service: &'static Service) -> Result<Self, EndpointError> {
        let is_free = service.is_local && endpoint.base_url.is_loopback();
        let endpoint = Endpoint {
            server: endpoint.server.or(service.server),
            price: endpoint.price.or_else(|| is_free.then_some(Price::FREE)),
            ..endpoint
        };
        let header = HeaderName::from_static(service.key_header);
        let prefix = if header == AUTHORIZATION { "Bearer " } else { "" };
        let authorization = Authorization::Key {
            header,
            prefix: prefix.into(),
        };
        Self::of(service.prefix(), endpoint, Flavor::Service(service), authorization)
    }

    fn of(
        adapter: &str,
        endpoint: Endpoint,
        flavor: Flavor,
        authorization: Authorization,
    ) -> Result<Self, EndpointError> {
        let protocol = ChatCompletions {
            names: names_for(&flavor, &endpoint.base_url),
            is_openai: endpoint.base_url.is_openai() || matches!(flavor, Flavor::Azure { .. }),
            is_ollama: endpoint.base_url.is_ollama(),
            flavor,
        };
        Self::with(adapter, endpoint, protocol, authorization)
    }
}

/// The protocol of the chat completions API.
pub struct ChatCompletions {
    flavor: Flavor,
    names: Names,
    /// Whether the server runs OpenAI's own models, at OpenAI's endpoint or on Azure.
    is_openai: bool,
    /// Whether the server is Ollama, judged by its base URL.
    is_ollama: bool,
}

/// The variant of the chat-completions protocol, which depends on the server.
enum Flavor {
    OpenAi,
    Compatible,
    OpenRouter,
    Azure { api_version: Option<String> },
    Service(&'static Service),
}

/// Returns the function that names request parameters for a variant of the protocol and the server
/// at a base URL.
fn names_for(flavor: &Flavor, base_url: &BaseUrl) -> Names {
    match flavor {
        Flavor::OpenRouter => names_of_openrouter,
        Flavor::OpenAi if base_url.is_openai() => names,
        Flavor::OpenAi | Flavor::Compatible => names_of_compatible,
        Flavor::Azure { .. } => names,
        Flavor::Service(service) => service.names,
    }
}

pub(crate) const fn names(parameter: Parameter) -> Option<&'static str> {
    Some(match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => "max_completion_tokens",
        Parameter::MaxOutput(MaxOutputName::Other) => "max_tokens",
        Parameter::Temperature => "temperature",
        Parameter::Seed => "seed",
        Parameter::Stop => "stop",
        Parameter::ReasoningEffort => "reasoning_effort",
        Parameter::Stream => "stream",
        Parameter::StreamUsage => "stream_options",
    })
}

/// Returns the name of a request parameter for servers that are compatible with OpenAI. All of them
/// support the older name of the output limit, and some ignore the newer one, so that a reply would
/// continue until the window is full. A proxy to OpenAI's latest models may require the newer name.
pub(crate) const fn names_of_compatible(parameter: Parameter) -> Option<&'static str> {
    match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => Some("max_tokens"),
        Parameter::MaxOutput(MaxOutputName::Other) => Some("max_completion_tokens"),
        other => names(other),
    }
}

/// Returns the name of a request parameter for OpenRouter, which only documents the older name of
/// the output limit.
const fn names_of_openrouter(parameter: Parameter) -> Option<&'static str> {
    match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => Some("max_tokens"),
        Parameter::MaxOutput(MaxOutputName::Other) => None,
        other => names(other),
    }
}

impl Protocol for ChatCompletions {
    const WRONG_SERVER: &'static str =
        "check that the base URL is that of a chat-completions server (it often ends with /v1)";
    const TAKES_IMAGES: bool = true;

    fn names(&self) -> Names {
        self.names
    }

    fn keys(&self) -> Cow<'static, str> {
        let variables = match self.flavor {
            Flavor::OpenAi => "LLM_API_KEY or OPENAI_API_KEY".into(),
            Flavor::Compatible => "LLM_API_KEY".into(),
            Flavor::OpenRouter => "OPENROUTER_API_KEY".into(),
            Flavor::Azure { .. } => "AZURE_OPENAI_API_KEY".into(),
            Flavor::Service(service) => service.keys.join(" or "),
        };
        format!("{variables}, or name another variable with --api-key-env").into()
    }

    fn path(&self, asked: &Asked<'_>) -> String {
        match &self.flavor {
            Flavor::Azure {
                api_version: Some(version),
            } => format!(
                "openai/deployments/{}/chat/completions?api-version={}",
                escape(asked.model),
                escape(version)
            ),
            _ => "chat/completions".to_owned(),
        }
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

    fn constraints<'a>(&self, form: &'a ReplyForm, server: Option<ModelServer>) -> Vec<Constraint<'a>> {
        match form {
            ReplyForm::Json(schema) if self.is_openai && !is_object(schema) => Vec::new(),
            ReplyForm::Json(_) if matches!(self.flavor, Flavor::Service(service) if !service.takes_schemas) => {
                Vec::new()
            }
            ReplyForm::Json(schema) => vec![strictest(schema)],
            ReplyForm::Grammar(grammar) if self.is_openai => vec![Constraint::Tool(grammar)],
            ReplyForm::Grammar(grammar) => {
                let held = |server, grammar| Constraint::WholeReply { server, grammar };
                match server {
                    Some(server @ ModelServer::LlamaCpp) => vec![held(server, &grammar.gbnf)],
                    // The notation depends on their backend: xgrammar, the default, accepts the
                    // first, llguidance the second.
                    Some(server) => vec![held(server, &grammar.gbnf), held(server, &grammar.lark)],
                    None => Vec::new(),
                }
            }
        }
    }

    /// Returns the method by which the server constrains a reply to a grammar. Custom tools are
    /// supported by gpt-5 and later models; it is not documented which other models reject them:
    /// <https://cookbook.openai.com/examples/gpt-5/gpt-5_new_params_and_tools> (read in November
    /// 2026).
    fn grammar_way(&self, server: Option<ModelServer>) -> Option<GrammarWay> {
        if self.is_openai {
            return Some(GrammarWay::Tool);
        }
        server.map(|_| GrammarWay::WholeReply)
    }

    fn differs_by_server(&self) -> bool {
        let is_any = match self.flavor {
            Flavor::OpenAi | Flavor::Compatible => true,
            Flavor::Service(service) => service.server.is_some(),
            Flavor::OpenRouter | Flavor::Azure { .. } => false,
        };
        is_any && !self.is_openai && !self.is_ollama
    }

    fn explain(&self, asked: &Asked<'_>, http: &HttpReply, error: ModelError) -> ModelError {
        let said = error.message.as_str();
        if matches!(self.flavor, Flavor::OpenAi) && said.contains("v1/responses") {
            return error.with_hint(format!("use the Responses API: `responses:{}`", asked.model));
        }
        if self.is_ollama && http.status == 404 && said.contains("not found") {
            return error.with_hint(format!("download it with `ollama pull {}`", asked.model));
        }
        error
    }

    fn notes(&self, asked: &Asked<'_>) -> Vec<ReplyNote> {
        let text = format!(
            "this is an Ollama server, which truncates prompts that exceed its default window; `ollama:{}` requests the \
             window it needs",
            asked.model
        );
        self.is_ollama.then(|| ReplyNote(text.into())).into_iter().collect()
    }

    fn doubt(&self, asked: &Asked<'_>, reply: &Assembly) -> Option<ModelError> {
        let error = self.is_ollama.then(|| cut_prompt(asked, reply)).flatten()?;
        Some(error.with_hint(format!(
            "use `ollama:{}`, which requests the window it needs",
            asked.model
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_openai_gets_max_completion_tokens_first() {
        let first = |flavor, base_url: &str| {
            let names = names_for(&flavor, &base_url.parse().unwrap());
            names(Parameter::MaxOutput(MaxOutputName::First)).unwrap()
        };
        assert_eq!(
            first(Flavor::OpenAi, "https://api.openai.com/v1"),
            "max_completion_tokens"
        );
        assert_eq!(first(Flavor::OpenAi, "http://gpu:8000/v1"), "max_tokens");
        assert_eq!(first(Flavor::Compatible, "http://gpu:8000/v1"), "max_tokens");
    }
}
