//! Ways to models: one module per provider, and models that need no network.

mod fake;
mod openai;
mod transport;

pub use fake::{FakeError, FakeModel, PatternError, TemplateError};
pub use openai::{OpenAiConfig, OpenAiModel};
pub use transport::{ApiKey, ApiKeyError, BaseUrl, BaseUrlError, MAX_REPLY_BYTES, Timeouts};
