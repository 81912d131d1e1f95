//! Ways to models: one module per provider, and models that need no network.
//!
//! A provider is two pure mappings, of a request to a body and of an answer, whole or streamed, to a reply or an error, apart
//! from the one transport that all share. Each model here makes one attempt a call; retries, rates, budgets and caches are built on
//! top of it, from what [`ModelError`](rlm_model::ModelError) says.
//!
//! | string | model |
//! |---|---|
//! | `openai:NAME`, `openrouter:NAME`, `azure:DEPLOYMENT`, `compat:NAME@URL` | [`OpenAiModel`]: chat completions |
//! | `responses:NAME` | [`ResponsesModel`]: OpenAI's Responses, which some of its models speak alone |
//! | `anthropic:NAME` | [`AnthropicModel`]: Messages, with the shared prefix marked for the provider's cache |
//! | `vertex:NAME` | [`VertexModel`]: Gemini models, asked with a service account's tokens |
//! | `ollama:NAME` | [`OllamaModel`]: Ollama's own protocol, with a window that the prompt fits in |
//! | `generic:FILE` | [`GenericModel`]: any protocol that a file describes; in programs, closures |
//! | `fake:FILE` | [`FakeModel`]: replies by script and by rules |
//! | `replay:JOURNAL` | [`ReplayModel`]: the replies of a recorded run |
//! | `mailbox:DIR` | [`MailboxModel`]: whoever answers in a folder |
//! | `extractive` | [`ExtractiveModel`]: look-ups by words, without a model |
//!
//! The traps of the domain, and what stands here against them:
//!
//! - **Compatible servers are not.** They differ in the parameters they take and in how they say so. A rejected parameter is
//!   renamed or dropped once, remembered, and said in the notes of each reply that it touches. The output limit is the
//!   exception: budgets rest on it, so it may go by another name, but it is never dropped; and where a server ignores it,
//!   the other name is tried from then on.
//! - **A form that is asked for is not a form that is had.** Providers hold models to JSON schemas and to grammars in ways of their own: a
//!   tool that takes texts of the grammar alone, a field that one server knows and others pass over, a JSON object around the text, or
//!   not at all. What comes back is the bare text in each case. What the server refuses is left out once, remembered and said, the form
//!   that it refuses alone; and a reply of another form is a reply, unless the one who asks says that it is none.
//! - **A slow answer and no answer look alike.** Answers come as streams wherever the server knows how, so that silence is told
//!   from work. Reaching the server, the first byte, the pause between two pieces, and the whole have [limits](Timeouts) of
//!   their own, and the error says which one ran out. A server that sends a byte every ten seconds meets the last.
//! - **Half an answer is none.** A body or a stream that breaks off, that is not JSON, or that holds no text is an error, whatever
//!   its status. What an answer eaten up by thinking has used is in the error all the same, and how much room another attempt needs.
//! - **Servers repeat keys.** A key goes into one header. It is cut out of whatever comes back, and no `Debug` shows it.
//! - **A key sent once too often is a key given away.** Redirects are not followed, and a base URL with a password is refused.
//! - **Start-up is part of every run.** Nothing is opened before the first call, and certificates are only read for a server
//!   on another machine.
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
//! assert_eq!(error.to_string(), "unknown model `opnai:gpt-5.1`: did you mean `openai:NAME`?");
//! # Ok::<(), rlm_adapters::SpecError>(())
//! ```

mod anthropic;
mod default_model;
mod entry;
mod environment;
mod extractive;
mod fake;
mod generic;
mod json_service;
mod mailbox;
mod ollama;
mod openai;
mod provider;
mod provider_name;
mod replay;
mod resolve;
mod responses;
mod spec;
mod transport;
mod variables;
mod vertex;

pub use anthropic::{AnthropicModel, Messages};
pub use default_model::{CostBudget, DefaultModel, default_model, models_with_keys, named_by_variable};
pub use entry::{ModelEntry, ModelTable, PriceEntry};
pub use environment::{Environment, KeyRequirement, ResolveOptions};
pub use extractive::ExtractiveModel;
pub use fake::{FakeError, FakeModel, PatternError, TemplateError};
pub use generic::{Generic, GenericError, GenericModel, GenericReply, PayloadBuilder, ResponseParser};
pub use json_service::JsonService;
pub use mailbox::MailboxModel;
pub use ollama::{Ollama, OllamaModel};
pub use openai::{ChatCompletions, OPENROUTER_BASE_URL, OpenAiModel};
pub use provider::{Endpoint, EndpointError, ModelServer, Provider, Reachability, ReachableModel};
pub use provider_name::ProviderName;
pub use replay::{RecordingError, ReplayModel};
pub use resolve::{SERVICE_ACCOUNT_VARIABLE, resolve, resolve_reachable};
pub use responses::{Responses, ResponsesModel};
pub use spec::{ModelSpec, SpecError};
pub use transport::{ApiKey, ApiKeyError, BaseUrl, BaseUrlError, MAX_REPLY_BYTES, Timeouts, notify};
pub use variables::{base_url_variables, key_variables};
pub use vertex::{ServiceAccount, ServiceAccountError, Vertex, VertexModel};
