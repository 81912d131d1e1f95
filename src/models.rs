//! Models: one type per provider, models that need no network, and the trait for your own.
//!
//! [`resolve`] makes a model of a string such as `openai:gpt-5.1`; [`default_model`] finds the one
//! whose API key is set. A [`Model`] makes one attempt per call; retries, rate limits, budgets and
//! the [`Cache`] are not its concern.
//!
//! ```
//! use rlm::models::{Model as _, ModelSpec, ResolveOptions, resolve};
//!
//! let env = |name: &str| (name == "LLM_BASE_URL").then(|| "http://localhost:11434/v1".to_owned());
//! let model = resolve(&ModelSpec::parse("openai:llama3:8b")?, &env, &ResolveOptions::default())?;
//! assert_eq!(model.identity().to_string(), "openai:llama3:8b");
//! # Ok::<(), rlm::models::SpecError>(())
//! ```

#[doc(inline)]
pub use rlm_adapters::{
    AnthropicModel, BaseUrl, DefaultModel, Endpoint, EndpointError, ExecAdapter, ExecEntry, ExecModel, ExecProtocol,
    FakeModel, GeminiModel, GenericModel, GenericReply, InsufficientVariable, KeyRequirement, LocalServer,
    MailboxModel, ModelEntry, ModelServer, ModelSpec, ModelTable, OllamaModel, OpenAiModel, PayloadBuilder,
    ProviderName, ProviderOrder, ResolveOptions, ResponseParser, ResponsesModel, SearchModel, ServiceAccount,
    SpecError, VertexModel, default_model, detect, resolve,
};
#[doc(inline)]
pub use rlm_cache::Cache;
#[doc(inline)]
pub use rlm_core::{FindModel, Sampling};
#[doc(inline)]
pub use rlm_model::{
    AttachedImage, BoxFuture, Call, CallId, Finish, Image, Message, Model, ModelError, ModelErrorKind, ModelIdentity,
    ModelLimits, NamePattern, Parameters, Part, ReasoningEffort, Reply, ReplyNote, Request, RetryAdvice, Role,
    TimeoutPhase,
};
#[cfg(feature = "tokens")]
#[doc(inline)]
pub use rlm_tokens::Encoding;
#[doc(inline)]
pub use sift_text::Tokenizer;
