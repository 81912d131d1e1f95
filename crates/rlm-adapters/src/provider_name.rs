//! Providers that are known by name.

use serde::{Deserialize, Serialize};

/// A provider that is known by name: where it is reached and where its key stands follows from the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderName {
    /// OpenAI's chat completions, or any server in its place.
    OpenAi,
    /// OpenAI's Responses.
    Responses,
    /// Anthropic's Messages.
    Anthropic,
    /// OpenRouter.
    OpenRouter,
    /// A deployment on Azure.
    Azure,
    /// A Gemini model of Vertex AI.
    Vertex,
    /// Ollama.
    Ollama,
    /// Any server that speaks chat completions.
    Compat,
}

impl ProviderName {
    /// Returns its prefix in model strings.
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

    /// Finds a provider that a model string can name without saying where it is.
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
