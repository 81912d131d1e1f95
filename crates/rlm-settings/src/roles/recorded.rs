//! The settings of a run's models, as recorded in its journal.

use rlm_model::{NamePattern, Price, Tokens};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{ModelRole, ModelRoles};
use crate::sampling::Sampling;

/// The settings of a run's models, in the order of the journal's list of models. The fields of
/// `RunSettings` with the same names have more documentation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleSettings {
    /// The sampling parameters of the root model.
    pub root: Sampling,
    /// The sampling parameters of sub-models.
    pub sub: Sampling,
    /// The price of each model; `None` if unknown.
    pub prices: Vec<Option<Price>>,
    /// The context window of each model, in tokens. `None` if unknown; empty if none is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<Option<Tokens>>,
    /// The name of the tokenizer that counts the prompts for each model. `None` if their bytes
    /// bound them; empty if that holds for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<Option<String>>,
    /// The depths of the models that write the programs of child runs; 0 marks the model of all
    /// other depths. These models are the last ones in the journal's list of models.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recursive_models: Vec<u32>,
    /// The names by which programs may select models.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub model_names: Vec<SmolStr>,
    /// The names, and patterns for names, of models that are resolved on first use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found_models: Vec<NamePattern>,
}

impl RoleSettings {
    /// Returns the settings of a run's models for the journal.
    #[must_use]
    pub fn of(roles: &ModelRoles) -> Self {
        let all = roles.in_order();
        let below = roles.recursive.iter().map(|_| 0);
        Self {
            root: roles.root.sampling.clone(),
            sub: roles.sub.sampling.clone(),
            prices: all.iter().map(|role| role.price).collect(),
            windows: known(&all, |role| role.window),
            counters: known(&all, |role| Some(role.counter.as_ref()?.name().to_owned())),
            recursive_models: below.chain(roles.by_depth.keys().copied()).collect(),
            model_names: roles.named.keys().cloned().collect(),
            found_models: roles.found.names().to_vec(),
        }
    }
}

/// Returns a property of each model, or an empty list if it is `None` for all of them.
fn known<T>(roles: &[&ModelRole], of_role: impl Fn(&ModelRole) -> Option<T>) -> Vec<Option<T>> {
    let all: Vec<Option<T>> = roles.iter().map(|role| of_role(role)).collect();
    match all.iter().any(Option::is_some) {
        true => all,
        false => Vec::new(),
    }
}
