//! The models of a run, by the role that each has.

mod found;
mod prompt_tokens;
mod recorded;
mod window;

use std::collections::BTreeMap;
use std::sync::Arc;

use rlm_model::{Model, Price, Request, Tokens};
use rlm_policy::{Amount, LimitReached, Limits};
use rlm_scheduler::Fallback;
use rlm_trace::{CallClass, ModelUse};
use sift_text::Tokenizer;
use smol_str::SmolStr;

pub use found::{FindModel, ModelResolver};
pub use prompt_tokens::{counter, of_content as tokens_of_content};
pub use recorded::RoleSettings;
pub use window::BYTES_PER_TOKEN;

use crate::sampling::Sampling;
use window::too_long;

/// A model in a role of a run, with the settings of its calls.
#[derive(Clone)]
pub struct ModelRole {
    /// The model that is called.
    pub model: Arc<dyn Model>,
    /// The price of the model's tokens; `None` if unknown.
    pub price: Option<Price>,
    /// The context window of the model: the maximum tokens of a prompt and its reply together.
    /// `None` if unknown.
    pub window: Option<Tokens>,
    /// The tokenizer that counts prompts before they are sent to the model. `None` bounds the
    /// tokens of a prompt by its bytes.
    pub counter: Option<Arc<dyn Tokenizer>>,
    /// The fallback models that are tried, in this order, if the model fails.
    pub fallbacks: Arc<[Fallback]>,
    /// The sampling parameters of the model's calls.
    pub sampling: Sampling,
}

impl ModelRole {
    /// Returns the maximum amount of budget that an attempt at a request may use. If the request
    /// does not fit the model's context window, also returns the limit that rejects it. The request
    /// counts as `calls` sub-calls.
    #[must_use]
    pub fn weigh(&self, request: &Request, calls: u64) -> (Amount, Option<LimitReached>) {
        let content = prompt_tokens::of_content(request, self.counter.as_deref());
        let input = prompt_tokens::at_most(request, content);
        let amount = Amount::of(input, request.parameters.max_output, self.price, calls);
        (amount, too_long(request, content, self.window))
    }
}

/// The models of a run, by the role that each has.
#[derive(Clone)]
pub struct ModelRoles {
    /// The model that writes the programs of the root run.
    pub root: ModelRole,
    /// The model that answers sub-calls.
    pub sub: ModelRole,
    /// The model that writes the programs of child runs; `None` if the sub-model does.
    pub recursive: Option<ModelRole>,
    /// The models that write the programs of child runs at certain depths. The keys are levels
    /// below the root run.
    pub by_depth: BTreeMap<u32, ModelRole>,
    /// The models that programs may select by name.
    pub named: BTreeMap<SmolStr, ModelRole>,
    /// The models that are resolved by name when a program first selects them.
    pub found: ModelResolver,
}

impl ModelRoles {
    /// Returns the model that a program selects by name. Returns `None` if there is none.
    #[must_use]
    pub fn of_name(&self, name: &str) -> Option<ModelRole> {
        let named = self.named.get(name);
        let sub = || Some(&self.sub).filter(|role| role.model.identity().model == name);
        named.or_else(sub).cloned().or_else(|| self.found.get(name))
    }

    /// Returns the names by which programs may select models, including patterns.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let sub = &self.sub.model.identity().model;
        let found = self.found.names().iter().map(ToString::to_string);
        let mut names: Vec<String> = self.named.keys().map(ToString::to_string).chain(found).collect();
        if !sub.is_empty() {
            names.push(sub.to_string());
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Sets the tokenizer of each model for counting prompts, if these limits need a count.
    pub fn count_for(&mut self, limits: &Limits) {
        for role in self.all_mut() {
            role.counter = counter(role.model.identity(), limits);
        }
    }

    /// Returns all models except resolved ones, in the order of the journal's list of models.
    #[must_use]
    pub fn in_order(&self) -> Vec<&ModelRole> {
        let below = self.recursive.iter().chain(self.by_depth.values());
        let named = self.named.values();
        [&self.root, &self.sub].into_iter().chain(named).chain(below).collect()
    }

    /// Returns the list of models as recorded in the journal.
    #[must_use]
    pub fn used(&self) -> Vec<ModelUse> {
        let classes = [CallClass::Root].into_iter().chain(std::iter::repeat(CallClass::Sub));
        let used = classes.zip(self.in_order()).map(|(class, role)| ModelUse {
            class,
            identity: role.model.identity().clone(),
        });
        used.collect()
    }

    /// Returns mutable references to all models except resolved ones.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut ModelRole> {
        let below = self.recursive.iter_mut().chain(self.by_depth.values_mut());
        let named = self.named.values_mut();
        [&mut self.root, &mut self.sub].into_iter().chain(named).chain(below)
    }
}
