//! Selects and creates models from arguments, environment variables and configuration files.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use rlm_adapters::{
    CostBudget, DefaultModel, KeyRequirement, ModelSpec, ResolveOptions, SpecError, default_model, named_by_variable,
    resolve,
};
use rlm_cli_output::failure::Failure;
use rlm_core::RunError;
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply};
use rlm_policy::{PriceStatement, PriceTable};

use crate::environment::Environment;
use crate::{configuration_file, flags};

/// The root model of a run, and how it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// The user named the root model, by an argument or an environment variable.
    Named(ModelSpec),
    /// No model is named and output goes to a terminal: keyword search without a model.
    Fallback,
}

impl Choice {
    /// Returns the specification of the chosen root model.
    pub const fn spec(&self) -> &ModelSpec {
        match self {
            Self::Named(spec) => spec,
            Self::Fallback => &ModelSpec::Search,
        }
    }
}

/// The kind of reader of a command's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A person at a terminal, who sees the answer and all messages.
    Person,
    /// A pipe or a file, which receives only the answer.
    Pipe,
}

impl Audience {
    /// Detects the reader of this process's output: a person if standard output and standard error
    /// are terminals.
    pub fn look() -> Self {
        if io::stdout().is_terminal() && io::stderr().is_terminal() {
            Self::Person
        } else {
            Self::Pipe
        }
    }
}

/// Chooses the root model: the one in `argument`, else the model that the environment implies,
/// else, at a terminal, keyword search.
///
/// # Errors
/// [`Failure::NoModel`] if there is none and output goes to a pipe; [`Failure::Model`] for an
/// invalid model string.
pub fn choose(
    argument: Option<&str>,
    environment: &Environment,
    budget: CostBudget,
    audience: Audience,
) -> Result<Choice, Failure> {
    match (named(argument, environment, budget)?, audience) {
        (Ok(spec), _) => Ok(Choice::Named(spec)),
        (Err(_), Audience::Person) => Ok(Choice::Fallback),
        (Err(failure), Audience::Pipe) => Err(failure),
    }
}

/// Returns the model that the argument or the environment names. The inner result is
/// [`Failure::NoModel`] if neither names one.
fn named(
    argument: Option<&str>,
    environment: &Environment,
    budget: CostBudget,
) -> Result<Result<ModelSpec, Failure>, Failure> {
    if let Some(text) = argument {
        return Ok(Ok(spec(text, environment)?));
    }
    Ok(match default_model(&|name| environment.get(name), budget) {
        DefaultModel::Found { spec, .. } => Ok(spec),
        DefaultModel::Named { text, .. } => Ok(match configured(&text, environment)? {
            Some(spec) => spec,
            None => named_by_variable(&text)?,
        }),
        DefaultModel::NotFound { looked_for, remark } => Err(Failure::NoModel { looked_for, remark }),
    })
}

/// Returns the default model, which is used if no argument names one; `None` if there is no
/// default.
///
/// # Errors
/// [`Failure::Model`], [`Failure::ConfigurationFile`].
pub fn default(environment: &Environment) -> Result<Option<ModelSpec>, Failure> {
    let stated = flags::stated_text("model", environment)?;
    Ok(named(stated.as_deref(), environment, CostBudget::None)?.ok())
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
    ModelSpec::parse(text).map_err(|error| match error {
        SpecError::UnknownPrefix { text, advice } => {
            let names: Vec<String> = configuration_file::models(environment)
                .into_iter()
                .flatten()
                .map(|(name, _)| name)
                .collect();
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
    let entry = configuration_file::models(environment)?.remove(name.trim());
    Ok(entry.map(|entry| ModelSpec::Configured {
        name: name.trim().to_owned(),
        entry: Box::new(entry),
    }))
}

/// Creates the model that answers calls of programs without a root model; `None` if no model is
/// named.
///
/// # Errors
/// [`Failure::Model`].
pub fn for_programs(
    argument: Option<&str>,
    api_key_env: Option<&str>,
    environment: &Environment,
) -> Result<Option<Arc<dyn Model>>, Failure> {
    match spec_for_programs(argument, environment)? {
        Some(spec) => make(&spec, api_key_env, environment).map(Some),
        None => Ok(None),
    }
}

/// Returns the specification of the model that answers calls of programs without a root model;
/// `None` if no model is named.
///
/// # Errors
/// [`Failure::Model`].
pub fn spec_for_programs(argument: Option<&str>, environment: &Environment) -> Result<Option<ModelSpec>, Failure> {
    Ok(named(argument, environment, CostBudget::None)?.ok())
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
    let Ok(spec) = named(argument, environment, CostBudget::None)? else {
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
    use super::*;

    #[test]
    fn missing_model_falls_back_to_extractive_only_at_a_terminal() {
        let nothing = Environment::empty();
        let named = choose(Some("fake:x.json"), &nothing, CostBudget::None, Audience::Pipe).unwrap();
        assert_eq!(named, Choice::Named(ModelSpec::Fake { file: "x.json".into() }));
        assert_eq!(
            choose(None, &nothing, CostBudget::None, Audience::Person).unwrap(),
            Choice::Fallback
        );
        assert!(matches!(
            choose(None, &nothing, CostBudget::None, Audience::Pipe),
            Err(Failure::NoModel { .. })
        ));
        assert!(
            choose(Some("nope"), &nothing, CostBudget::None, Audience::Person).is_err(),
            "a wrong model is never replaced"
        );
    }
}
