//! The providers that share another provider's protocol, in one table.

use crate::ProviderName;
use crate::openai::{names, names_of_compatible};
use crate::provider::{MaxOutputName, ModelServer, Names, Parameter};

/// The protocol of a [`Service`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceProtocol {
    /// OpenAI's chat completions API.
    ChatCompletions,
    /// Google's `generateContent` API.
    GenerateContent,
}

/// A provider that is known by its name, and whose protocol is that of another provider.
///
/// ```
/// use rlm_adapters::SERVICES;
///
/// let mistral = SERVICES.iter().find(|service| service.prefix() == "mistral").ok_or("no such service")?;
/// assert_eq!(mistral.base_url, "https://api.mistral.ai/v1");
/// assert_eq!(mistral.keys, ["MISTRAL_API_KEY"]);
/// # Ok::<(), &str>(())
/// ```
pub struct Service {
    /// The name of the provider in model strings.
    pub provider: ProviderName,
    /// The name by which people know the provider, such as `LM Studio`.
    pub label: &'static str,
    /// The base URL, if no environment variable sets another one.
    pub base_url: &'static str,
    /// The environment variables for the base URL, in order of precedence.
    pub base_urls: &'static [&'static str],
    /// The environment variables for the API key, in order of precedence.
    pub keys: &'static [&'static str],
    /// The model that a key selects if the user names none: one that the provider keeps up to date
    /// under this name. `None` if there is no such model.
    pub default_model: Option<&'static str>,
    /// The protocol.
    pub protocol: ServiceProtocol,
    /// The header for the key, in lower case; `authorization` contains it as a bearer token.
    pub key_header: &'static str,
    /// Whether the program runs models itself, usually on the user's machine, and charges nothing.
    pub is_local: bool,
    /// The server program, if it supports grammars.
    pub server: Option<ModelServer>,
    /// Whether the API accepts JSON schemas for replies.
    pub takes_schemas: bool,
    pub(crate) names: Names,
}

impl Service {
    /// Returns the prefix in model strings, such as `mistral`.
    #[must_use]
    pub const fn prefix(&self) -> &'static str {
        self.provider.prefix()
    }

    /// Returns the table's row for a provider. Returns `None` for a provider with its own adapter.
    pub(crate) fn find(provider: ProviderName) -> Option<&'static Self> {
        SERVICES.iter().find(|service| service.provider == provider)
    }
}

/// A hosted service with bearer tokens.
const HOSTED: Service = Service {
    provider: ProviderName::Compat,
    label: "",
    base_url: "",
    base_urls: &[],
    keys: &[],
    default_model: None,
    protocol: ServiceProtocol::ChatCompletions,
    key_header: "authorization",
    is_local: false,
    server: None,
    takes_schemas: true,
    names,
};

/// A gateway, which passes parameters on to providers with either name of the output limit.
const GATEWAY: Service = Service {
    names: names_of_compatible,
    ..HOSTED
};

/// A program that serves models on the user's machine.
const LOCAL: Service = Service {
    is_local: true,
    ..GATEWAY
};

