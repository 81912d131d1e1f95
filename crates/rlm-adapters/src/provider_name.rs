//! The names of known providers.

use serde::{Deserialize, Serialize};

/// Defines [`ProviderName`] with the prefixes of its variants, so that no list of them lacks one.
macro_rules! providers {
    ($($(#[$doc:meta])+ $variant:ident = $prefix:literal,)+) => {
        /// A known provider, whose base URL and key are found in the environment.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum ProviderName {
            $($(#[$doc])+ $variant,)+
        }

        impl ProviderName {
            /// All known providers.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the prefix in model strings.
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
    /// OpenAI's chat completions, or a server that replaces it.
    OpenAi = "openai",
    /// OpenAI's Responses API.
    Responses = "responses",
    /// Anthropic's Messages API.
    Anthropic = "anthropic",
    /// OpenRouter.
    OpenRouter = "openrouter",
    /// A deployment on Azure.
    Azure = "azure",
    /// A Gemini model of Vertex AI.
    Vertex = "vertex",
    /// Ollama.
    Ollama = "ollama",
    /// Any server with chat completions.
    Compat = "compat",
}

impl ProviderName {
    /// Returns the provider with a prefix, unless its model strings need a URL.
    pub(crate) fn by_prefix(prefix: &str) -> Option<Self> {
        let mut known = Self::ALL.iter().filter(|name| **name != Self::Compat);
        known.find(|name| name.prefix() == prefix).copied()
    }
}
