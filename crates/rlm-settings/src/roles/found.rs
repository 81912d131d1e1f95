//! Models that programs ask for by name and that are looked up at their first use.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rlm_model::{Model, NamePattern};
use smol_str::SmolStr;

use super::ModelRole;

/// Finds the models that programs ask for by name, as in `llm_query(prompt, model="careful")`.
pub trait FindModel: Send + Sync {
    /// Returns the names of the models, or patterns of them. They are recorded in the journal, and listed in the error for a
    /// program that asks for another.
    fn names(&self) -> Vec<NamePattern>;

    /// Returns the model of a name that one of [`names`](Self::names) matches. A model that can't be used is returned too, and
    /// fails when it is called: a replay, which knows only the patterns, takes the same course then. Called once for each name
    /// that programs use, during a run: it must not block.
    fn find(&self, name: &str) -> Arc<dyn Model>;
}

type FindRole = Box<dyn Fn(&str) -> ModelRole + Send + Sync>;

/// The models that can be looked up by name, and those that were.
#[derive(Clone, Default)]
pub struct FoundModels(Option<Arc<Finder>>);

struct Finder {
    names: Vec<NamePattern>,
    find: FindRole,
    found: Mutex<BTreeMap<SmolStr, ModelRole>>,
}

impl FoundModels {
    /// Looks models up by a function, which is called with names that match.
    pub fn new(names: Vec<NamePattern>, find: impl Fn(&str) -> ModelRole + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Finder {
            names,
            find: Box::new(find),
            found: Mutex::default(),
        })))
    }

    /// Returns the names of the models, or patterns of them.
    #[must_use]
    pub fn names(&self) -> &[NamePattern] {
        self.0.as_ref().map_or(&[], |finder| &finder.names)
    }

    /// Returns the model of a name; `None` if no pattern matches.
    pub(crate) fn get(&self, name: &str) -> Option<ModelRole> {
        let finder = self.0.as_ref()?;
        if !finder.names.iter().any(|pattern| pattern.matches(name)) {
            return None;
        }
        let mut found = finder.found.lock().unwrap_or_else(PoisonError::into_inner);
        Some(found.entry(name.into()).or_insert_with(|| (finder.find)(name)).clone())
    }
}

impl fmt::Debug for FoundModels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
