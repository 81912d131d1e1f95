//! Selects and creates models from arguments, environment variables and configuration files.

use std::path::Path;
use std::sync::Arc;

use rlm_adapters::{
    DefaultModel, InsufficientVariable, KeyRequirement, LocalServer, ModelSpec, ProviderOrder, ResolveOptions,
    SpecError, default_model, named_by_variable, resolve,
};
use rlm_cli_output::failure::Failure;
use rlm_cli_output::first_line::ModelSource;
use rlm_core::RunError;
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply};
use rlm_policy::{PriceStatement, PriceTable};

use crate::environment::Environment;
use crate::{configuration_file, flags, keys};

/// The prefix with which runs record the name of a model that is a command.
pub const COMMAND_PREFIX: &str = "exec:";

/// The root model of a run, and how it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// The user named the root model, by an argument or an environment variable.
    Named(ModelSpec),
    /// No model is named, and a server on this machine has this one.
    Detected {
        /// The first model of the server.
        spec: ModelSpec,
        /// The number of models of the server.
        of: usize,
    },
    /// No model is named or found: keyword search without a model.
    Fallback,
}

/// A function that returns the model servers that run on this machine. It is only called if no model
/// is named.
pub type FindServers<'a> = &'a dyn Fn() -> Vec<LocalServer>;

impl Choice {
    /// Returns the specification of the chosen root model.
    pub const fn spec(&self) -> &ModelSpec {
        match self {
            Self::Named(spec) | Self::Detected { spec, .. } => spec,
            Self::Fallback => &ModelSpec::Search,
        }
    }

    /// Returns how the model was chosen, for the first line of a run.
    pub const fn source(&self) -> ModelSource {
        match self {
            Self::Named(_) => ModelSource::Named,
            Self::Detected { of, .. } => ModelSource::Detected(*of),
            Self::Fallback => ModelSource::NotFound,
        }
    }
}

/// Chooses the root model: the one in `argument`, else the model that the environment implies, else
/// that of a server on this machine, else keyword search.
///
/// # Errors
/// [`Failure::NoModel`] if a variable names a provider without a model, or several servers run here;
/// [`Failure::Model`] for an invalid model string.
pub fn choose(
    argument: Option<&str>,
    environment: &Environment,
    order: ProviderOrder,
    servers: FindServers<'_>,
) -> Result<Choice, Failure> {
    Ok(match named(argument, environment, order)? {
        Named::Model(spec) => Choice::Named(spec),
        Named::OnlyProvider(variable) => {
            return Err(Failure::NoModel {
                detail: format!("{} is set, but has no default model", variable.name),
                model: format!("{}:NAME", variable.prefix),
            });
        }
        Named::Nothing => detected(servers())?.unwrap_or(Choice::Fallback),
    })
}

/// Returns the model of the only server on this machine; `None` if there is no server.
///
/// # Errors
/// [`Failure::NoModel`] if there are several servers.
fn detected(servers: Vec<LocalServer>) -> Result<Option<Choice>, Failure> {
    let firsts: Vec<String> = servers
        .iter()
        .filter_map(|server| Some(server.models.first()?.to_string()))
        .collect();
    if let [first, _, ..] = firsts.as_slice() {
        return Err(Failure::NoModel {
            detail: format!("several servers run on this machine, with {}", firsts.join(", ")),
            model: first.clone(),
        });
    }
    let server = servers.into_iter().next();
    Ok(server.and_then(|server| {
        let of = server.models.len();
        let spec = server.models.into_iter().next()?;
        Some(Choice::Detected { spec, of })
    }))
}

/// The model that a user names.
enum Named {
    /// The argument or the environment names this model.
    Model(ModelSpec),
    /// A variable is set that names a provider, but no model.
    OnlyProvider(InsufficientVariable),
    /// No variable names a model or a provider.
    Nothing,
}

impl Named {
    fn model(self) -> Option<ModelSpec> {
        match self {
            Self::Model(spec) => Some(spec),
            Self::OnlyProvider(_) | Self::Nothing => None,
        }
    }
}

