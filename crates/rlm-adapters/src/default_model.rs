//! The choice of a default model, for a user who names none.

use crate::environment::{Environment, first_set};
use crate::services::SERVICES;
use crate::spec::{ModelSpec, SpecError};
use crate::{BaseUrl, ProviderName};

/// The default models of providers with their own adapters, each with the environment variable of the provider's key, in
/// order of precedence. Those of [`SERVICES`] follow.
const DEFAULT_MODELS: [(&str, ProviderName, &str); 4] = [
    ("LLM_API_KEY", ProviderName::OpenAi, "gpt-5.1"),
    ("OPENAI_API_KEY", ProviderName::OpenAi, "gpt-5.1"),
    ("ANTHROPIC_API_KEY", ProviderName::Anthropic, "claude-sonnet-4-5"),
    OPENROUTER_DEFAULT,
];
const OPENROUTER_DEFAULT: (&str, ProviderName, &str) =
    ("OPENROUTER_API_KEY", ProviderName::OpenRouter, "openai/gpt-5.1");

/// Returns the default models of all providers, in order of precedence. A key variable that other
/// tools use too, such as `GOOGLE_API_KEY`, selects no model.
fn ranked() -> impl Iterator<Item = (&'static str, ProviderName, &'static str)> {
    let services = SERVICES
        .iter()
        .filter_map(|service| Some((*service.keys.first()?, service.provider, service.default_model?)));
    DEFAULT_MODELS.into_iter().chain(services)
}

/// Returns the variable of a key that is set, but selects no model.
fn key_without_model(env: Environment<'_>) -> Option<InsufficientVariable> {
    let mut hosted = SERVICES.iter().filter(|service| !service.is_local);
    hosted.find_map(|service| {
        let (name, _) = first_set(service.keys, env)?;
        Some(InsufficientVariable {
            name,
            prefix: service.prefix(),
        })
    })
}

/// The environment variables that may hold a model string, in order of precedence.
const MODEL_VARIABLES: [&str; 2] = ["RLM_MODEL", "DEFAULT_MODEL"];

/// The result of looking for a default model in the environment.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultModel {
    /// An API key in the environment selects the default model of its provider.
    Found {
        /// The specification of the default model.
        spec: ModelSpec,
        /// The environment variable of the key that selected the model.
        because_of: &'static str,
    },
    /// An environment variable contains a model string, which may be a name that the user has
    /// configured.
    Named {
        /// The model string in the variable.
        text: String,
        /// The environment variable that contains the model string.
        because_of: &'static str,
    },
    /// No environment variable selects a model.
    NotFound {
        /// The environment variables that were checked, in order.
        looked_for: Vec<&'static str>,
        /// A variable that is set, but does not suffice to select a model.
        insufficient: Option<InsufficientVariable>,
    },
}

/// An environment variable that is set, but does not suffice to select a model: a base URL, or the
/// key of a provider without a default model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsufficientVariable {
    /// The name of the environment variable.
    pub name: &'static str,
    /// The prefix of model strings for its provider, such as `groq`.
    pub prefix: &'static str,
}

/// The order in which providers are considered for the default model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProviderOrder {
    /// The usual order.
    #[default]
    Usual,
    /// OpenRouter comes first: for a run with a cost limit, since it reports the cost of each call.
    OpenRouterFirst,
}

/// Returns the default model, for a user who names none. It is the model in `RLM_MODEL` or
/// `DEFAULT_MODEL`, otherwise the default model of the first provider whose key is set, unless `LLM_BASE_URL` or
/// `OPENAI_BASE_URL` names a server other than OpenAI's.
///
/// ```
/// use rlm_adapters::{ProviderOrder, DefaultModel, default_model};
///
/// let env = |name: &str| (name == "ANTHROPIC_API_KEY").then(|| "sk-7c1f".to_owned());
/// let found = default_model(&env, ProviderOrder::Usual);
/// assert!(matches!(found, DefaultModel::Found { because_of: "ANTHROPIC_API_KEY", .. }));
/// assert!(matches!(default_model(&|_| None, ProviderOrder::Usual), DefaultModel::NotFound { .. }));
/// ```
#[must_use]
pub fn default_model(env: Environment<'_>, order: ProviderOrder) -> DefaultModel {
    if let Some((because_of, text)) = first_set(&MODEL_VARIABLES, env) {
        return DefaultModel::Named {
            text: text.trim().to_owned(),
            because_of,
        };
    }
    let base_urls = ProviderName::OpenAi.variables().base_urls;
    let elsewhere = first_set(base_urls, env)
        .is_some_and(|(_, url)| !url.parse::<BaseUrl>().is_ok_and(|base_url| base_url.is_openai()));
    let preferred = (order == ProviderOrder::OpenRouterFirst).then_some(OPENROUTER_DEFAULT);
    let ranked = preferred.into_iter().chain(ranked());
    // Which models a server elsewhere has is unknown, and texts meant for it are not sent to others.
    let mut usable = ranked.filter(|_| !elsewhere);
    let found = usable.find(|(variable, ..)| first_set(&[variable], env).is_some());
    match found {
        Some((because_of, provider, model)) => DefaultModel::Found {
            spec: ModelSpec::provider(provider, model),
            because_of,
        },
        None => DefaultModel::NotFound {
            looked_for: MODEL_VARIABLES
                .into_iter()
                .chain(self::ranked().map(|(variable, ..)| variable))
                .collect(),
            insufficient: match first_set(base_urls, env).filter(|_| elsewhere) {
                Some((name, _)) => Some(InsufficientVariable {
                    name,
                    prefix: ProviderName::OpenAi.prefix(),
                }),
                None => key_without_model(env),
            },
        },
    }
}

/// Returns the default models of all providers whose keys are set, in order of precedence.
///
/// ```
/// use rlm_adapters::{ModelSpec, models_with_keys};
///
/// let env = |name: &str| matches!(name, "OPENAI_API_KEY" | "ANTHROPIC_API_KEY").then(|| "sk-7c1f".to_owned());
/// let models: Vec<_> = models_with_keys(&env).iter().map(ModelSpec::to_string).collect();
/// assert_eq!(models.len(), 2);
/// assert!(models[0].starts_with("openai:") && models[1].starts_with("anthropic:"));
/// ```
#[must_use]
pub fn models_with_keys(env: Environment<'_>) -> Vec<ModelSpec> {
    let mut specs = Vec::new();
    for (variable, provider, model) in ranked() {
        let spec = ModelSpec::provider(provider, model);
        if first_set(&[variable], env).is_some() && !specs.contains(&spec) {
            specs.push(spec);
        }
    }
    specs
}

/// Parses a model string from an environment variable. A name without a prefix is a model of
/// OpenAI.
///
/// ```
/// use rlm_adapters::named_by_variable;
///
/// assert_eq!(named_by_variable("gpt-5-mini")?.to_string(), "openai:gpt-5-mini");
/// assert_eq!(named_by_variable("ollama:llama3:8b")?.to_string(), "ollama:llama3:8b");
/// # Ok::<(), rlm_adapters::SpecError>(())
/// ```
///
/// # Errors
/// [`SpecError`] if the model string is invalid.
pub fn named_by_variable(text: &str) -> Result<ModelSpec, SpecError> {
    match ModelSpec::parse(text) {
        Err(SpecError::UnknownPrefix { .. }) if !text.contains(':') => {
            Ok(ModelSpec::provider(ProviderName::OpenAi, text.trim()))
        }
        parsed => parsed,
    }
}
