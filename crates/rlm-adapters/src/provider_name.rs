//! The names of known providers.

use serde::{Deserialize, Serialize};

/// A known provider, whose base URL and key are found in the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderName {
    /// OpenAI's chat completions, or a server that replaces it.
    OpenAi,
    /// OpenAI's Responses API.
    Responses,
    /// Anthropic's Messages API.
    Anthropic,
    /// OpenRouter.
    OpenRouter,
    /// A deployment on Azure.
    Azure,
    /// A Gemini model of Vertex AI.
    Vertex,
    /// Ollama.
    Ollama,
    /// Any server with chat completions.
    Compat,
}

impl ProviderName {
    /// Returns the prefix in model strings.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Responses => "responses",
            Self::Anthropic => "anthropic",
            Self::OpenRouter => "openrouter",
            Self::Azure => "azure",
            Self::Vertex => "vertex",
            Self::Ollama => "ollama",
            Self::Compat => "compat",
        }
    }

    /// Returns the provider with a prefix, unless its model strings need a URL.
    pub(crate) fn by_prefix(prefix: &str) -> Option<Self> {
        [
            Self::OpenAi,
            Self::Responses,
            Self::Anthropic,
            Self::OpenRouter,
            Self::Azure,
            Self::Vertex,
            Self::Ollama,
        ]
        .into_iter()
        .find(|name| name.prefix() == prefix)
    }
}