/// Returns the model that the argument or the environment names.
fn named(argument: Option<&str>, environment: &Environment, order: ProviderOrder) -> Result<Named, Failure> {
    if let Some(text) = argument {
        return Ok(Named::Model(spec(text, environment)?));
    }
    Ok(match default_model(&|name| environment.get(name), order) {
        DefaultModel::Found { spec, .. } => Named::Model(spec),
        DefaultModel::Named { text, .. } => Named::Model(match configured(&text, environment)? {
            Some(spec) => spec,
            None => named_by_variable(&text)?,
        }),
        DefaultModel::NotFound {
            insufficient: Some(variable),
            ..
        } => Named::OnlyProvider(variable),
        DefaultModel::NotFound { insufficient: None, .. } => Named::Nothing,
    })
}

/// Returns the default model, which is used if no argument names one; `None` if there is no
/// default.
///
/// # Errors
/// [`Failure::Model`], [`Failure::ConfigurationFile`].
pub fn default(environment: &Environment, servers: FindServers<'_>) -> Result<Option<ModelSpec>, Failure> {
    let stated = flags::stated_text("model", environment)?;
    let choice = choice_for_programs(stated.as_deref(), environment, servers)?;
    Ok(choice.map(|choice| choice.spec().clone()))
}

/// Converts a model name of the user to a specification: a name in a configuration file, or a model
/// string.
///
/// # Errors
/// [`Failure::Model`], [`Failure::ConfigurationFile`].
pub fn spec(text: &str, environment: &Environment) -> Result<ModelSpec, Failure> {
    if let Some(spec) = configured(text, environment)? {
        return Ok(spec);
    }
    // The form that recorded runs have.
    if let Some(name) = text.trim().strip_prefix(COMMAND_PREFIX)
        && let Some(spec @ ModelSpec::Exec { .. }) = configured(name, environment)?
    {
        return Ok(spec);
    }
    ModelSpec::parse(text).map_err(|error| match error {
        SpecError::UnknownPrefix { text, advice } => {
            let names = configuration_file::models(environment).unwrap_or_default();
            let names: Vec<String> = names.into_keys().collect();
            let advice = if names.is_empty() {
                advice
            } else {
                format!("models in configuration files: {}; {advice}", names.join(", "))
            };
            Failure::Model(SpecError::UnknownPrefix { text, advice })
        }
        other => Failure::Model(other),
    })
}

fn configured(name: &str, environment: &Environment) -> Result<Option<ModelSpec>, Failure> {
    let mut spec = configuration_file::models(environment)?.remove(name.trim());
    if let Some(ModelSpec::Exec { entry, .. }) = &mut spec {
        let keys = keys::variables(None, environment)?;
        entry.withheld = keys.into_iter().map(|key| key.name).collect();
    }
    Ok(spec)
}

/// Creates the model that answers calls of programs without a root model; `None` if no model is
/// named or found.
///
/// # Errors
/// [`Failure::Model`].
pub fn for_programs(
    argument: Option<&str>,
    api_key_env: Option<&str>,
    environment: &Environment,
    servers: FindServers<'_>,
) -> Result<Option<Arc<dyn Model>>, Failure> {
    match choice_for_programs(argument, environment, servers)? {
        Some(choice) => make(choice.spec(), api_key_env, environment).map(Some),
        None => Ok(None),
    }
}

/// Chooses the model that answers calls of programs without a root model: a named one, or that of
/// the only server on this machine. Programs may make no calls, so a missing model is no error.
///
/// # Errors
/// [`Failure::Model`].
pub fn choice_for_programs(
    argument: Option<&str>,
    environment: &Environment,
    servers: FindServers<'_>,
) -> Result<Option<Choice>, Failure> {
    Ok(match named(argument, environment, ProviderOrder::Usual)? {
        Named::Model(spec) => Some(Choice::Named(spec)),
        Named::OnlyProvider(_) => None,
        Named::Nothing => detected(servers()).unwrap_or_default(),
    })
}

/// Returns a placeholder for a missing model. Each call to it fails.
pub fn nobody() -> Arc<dyn Model> {
    Arc::new(NoModel::new())
}

/// Returns the prefix and the path of a model string that names a file, such as
/// `fake:replies.json`; `None` for other model strings.
pub fn file_behind(text: &str) -> Option<(&str, &Path)> {
    const KINDS: [&str; 4] = ["fake", "generic", "replay", "mailbox"];
    let (kind, file) = text.trim().split_once(':')?;
    KINDS.contains(&kind).then(|| (kind, Path::new(file)))
}