/// The known services.
///
/// Sources (read in November 2026): <https://ai.google.dev/api>,
/// <https://portkey.ai/docs/api-reference>, <https://vercel.com/docs/ai-gateway/openai-compat>,
/// <https://docs.mistral.ai/api>, <https://console.groq.com/docs/openai>,
/// <https://docs.together.ai/docs/openai-api-compatibility>,
/// <https://docs.fireworks.ai/tools-sdks/openai-compatibility>, <https://api-docs.deepseek.com>,
/// <https://docs.x.ai/docs/api-reference>, <https://inference-docs.cerebras.ai/resources/openai>,
/// <https://lmstudio.ai/docs/developer/core/authentication>,
/// <https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md>,
/// <https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>.
#[rustfmt::skip]
pub const SERVICES: [Service; 13] = [
    Service {
        provider: ProviderName::Gemini,
        label: "Gemini API",
        base_url: "https://generativelanguage.googleapis.com/v1beta",
        base_urls: &["GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"],
        keys: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        default_model: Some("gemini-flash-latest"),
        protocol: ServiceProtocol::GenerateContent,
        key_header: "x-goog-api-key",
        ..HOSTED
    },
    Service {
        provider: ProviderName::Portkey,
        label: "Portkey gateway",
        base_url: "https://api.portkey.ai/v1",
        base_urls: &["PORTKEY_BASE_URL"],
        keys: &["PORTKEY_API_KEY"],
        key_header: "x-portkey-api-key",
        ..GATEWAY
    },
    Service {
        provider: ProviderName::Vercel,
        label: "Vercel AI Gateway",
        base_url: "https://ai-gateway.vercel.sh/v1",
        base_urls: &["AI_GATEWAY_BASE_URL"],
        keys: &["AI_GATEWAY_API_KEY", "VERCEL_AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"],
        ..GATEWAY
    },
    Service {
        provider: ProviderName::Mistral,
        label: "Mistral",
        base_url: "https://api.mistral.ai/v1",
        base_urls: &["MISTRAL_BASE_URL"],
        keys: &["MISTRAL_API_KEY"],
        default_model: Some("mistral-large-latest"),
        names: names_of_mistral,
        ..HOSTED
    },
    Service {
        provider: ProviderName::Groq,
        label: "Groq",
        base_url: "https://api.groq.com/openai/v1",
        base_urls: &["GROQ_BASE_URL"],
        keys: &["GROQ_API_KEY"],
        ..HOSTED
    },
    Service {
        provider: ProviderName::Together,
        label: "Together AI",
        base_url: "https://api.together.xyz/v1",
        base_urls: &["TOGETHER_BASE_URL"],
        keys: &["TOGETHER_API_KEY"],
        ..GATEWAY
    },
    Service {
        provider: ProviderName::Fireworks,
        label: "Fireworks AI",
        base_url: "https://api.fireworks.ai/inference/v1",
        base_urls: &["FIREWORKS_BASE_URL"],
        keys: &["FIREWORKS_API_KEY"],
        ..GATEWAY
    },
    Service {
        provider: ProviderName::DeepSeek,
        label: "DeepSeek",
        base_url: "https://api.deepseek.com/v1",
        base_urls: &["DEEPSEEK_BASE_URL"],
        keys: &["DEEPSEEK_API_KEY"],
        default_model: Some("deepseek-chat"),
        takes_schemas: false,
        ..GATEWAY
    },
    Service {
        provider: ProviderName::Xai,
        label: "xAI",
        base_url: "https://api.x.ai/v1",
        base_urls: &["XAI_BASE_URL"],
        keys: &["XAI_API_KEY"],
        default_model: Some("grok-4-latest"),
        ..HOSTED
    },
    Service {
        provider: ProviderName::Cerebras,
        label: "Cerebras",
        base_url: "https://api.cerebras.ai/v1",
        base_urls: &["CEREBRAS_BASE_URL"],
        keys: &["CEREBRAS_API_KEY"],
        ..HOSTED
    },
    Service {
        provider: ProviderName::LmStudio,
        label: "LM Studio",
        base_url: "http://127.0.0.1:1234/v1",
        base_urls: &["LMSTUDIO_BASE_URL"],
        keys: &["LM_API_TOKEN"],
        ..LOCAL
    },
    Service {
        provider: ProviderName::LlamaCpp,
        label: "llama.cpp (llama-server)",
        base_url: "http://127.0.0.1:8080/v1",
        base_urls: &["LLAMACPP_BASE_URL"],
        keys: &["LLAMA_API_KEY"],
        server: Some(ModelServer::LlamaCpp),
        ..LOCAL
    },
    Service {
        provider: ProviderName::Vllm,
        label: "vLLM",
        base_url: "http://127.0.0.1:8000/v1",
        base_urls: &["VLLM_BASE_URL"],
        keys: &["VLLM_API_KEY"],
        server: Some(ModelServer::Vllm),
        ..LOCAL
    },
];

/// Returns the name of a request parameter for Mistral, which rejects unknown ones. Its streams
/// always end with the usage.
const fn names_of_mistral(parameter: Parameter) -> Option<&'static str> {
    match parameter {
        Parameter::MaxOutput(MaxOutputName::First) => Some("max_tokens"),
        Parameter::MaxOutput(MaxOutputName::Other) | Parameter::StreamUsage => None,
        Parameter::Seed => Some("random_seed"),
        other => names(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BaseUrl;

    #[test]
    fn every_service_has_one_row_with_an_address_and_a_key() {
        for (number, service) in SERVICES.iter().enumerate() {
            let name = service.prefix();
            assert_ne!(service.provider, ProviderName::Compat, "row {number} names no provider");
            assert_eq!(
                SERVICES.iter().filter(|other| other.prefix() == name).count(),
                1,
                "{name}"
            );
            let base_url: BaseUrl = service.base_url.parse().unwrap();
            assert_eq!(base_url.is_loopback(), service.is_local, "{name}");
            assert!(base_url.is_https() || service.is_local, "{name}");
            assert!(!service.keys.is_empty() && !service.base_urls.is_empty(), "{name}");
        }
    }
}
