//! Ways to models: one module per provider, and models that need no network.

mod extractive;
mod fake;
mod mailbox;
mod openai;
mod replay;
mod spec;
mod transport;

pub use extractive::ExtractiveModel;
pub use fake::{FakeError, FakeModel, PatternError, TemplateError};
pub use mailbox::MailboxModel;
pub use openai::{OpenAiConfig, OpenAiModel};
pub use replay::{ReplayError, ReplayModel};
pub use spec::{DefaultModel, Environment, ModelSpec, ResolveOptions, SpecError, default_spec, resolve};
pub use transport::{ApiKey, ApiKeyError, BaseUrl, BaseUrlError, MAX_REPLY_BYTES, Timeouts};
