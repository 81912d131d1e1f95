//! From what the user says about models to models.

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

/// The model of a run, and how it came to be that one.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// The user named it, by argument or by variable.
    Named(ModelSpec),
    /// Nobody named one, and a person is watching: words are looked up without a model.
    Fallback,
}

impl Choice {
    /// Returns the model.
    pub const fn spec(&self) -> &ModelSpec {
        match self {
            Self::Named(spec) => spec,
            Self::Fallback => &ModelSpec::Extractive,
        }
    }
}

/// Who reads what the command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// A person, who sees the answer and what is said about it.
    Person,
    /// A pipe or a file, which sees the answer alone.
    Pipe,
}

impl Audience {
    /// Looks at where output goes.
    pub fn look() -> Self {
        if io::stdout().is_terminal() && io::stderr().is_terminal() {
            Self::Person
        } else {
            Self::Pipe
        }
    }
}

/// Chooses the root model: the argument, else what the environment points to, else, for a person, look-ups by words.
///
/// # Errors
/// [`Failure::NoModel`] where there is none and nobody is watching; [`Failure::Model`] for a wrong model string.
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

/// Returns the model that the argument or the environment names; inside, [`Failure::NoModel`] where neither does.
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

/// Returns the model that is taken where none is named, where there is one.
///
/// # Errors
/// [`Failure::Model`], [`Failure::ModelsFile`].
pub fn default(environment: &Environment) -> Result<Option<ModelSpec>, Failure> {
    let stated = flags::stated_text("model", environment)?;
    Ok(named(stated.as_deref(), environment, CostBudget::None)?.ok())
}

/// Reads what the user calls a model: a name of `rlm.toml`, or a model string.
///
/// # Errors
/// [`Failure::Model`], [`Failure::ModelsFile`].
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
                format!("{advice} (files of configuration describe {})", names.join(", "))
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

/// Returns the model of programs that run without a root model; none where nobody names one.
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

/// Returns who answers programs that run without a root model; none where nobody names a model.
///
/// # Errors
/// [`Failure::Model`].
pub fn spec_for_programs(argument: Option<&str>, environment: &Environment) -> Result<Option<ModelSpec>, Failure> {
    Ok(named(argument, environment, CostBudget::None)?.ok())
}

/// Returns what stands where no model is named.
pub fn nobody() -> Arc<dyn Model> {
    Arc::new(NoModel::new())
}

/// Returns the kind of a model that a file stands behind, and the file; none for other model strings.
pub fn file_behind(text: &str) -> Option<(&str, &Path)> {
    const KINDS: [&str; 4] = ["fake", "generic", "replay", "mailbox"];
    let (kind, file) = text.trim().split_once(':')?;
    KINDS.contains(&kind).then(|| (kind, Path::new(file)))
}

/// Returns what models cost: the built-in prices, and what the user says instead.
///
/// # Errors
/// [`Failure::Run`] where the built-in table is broken, which tests keep from happening.
pub fn prices(stated: &[PriceStatement]) -> Result<PriceTable, Failure> {
    let mut prices = PriceTable::built_in().map_err(RunError::from)?;
    for price in stated {
        prices.set(price.clone());
    }
    Ok(prices)
}

/// Makes a model that nothing will be sent to, so that no key is needed; none where nobody names one.
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

/// Makes a model. Nothing is opened over the network.
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

/// Stands where no model is named: whatever is asked fails, and says why.
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
        let error = ModelError::new(
            ModelErrorKind::NoReply,
            "no model is named to answer the program's questions",
        );
        Box::pin(async { Err(error.with_hint("name one with --model, such as openai:NAME or fake:FILE")) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_gets_look_ups_and_a_pipe_an_error() {
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
