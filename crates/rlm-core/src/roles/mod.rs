//! The models of a run, each in the seat in which it is asked.

mod found;
mod prompt_tokens;
mod settings;
mod window;

use std::collections::BTreeMap;
use std::sync::Arc;

use rlm_model::{Model, Price, Request, Tokens};
use rlm_policy::{Amount, LimitReached, Limits};
use rlm_scheduler::Fallback;
use rlm_trace::{CallClass, ModelUse};
use sift_text::Tokenizer;
use smol_str::SmolStr;

pub use found::{FindModel, FoundModels};
pub(crate) use prompt_tokens::{counter, of_content as tokens_of_content};
pub use settings::RoleSettings;
pub(crate) use window::BYTES_PER_TOKEN;

use crate::settings::Sampling;
use window::too_long;

/// A model in its role, with the settings of its calls.
#[derive(Clone)]
pub struct ModelRole {
    /// The model.
    pub model: Arc<dyn Model>,
    /// Its price; `None` if unknown.
    pub price: Option<Price>,
    /// The tokens that a prompt and its reply may have together; `None` if unknown.
    pub window: Option<Tokens>,
    /// What prompts are counted by before they are paid for; bytes where there is none.
    pub counter: Option<Arc<dyn Tokenizer>>,
    /// Who is asked in its place when it fails for good.
    pub fallbacks: Arc<[Fallback]>,
    /// How its replies are sampled.
    pub sampling: Sampling,
}

impl ModelRole {
    /// Returns the most that one attempt at a request may use, which counts as `calls` sub-calls, and the limit that refuses it where it does
    /// not fit the model's window.
    pub(crate) fn weigh(&self, request: &Request, calls: u64) -> (Amount, Option<LimitReached>) {
        let content = prompt_tokens::of_content(request, self.counter.as_deref());
        let input = prompt_tokens::at_most(request, content);
        let amount = Amount::of(input, request.parameters.max_output, self.price, calls);
        (amount, too_long(request, content, self.window))
    }
}

/// The models of a run by role.
#[derive(Clone)]
pub struct ModelRoles {
    /// The model that writes the programs of the root run.
    pub root: ModelRole,
    /// The model that answers sub-calls.
    pub sub: ModelRole,
    /// The model that writes the programs of child runs, where it is not the sub-model.
    pub recursive: Option<ModelRole>,
    /// The models that write the programs of child runs so many levels below the root run.
    pub by_depth: BTreeMap<u32, ModelRole>,
    /// The models that programs may ask for by these names.
    pub named: BTreeMap<SmolStr, ModelRole>,
    /// The models that programs may ask for by other names.
    pub found: FoundModels,
}

impl ModelRoles {
    /// Returns the model that programs ask for by a name; none if there is none.
    pub(crate) fn of_name(&self, name: &str) -> Option<ModelRole> {
        let named = self.named.get(name);
        let sub = || Some(&self.sub).filter(|seat| seat.model.identity().model == name);
        named.or_else(sub).cloned().or_else(|| self.found.get(name))
    }

    /// Returns the names by which programs may ask for models, patterns among them.
    pub(crate) fn names(&self) -> Vec<String> {
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

    /// Has prompts counted where these limits ask for it.
    pub(crate) fn count_for(&mut self, limits: &Limits) {
        for seat in self.all_mut() {
            seat.counter = counter(seat.model.identity(), limits);
        }
    }

    /// Returns all of them in the order of a journal's list of models.
    #[must_use]
    pub fn in_order(&self) -> Vec<&ModelRole> {
        let below = self.recursive.iter().chain(self.by_depth.values());
        let named = self.named.values();
        [&self.root, &self.sub].into_iter().chain(named).chain(below).collect()
    }

    /// Returns who sits in them, as a journal lists them.
    #[must_use]
    pub fn used(&self) -> Vec<ModelUse> {
        let classes = [CallClass::Root].into_iter().chain(std::iter::repeat(CallClass::Sub));
        let used = classes.zip(self.in_order()).map(|(class, seat)| ModelUse {
            class,
            identity: seat.model.identity().clone(),
        });
        used.collect()
    }

    /// Returns all of them.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut ModelRole> {
        let below = self.recursive.iter_mut().chain(self.by_depth.values_mut());
        let named = self.named.values_mut();
        [&mut self.root, &mut self.sub].into_iter().chain(named).chain(below)
    }
}
