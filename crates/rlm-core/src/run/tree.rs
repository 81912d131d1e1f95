//! What all runs of a tree have in common: the root run, its child runs, and theirs.

use std::sync::{Arc, PoisonError, RwLock};

use rlm_answer::AnswerChecks;
use rlm_cache::Cache;
use rlm_context::Context;
use rlm_prompt::{PromptError, Prompts};
use rlm_scheduler::{Scheduler, SharedLedger};
use rlm_settings::LoopSettings;

use super::past::Recording;
use super::recorder::Recorder;
use crate::error::RunError;

/// What all runs of a tree have in common.
pub(crate) struct RunTree {
    /// The root run's context; what child runs are given are pieces of it, or text of their parents'.
    pub(crate) context: Context,
    pub(crate) settings: LoopSettings,
    /// What models are told; otherwise from a turn on where the run's course says so.
    told: RwLock<Arc<ActivePrompts>>,
    /// What the root run's answer is held against.
    pub(crate) checks: AnswerChecks,
    pub(crate) scheduler: Scheduler,
    pub(crate) ledger: SharedLedger,
    /// The replies to sub-calls so far, if equal ones are one request.
    pub(crate) replies: Option<Arc<Cache>>,
    pub(crate) recorder: Arc<Recorder>,
    /// What a journal holds of the run, where it is carried out again.
    pub(crate) past: Option<Arc<Recording>>,
}

/// What models are told.
pub(crate) struct ActivePrompts {
    pub(crate) prompts: Prompts,
    /// The system message of plain sub-calls.
    pub(crate) sub_system: Arc<str>,
}

/// What the parts of a [`RunTree`] are made of.
pub(crate) struct TreeParts {
    pub(crate) context: Context,
    pub(crate) settings: LoopSettings,
    pub(crate) prompts: Prompts,
    pub(crate) scheduler: Scheduler,
    pub(crate) ledger: SharedLedger,
    pub(crate) recorder: Recorder,
    pub(crate) past: Option<Arc<Recording>>,
}

impl RunTree {
    pub(crate) fn new(roots: TreeParts) -> Result<Self, RunError> {
        Ok(Self {
            told: RwLock::new(Arc::new(ActivePrompts::new(roots.prompts)?)),
            checks: AnswerChecks::new(&roots.settings.finalization)?,
            context: roots.context,
            replies: roots.settings.dedupe.then(|| Arc::new(Cache::memory())),
            settings: roots.settings,
            scheduler: roots.scheduler,
            ledger: roots.ledger,
            recorder: Arc::new(roots.recorder),
            past: roots.past,
        })
    }

    /// Returns what models are told now.
    pub(crate) fn told(&self) -> Arc<ActivePrompts> {
        Arc::clone(&self.told.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells models otherwise from now on.
    pub(crate) fn tell(&self, prompts: Prompts) -> Result<(), PromptError> {
        let told = Arc::new(ActivePrompts::new(prompts)?);
        *self.told.write().unwrap_or_else(PoisonError::into_inner) = told;
        Ok(())
    }
}

impl ActivePrompts {
    fn new(prompts: Prompts) -> Result<Self, PromptError> {
        Ok(Self {
            sub_system: prompts.sub_system()?.into(),
            prompts,
        })
    }
}
