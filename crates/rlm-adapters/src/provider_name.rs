//! The names of known model providers.

use serde::{Deserialize, Serialize};

/// Defines [`ProviderName`] together with the prefixes of its variants, so that every variant is in
/// all lists of providers.
macro_rules! providers {
    ($($(#[$doc:meta])+ $variant:ident = $prefix:literal,)+) => {
        /// A known model provider, whose base URL and key are found in the environment.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum ProviderName {
            $($(#[$doc])+ $variant,)+
        }

        impl ProviderName {
            /// All known model providers.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the provider's prefix in model strings, such as `openai`.
            #[must_use]
            pub const fn prefix(self) -> &'static str {
                match self {
                    $(Self::$variant => $prefix,)+
                }
            }
        }
    };
}

providers! {
    /// OpenAI's chat completions API, or a server that replaces it.
    OpenAi = "openai",
    /// OpenAI's Responses API.
    Responses = "responses",
    /// Anthropic's Messages API.
    Anthropic = "anthropic",
    /// The OpenRouter gateway to models of many providers.
    OpenRouter = "openrouter",
    /// A deployment of an OpenAI model on Azure.
    Azure = "azure",
    /// A Gemini model of Vertex AI.
    Vertex = "vertex",
    /// The native API of an Ollama server.
    Ollama = "ollama",
    /// A Gemini model of Google's Gemini API, with an API key.
    Gemini = "gemini",
    /// The Portkey gateway to models of many providers.
    Portkey = "portkey",
    /// Vercel's AI Gateway to models of many providers.
    Vercel = "vercel",
    /// Mistral's API.
    Mistral = "mistral",
    /// Groq's API.
    Groq = "groq",
    /// Together AI's API.
    Together = "together",
    /// Fireworks AI's API.
    Fireworks = "fireworks",
    /// DeepSeek's API.
    DeepSeek = "deepseek",
    /// The API of xAI.
    Xai = "xai",
    /// Cerebras' API.
    Cerebras = "cerebras",
    /// A local LM Studio server.
    LmStudio = "lmstudio",
    /// A llama.cpp server.
    LlamaCpp = "llamacpp",
    /// A vLLM server.
    Vllm = "vllm",
    /// Any server with a chat completions API.
    Compat = "compat",
}

impl ProviderName {
    /// Returns the provider with the given prefix. Returns `None` for a provider whose model
    /// strings need a URL.
    pub(crate) fn by_prefix(prefix: &str) -> Option<Self> {
        let mut known = Self::ALL.iter().filter(|name| **name != Self::Compat);
        known.find(|name| name.prefix() == prefix).copied()
    }
}
