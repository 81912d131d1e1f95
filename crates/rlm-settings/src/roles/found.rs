//! Models that programs select by name and that are resolved on first use.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rlm_model::{Model, NamePattern};
use smol_str::SmolStr;

use super::ModelRole;

/// Resolves the models that programs select by name, as in `llm_query(prompt, model="careful")`.
pub trait FindModel: Send + Sync {
    /// Returns the names of the models that can be resolved, or patterns for them. They are
    /// recorded in the journal, and listed in the error for an unknown name.
    fn names(&self) -> Vec<NamePattern>;

    /// Returns the model with a name that matches one of [`names`](Self::names). A model that can't
    /// be used must be returned too, and fail when it is called: a replay knows only the patterns,
    /// and must resolve the same names. Called during a run, once for each name; it must not block.
    fn find(&self, name: &str) -> Arc<dyn Model>;
}

type FindRole = Box<dyn Fn(&str) -> ModelRole + Send + Sync>;

/// The resolver of models that programs select by name, and a cache of the resolved ones.
#[derive(Clone, Default)]
pub struct ModelResolver(Option<Arc<Finder>>);

struct Finder {
    names: Vec<NamePattern>,
    find: FindRole,
    found: Mutex<BTreeMap<SmolStr, ModelRole>>,
}

impl ModelResolver {
    /// Creates the resolver from patterns for names and a function that returns the model for a
    /// matching name.
    pub fn new(names: Vec<NamePattern>, find: impl Fn(&str) -> ModelRole + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Finder {
            names,
            find: Box::new(find),
            found: Mutex::default(),
        })))
    }

    /// Returns the names of the models that can be resolved, or patterns for them.
    #[must_use]
    pub fn names(&self) -> &[NamePattern] {
        self.0.as_ref().map_or(&[], |finder| &finder.names)
    }

    /// Returns the model with a name, resolving it on first use. Returns `None` if no pattern
    /// matches.
    pub(crate) fn get(&self, name: &str) -> Option<ModelRole> {
        let finder = self.0.as_ref()?;
        if !finder.names.iter().any(|pattern| pattern.matches(name)) {
            return None;
        }
        let mut found = finder.found.lock().unwrap_or_else(PoisonError::into_inner);
        Some(found.entry(name.into()).or_insert_with(|| (finder.find)(name)).clone())
    }
}

impl fmt::Debug for ModelResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
