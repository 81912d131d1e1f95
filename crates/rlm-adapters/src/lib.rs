//! Adapters to models: one module per provider, and models that need no network.
//!
//! A provider consists of two pure mappings: from a request to a body, and from a response,
//! streamed or not, to a reply or an error. All providers share a single transport. Each call of a
//! model makes one attempt. Retries, rate limits, budgets and caches are implemented on top, based
//! on [`ModelError`](rlm_model::ModelError).
//!
//! | string | model |
//! |---|---|
//! | `openai:NAME`, `openrouter:NAME`, `azure:DEPLOYMENT`, `compat:NAME@URL` | [`OpenAiModel`]: chat completions |
//! | `responses:NAME` | [`ResponsesModel`]: OpenAI Responses API (the only API of some models) |
//! | `anthropic:NAME` | [`AnthropicModel`]: Messages API, with the shared prefix marked for the provider's cache |
//! | `mistral:NAME`, `groq:NAME`, … | the same, for the services of a [table](SERVICES) |
//! | `gemini:NAME` | [`GeminiModel`]: Gemini models, with an API key |
//! | `vertex:NAME` | [`VertexModel`]: Gemini models, with the tokens of a service account |
//! | `ollama:NAME` | [`OllamaModel`]: Ollama API, with a context window that fits the prompt |
//! | `generic:FILE` | [`GenericModel`]: any protocol that a file describes; in programs, closures |
//! | `fake:FILE` | [`FakeModel`]: scripted replies and rules |
//! | `replay:JOURNAL` | [`ReplayModel`]: the replies of a recorded run |
//! | `mailbox:DIR` | [`MailboxModel`]: manual replies, as files in a folder |
//! | a name in a configuration file | [`ExecModel`]: a command of the user, such as a coding agent; or any of the others |
//! | `search` | [`SearchModel`]: keyword search, without a model |
//!
//! The pitfalls, and how the adapters avoid them:
//!
//! - **Compatible servers differ.** They accept different parameters and report errors differently.
//!   A rejected parameter is renamed or dropped once, remembered, and mentioned in the notes of
//!   each affected reply. The exception is the output limit, since budgets depend on it: it may be
//!   renamed, but is never dropped. If a server ignores it, the other name is used from then on.
//! - **A requested format is not guaranteed.** Providers constrain models to JSON schemas and
//!   grammars in different ways: by a tool that accepts only texts of the grammar, by a field that
//!   other servers ignore, by a JSON object around the text, or not at all. The reply is the bare
//!   text in each case. A format that the server rejects is dropped once, remembered and reported;
//!   other formats are still sent. A reply in another format is accepted, unless the caller
//!   requires the format.
//! - **A slow response and no response look alike.** Responses are streamed if the server supports
//!   it, so that progress is visible. Connecting, the first byte, the pause between two pieces, and
//!   the whole call have separate [timeouts](Timeouts), and the error names the one that expired.
//!   The last one also applies to a server that sends a byte every ten seconds.
//! - **A partial response is no reply.** A body or a stream that is truncated, is not JSON, or
//!   contains no text is an error, whatever its status. If reasoning used up the output limit, the
//!   error contains the usage and the limit for a retry.
//! - **Servers echo keys.** A key is sent in a single header. It is removed from all responses, and
//!   not shown by `Debug`.
//! - **A key sent to the wrong server is leaked.** Redirects are not followed, and a base URL with
//!   a password is rejected.
//! - **A command is an effect.** A model string may come from a journal or a request, so none contains
//!   a command: an [`ExecEntry`] is accepted from the user's own configuration only.
//! - **Start-up time is part of every run.** No connection is opened before the first call, and
//!   certificates are only loaded for a server on another machine.
//!
//! ```
//! use rlm_adapters::{ModelSpec, ResolveOptions, resolve};
//!
//! let env = |name: &str| (name == "LLM_BASE_URL").then(|| "http://localhost:11434/v1".to_owned());
//! let spec = ModelSpec::parse("openai:llama3:8b")?;
//! let model = resolve(&spec, &env, &ResolveOptions::default())?;
//! assert_eq!(model.identity().to_string(), "openai:llama3:8b");
//!
//! let error = ModelSpec::parse("opnai:gpt-5.1").unwrap_err();
//! assert_eq!(error.to_string(), "unknown model `opnai:gpt-5.1`; did you mean `openai:NAME`?");
//! # Ok::<(), rlm_adapters::SpecError>(())
//! ```

mod anthropic;
mod default_model;
mod detect;
mod entry;
mod environment;
mod exec;
mod fake;
mod generic;
mod header_value;
mod json_service;
mod mailbox;
mod ollama;
mod openai;
mod post_client;
mod provider;
mod provider_name;
mod replay;
mod replay_pace;
mod resolve;
mod responses;
mod search;
mod services;
mod spec;
mod transport;
mod variables;
mod vertex;

pub use anthropic::{AnthropicModel, Messages};
pub use default_model::{
    DefaultModel, InsufficientVariable, ProviderOrder, default_model, models_with_keys, named_by_variable,
};
pub use detect::{DETECT_LIMIT, DETECT_VARIABLE, LocalServer, detect};
pub use entry::{ModelEntry, ModelTable, PriceEntry};
pub use environment::{Environment, KeyRequirement, ResolveOptions};
pub use exec::{ExecAdapter, ExecEntry, ExecModel, ExecProtocol};
pub use fake::{FakeError, FakeModel, PatternError, TemplateError};
pub use generic::{Generic, GenericError, GenericModel, GenericReply, PayloadBuilder, ResponseParser};
pub use json_service::JsonService;
pub use mailbox::MailboxModel;
pub use ollama::{Ollama, OllamaModel};
pub use openai::{ChatCompletions, OPENROUTER_BASE_URL, OpenAiModel};
pub use post_client::{PostClient, Posted};
pub use provider::{Endpoint, EndpointError, ModelServer, Provider, Reachability, ReachableModel};
pub use provider_name::ProviderName;
pub use replay::{RecordingError, ReplayModel};
pub use replay_pace::ReplayPace;
pub use resolve::{resolve, resolve_reachable};
pub use responses::{Responses, ResponsesModel};
pub use search::SearchModel;
pub use services::{SERVICES, Service, ServiceProtocol};
pub use spec::{ModelSpec, SpecError};
pub use transport::{ApiKey, ApiKeyError, BaseUrl, BaseUrlError, MAX_REPLY_BYTES, Timeouts, notify};
pub use variables::{SERVICE_ACCOUNT_VARIABLE, base_url_variables, key_variables};
pub use vertex::{Gemini, GeminiModel, ServiceAccount, ServiceAccountError, Vertex, VertexModel};
