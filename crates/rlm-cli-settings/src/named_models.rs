//! The models that programs may request by name: those of providers that configuration files describe,
//! and those that `--allow-model` allows.

use std::sync::Arc;

use rlm_adapters::ModelSpec;
use rlm_cli_output::failure::Failure;
use rlm_core::FindModel;
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, NamePattern, Price, Reply};

use crate::environment::Environment;
use crate::{configuration_file, models};

/// The models that programs may request by name.
pub struct NamedModels {
    /// The names of models in configuration files, and the patterns of `--allow-model`.
    names: Vec<NamePattern>,
    described: Vec<String>,
    api_key_env: Option<String>,
    environment: Environment,
}

impl NamedModels {
    /// Reads the names of models in configuration files. Models are only created when requested, so
    /// that their keys are not needed earlier.
    ///
    /// # Errors
    /// [`Failure::ConfigurationFile`].
    pub fn new(allowed: &[NamePattern], api_key_env: Option<&str>, environment: &Environment) -> Result<Self, Failure> {
        let mut models = configuration_file::models(environment)?;
        models.retain(|_, spec| !matches!(spec, ModelSpec::Exec { .. }));
        let described: Vec<String> = models.into_keys().collect();
        let names = described.iter().map(|name| NamePattern::exactly(name));
        Ok(Self {
            names: names.chain(allowed.iter().cloned()).collect(),
            described,
            api_key_env: api_key_env.map(str::to_owned),
            environment: environment.clone(),
        })
    }

    fn make(&self, name: &str) -> Result<Arc<dyn Model>, Failure> {
        let spec = models::spec(name, &self.environment)?;
        models::make(&spec, self.api_key_env.as_deref(), &self.environment)
    }

    /// Returns `true` if a program may request this model. A pattern with `*` does not allow models
    /// that run commands, read files, or send to URLs of the program's choice.
    fn is_allowed(&self, name: &str) -> bool {
        let reaches_out = matches!(
            models::spec(name, &self.environment),
            Ok(ModelSpec::Compat { .. }
                | ModelSpec::Exec { .. }
                | ModelSpec::Generic { .. }
                | ModelSpec::Fake { .. }
                | ModelSpec::Replay { .. }
                | ModelSpec::Mailbox { .. })
        );
        !reaches_out || self.names.contains(&NamePattern::exactly(name))
    }
}

impl FindModel for NamedModels {
    fn names(&self) -> Vec<NamePattern> {
        self.names.clone()
    }

    fn find(&self, name: &str) -> Arc<dyn Model> {
        let is_described = self.described.iter().any(|described| described == name);
        if !is_described && !self.is_allowed(name) {
            return Arc::new(UnavailableModel::new(
                name,
                "a model with a command, a file, a folder or a URL must be allowed by its full name",
            ));
        }
        self.make(name)
            .unwrap_or_else(|failure| Arc::new(UnavailableModel::new(name, &failure.line())))
    }
}

/// A placeholder for a model that can't be used, such as one whose key is not set. Each call to it
/// fails with the reason.
struct UnavailableModel {
    identity: ModelIdentity,
    error: ModelError,
}

impl UnavailableModel {
    fn new(name: &str, why: &str) -> Self {
        Self {
            identity: ModelIdentity::new("none", "", name),
            error: ModelError::new(
                ModelErrorKind::InvalidRequest,
                format!("model `{name}` is not available: {why}"),
            ),
        }
    }
}

impl Model for UnavailableModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(std::future::ready(Err(self.error.clone())))
    }
}
