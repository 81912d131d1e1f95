//! The models that programs ask for by names which no model was given to the runner under: looked up when they are first asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rlm_model::{Model, NamePattern};
use smol_str::SmolStr;

use super::ModelRole;

/// Finds the models that programs ask for by name, as in `llm_query(prompt, model="careful")`.
///
/// ```
/// use std::sync::Arc;
/// use rlm_adapters::FakeModel;
/// use rlm_context::Context;
/// use rlm_core::{FindModel, RunOptions, Runner};
/// use rlm_model::{Model, NamePattern};
///
/// struct Echoes;
///
/// impl FindModel for Echoes {
///     fn names(&self) -> Vec<NamePattern> {
///         "echo:*".parse().into_iter().collect()
///     }
///
///     fn find(&self, name: &str) -> Arc<dyn Model> {
///         Arc::new(FakeModel::new([""; 0]).default_reply(name))
///     }
/// }
///
/// let root = FakeModel::new(["```repl\nFINAL(llm_query('Who?', model='echo:a'))\n```"]);
/// let runner = Runner::builder(Arc::new(root)).find_models(Arc::new(Echoes)).build()?;
/// let result = runner.run_blocking("Who?", &Context::from_text("x"), RunOptions::default())?;
/// assert_eq!(result.answer.as_deref(), Some("echo:a"));
/// # Ok::<(), rlm_core::RunError>(())
/// ```
pub trait FindModel: Send + Sync {
    /// Returns the names of the models, or patterns of them. They stand in the journal, and in the error that a program sees which
    /// asks for another.
    fn names(&self) -> Vec<NamePattern>;

    /// Returns the model of a name that one of [`names`](Self::names) matches: one whose calls fail if it can't be used, so that a
    /// replay, which knows the patterns alone, takes the same course. It is called once for each name that programs use, while a run is
    /// under way: it must not block.
    fn find(&self, name: &str) -> Arc<dyn Model>;
}

type FindSeat = Box<dyn Fn(&str) -> ModelRole + Send + Sync>;

/// The models that can be found by name, and those that were.
#[derive(Clone, Default)]
pub struct FoundModels(Option<Arc<Finder>>);

struct Finder {
    names: Vec<NamePattern>,
    find: FindSeat,
    found: Mutex<BTreeMap<SmolStr, ModelRole>>,
}

impl FoundModels {
    /// Finds models by a function that is asked for names which match.
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
