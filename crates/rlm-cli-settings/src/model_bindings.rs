//! The model names that a run was given. The journal records them, so that a later process can call
//! the same models.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rlm_adapters::ModelSpec;
use rlm_cli_output::failure::Failure;
use rlm_core::{FindModel as _, Runner, RunnerBuilder};
use rlm_model::{Model, NamePattern};
use rlm_trace::{CallClass, JsonObject, RunStarted};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::{DepthModel, RunnerArguments};
use crate::environment::Environment;
use crate::models::{self, COMMAND_PREFIX};
use crate::named_models::NamedModels;

/// The names of the models of a run, the environment variable with their key, and the cache of their
/// replies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelBindings {
    /// The name of the root model, which writes the programs.
    pub model: String,
    /// The name of the model that answers sub-calls; by default the root model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_model: Option<String>,
    /// The name of the model for child runs; by default the root model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recursive_model: Option<String>,
    /// The names of models for child runs at particular depths.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depth_model: Vec<(u32, String)>,
    /// The names of fallback models, in the order in which they are called if the root model fails.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fallback_model: Vec<String>,
    /// The patterns of model names that programs may request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_model: Vec<NamePattern>,
    /// The environment variable that contains the API key of the models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_env: Option<String>,
    /// The value of `--cache` for the place of the run's cache: an absolute path, or `off`. `None` for
    /// the user's cache folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<PathBuf>,
}

impl ModelBindings {
    /// Creates the model bindings of a new run from its arguments.
    pub fn from_arguments(arguments: &RunnerArguments, root: &str) -> Self {
        Self {
            model: root.to_owned(),
            sub_model: arguments.models.sub_model.clone(),
            recursive_model: arguments.recursion.recursive_model.clone(),
            depth_model: arguments
                .recursion
                .depth_model
                .iter()
                .map(|DepthModel { depth, model }| (*depth, model.clone()))
                .collect(),
            fallback_model: arguments.fallback_model.clone(),
            allow_model: arguments.models.allow_model.clone(),
            api_key_env: arguments.calls.api_key_env.clone(),
            cache: None,
        }
    }

    /// Reads the model bindings of a recorded run. If its journal has none, returns the models
    /// whose calls it records.
    pub fn from_recording(started: &RunStarted) -> Self {
        let named = serde_json::from_value(Value::Object(started.host.clone()))
            .ok()
            .filter(|bindings: &Self| !bindings.model.is_empty());
        named.unwrap_or_else(|| {
            let by_class = |class| {
                let used = started.models.iter().find(|used| used.class == class);
                used.map(|used| used.identity.to_string())
            };
            Self {
                model: by_class(CallClass::Root).unwrap_or_default(),
                sub_model: by_class(CallClass::Sub),
                ..Self::default()
            }
        })
    }

    /// Returns the model bindings as JSON for a journal. Paths of files are absolute, because the
    /// run may be resumed from another folder.
    fn to_json(&self, environment: &Environment) -> JsonObject {
        let found = |text: &String| found_from_anywhere(text, environment);
        let bindings = Self {
            model: found(&self.model),
            sub_model: self.sub_model.as_ref().map(found),
            recursive_model: self.recursive_model.as_ref().map(found),
            depth_model: self
                .depth_model
                .iter()
                .map(|(depth, text)| (*depth, found(text)))
                .collect(),
            fallback_model: self.fallback_model.iter().map(found).collect(),
            allow_model: self.allow_model.clone(),
            api_key_env: self.api_key_env.clone(),
            cache: self.cache.clone(),
        };
        match serde_json::to_value(bindings) {
            Ok(Value::Object(object)) => object,
            // Texts and numbers always have a JSON form.
            Ok(_) | Err(_) => JsonObject::new(),
        }
    }

    /// Creates the models and a runner builder that uses them. Returns the builder and the model
    /// that answers sub-calls.
    ///
    /// # Errors
    /// [`Failure::Model`].
    pub fn builder(
        &self,
        root: Arc<dyn Model>,
        environment: &Environment,
    ) -> Result<(RunnerBuilder, Arc<dyn Model>), Failure> {
        let make = |text: &str| models::make(&models::spec(text, environment)?, self.api_key_env(), environment);
        let mut reader = Arc::clone(&root);
        let mut builder = Runner::builder(root).host(self.to_json(environment));
        let named = NamedModels::new(&self.allow_model, self.api_key_env(), environment)?;
        if !named.names().is_empty() {
            builder = builder.find_models(Arc::new(named));
        }
        for text in &self.fallback_model {
            builder = builder.fallback_model(make(text)?);
        }
        if let Some(text) = &self.sub_model {
            reader = make(text)?;
            builder = builder.sub_model(Arc::clone(&reader));
        }
        if let Some(text) = &self.recursive_model {
            builder = builder.recursive_model(make(text)?);
        }
        for (depth, text) in &self.depth_model {
            builder = builder.model_at_depth(*depth, make(text)?);
        }
        Ok((builder, reader))
    }

    /// Returns the name of the environment variable that contains the API key, if one is
    /// configured.
    pub fn api_key_env(&self) -> Option<&str> {
        self.api_key_env.as_deref()
    }
}

/// Makes the path in a model string absolute, so that the string works in any folder, and marks the
/// name of a command as such, so that no other model takes its place. Other model strings are
/// unchanged.
fn found_from_anywhere(text: &str, environment: &Environment) -> String {
    let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let spec = match models::spec(text, environment) {
        Ok(ModelSpec::Fake { file }) => ModelSpec::Fake { file: whole(&file) },
        Ok(ModelSpec::Generic { file }) => ModelSpec::Generic { file: whole(&file) },
        Ok(ModelSpec::Replay { journal, pace }) => ModelSpec::Replay {
            journal: whole(&journal),
            pace,
        },
        Ok(ModelSpec::Mailbox { folder }) => ModelSpec::Mailbox { folder: whole(&folder) },
        Ok(ModelSpec::Exec { name, .. }) => return format!("{COMMAND_PREFIX}{name}"),
        Ok(_) | Err(_) => return text.to_owned(),
    };
    spec.to_string()
}
