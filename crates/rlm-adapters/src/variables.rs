//! The environment variables that each provider's official tools read.

use crate::services::Service;
use crate::{AnthropicModel, BaseUrl, Endpoint, OPENROUTER_BASE_URL, OllamaModel, ProviderName};

/// The environment variable that holds the path of a Google service account's file.
pub const SERVICE_ACCOUNT_VARIABLE: &str = "GOOGLE_APPLICATION_CREDENTIALS";

/// The environment variables for a provider's base URL and API key, in order of precedence.
pub(crate) struct Variables {
    pub(crate) base_urls: &'static [&'static str],
    pub(crate) default_url: Option<&'static str>,
    pub(crate) keys: &'static [&'static str],
}

impl ProviderName {
    /// Returns the environment variables for the provider's base URL and API key.
    pub(crate) fn variables(self) -> Variables {
        if let Some(service) = Service::find(self) {
            return Variables {
                base_urls: service.base_urls,
                default_url: Some(service.base_url),
                keys: service.keys,
            };
        }
        match self {
            Self::OpenAi | Self::Responses => Variables {
                base_urls: &["LLM_BASE_URL", "OPENAI_BASE_URL"],
                default_url: Some(Endpoint::OPENAI_BASE_URL),
                keys: &["LLM_API_KEY", "OPENAI_API_KEY"],
            },
            Self::Anthropic => Variables {
                base_urls: &["ANTHROPIC_BASE_URL"],
                default_url: Some(AnthropicModel::BASE_URL),
                keys: &["ANTHROPIC_API_KEY"],
            },
            Self::OpenRouter => Variables {
                base_urls: &["OPENROUTER_BASE_URL"],
                default_url: Some(OPENROUTER_BASE_URL),
                keys: &["OPENROUTER_API_KEY"],
            },
            Self::Azure => Variables {
                base_urls: &["OPENAI_ENDPOINT", "AZURE_OPENAI_ENDPOINT"],
                default_url: None,
                keys: &["AZURE_OPENAI_API_KEY"],
            },
            Self::Vertex => Variables {
                base_urls: &[],
                default_url: None,
                keys: &[],
            },
            Self::Ollama => Variables {
                base_urls: &["OLLAMA_HOST"],
                default_url: Some(OllamaModel::BASE_URL),
                keys: &[],
            },
            // The other providers are in the table of services.
            _ => Variables {
                base_urls: &["LLM_BASE_URL"],
                default_url: None,
                keys: &["LLM_API_KEY"],
            },
        }
    }

    /// Returns `true` if the provider's server at `base_url` always requires an API key.
    pub(crate) fn wants_key(self, base_url: &BaseUrl) -> bool {
        match self {
            Self::OpenAi | Self::Responses => base_url.is_openai(),
            Self::Anthropic | Self::OpenRouter | Self::Azure => !base_url.is_loopback(),
            Self::Vertex | Self::Ollama | Self::Compat => false,
            _ => Service::find(self).is_some_and(|service| !service.is_local && !base_url.is_loopback()),
        }
    }
}

/// Returns the default environment variables for the API keys of all providers, in order of
/// precedence.
#[must_use]
pub fn key_variables() -> Vec<&'static str> {
    every(|variables| variables.keys)
}

/// Returns the environment variables for the base URLs of all providers.
#[must_use]
pub fn base_url_variables() -> Vec<&'static str> {
    every(|variables| variables.base_urls)
}

fn every(of: fn(Variables) -> &'static [&'static str]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in ProviderName::ALL.iter().flat_map(|provider| of(provider.variables())) {
        if !names.contains(name) {
            names.push(*name);
        }
    }
    names
}