/// Returns the price table: the built-in prices, overridden by those that the user states.
///
/// # Errors
/// [`Failure::Run`] if the built-in table is invalid, which tests prevent.
pub fn prices(stated: &[PriceStatement]) -> Result<PriceTable, Failure> {
    let mut prices = PriceTable::built_in().map_err(RunError::from)?;
    for price in stated {
        prices.set(price.clone());
    }
    Ok(prices)
}

/// Creates a model that will not be called, so that its key may be missing; `None` if no model is
/// named.
///
/// # Errors
/// [`Failure::Model`].
pub fn unasked(argument: Option<&str>, environment: &Environment) -> Result<Option<Arc<dyn Model>>, Failure> {
    let Some(spec) = named(argument, environment, ProviderOrder::Usual)?.model() else {
        return Ok(None);
    };
    let options = ResolveOptions {
        keys: KeyRequirement::Optional,
        ..ResolveOptions::default()
    };
    Ok(Some(resolve(&spec, &|name| environment.get(name), &options)?))
}

/// Creates the model of a specification. Opens no network connection.
///
/// # Errors
/// [`Failure::Model`].
pub fn make(spec: &ModelSpec, api_key_env: Option<&str>, environment: &Environment) -> Result<Arc<dyn Model>, Failure> {
    let options = ResolveOptions {
        api_key_env: api_key_env.map(str::to_owned),
        ..ResolveOptions::default()
    };
    Ok(resolve(spec, &|name| environment.get(name), &options)?)
}

/// A placeholder for a missing model. Each call to it fails with the reason.
struct NoModel(ModelIdentity);

impl NoModel {
    fn new() -> Self {
        Self(ModelIdentity::new("none", "", ""))
    }
}

impl Model for NoModel {
    fn identity(&self) -> &ModelIdentity {
        &self.0
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let error = ModelError::new(ModelErrorKind::NoReply, "model not set for the program's calls");
        Box::pin(async { Err(error.with_hint("pass --model, such as openai:NAME or fake:FILE")) })
    }
}

#[cfg(test)]
mod tests {
    use rlm_adapters::ProviderName;

    use super::*;

    fn server(models: &[&str]) -> LocalServer {
        LocalServer {
            provider: ProviderName::Ollama,
            base_url: "http://127.0.0.1:11434".parse().unwrap(),
            models: models.iter().map(|model| ModelSpec::parse(model).unwrap()).collect(),
        }
    }

    #[test]
    fn missing_model_is_replaced_by_a_local_one_or_by_search() {
        let nothing = Environment::empty();
        let choose =
            |argument, servers: Vec<LocalServer>| choose(argument, &nothing, ProviderOrder::Usual, &|| servers.clone());
        let never = || -> Vec<LocalServer> { unreachable!("a model is named") };
        let named = super::choose(Some("fake:x.json"), &nothing, ProviderOrder::Usual, &never).unwrap();
        assert_eq!(named, Choice::Named(ModelSpec::Fake { file: "x.json".into() }));
        assert_eq!(choose(None, Vec::new()).unwrap(), Choice::Fallback);
        let one = server(&["ollama:qwen3:8b", "ollama:llama3"]);
        let found = choose(None, vec![one.clone()]).unwrap();
        assert_eq!(
            (found.spec().to_string().as_str(), &found),
            (
                "ollama:qwen3:8b",
                &Choice::Detected {
                    spec: found.spec().clone(),
                    of: 2
                }
            )
        );
        let several = choose(None, vec![one, server(&["lmstudio:m"])]).unwrap_err();
        assert!(
            several.line().contains("ollama:qwen3:8b, lmstudio:m"),
            "{}",
            several.line()
        );
        assert!(
            choose(Some("nope"), Vec::new()).is_err(),
            "a wrong model is never replaced"
        );
    }

    #[test]
    fn keys_without_a_model_stop_the_search_for_servers() {
        let never = || -> Vec<LocalServer> { unreachable!("a key is set") };
        for (variable, model) in [("GROQ_API_KEY", "groq:NAME"), ("LLM_BASE_URL", "openai:NAME")] {
            let environment = Environment::of("nowhere.toml".as_ref(), &[(variable, "http://house.example/v1")]);
            let failure = choose(None, &environment, ProviderOrder::Usual, &never).unwrap_err();
            assert!(
                failure.line().contains(variable) && failure.line().contains(model),
                "{}",
                failure.line()
            );
        }
    }
}
