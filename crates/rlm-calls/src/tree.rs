//! The data shared by all runs of a tree: the root run, its child runs, and theirs.

use std::sync::{Arc, PoisonError, RwLock};

use rlm_answer::AnswerChecks;
use rlm_cache::Cache;
use rlm_context::Context;
use rlm_prompt::{PromptError, Prompts};
use rlm_scheduler::{Scheduler, SharedLedger};
use rlm_settings::LoopSettings;

use crate::recorder::Recorder;
use crate::recording::Recording;

/// The data shared by all runs of a tree.
pub struct RunTree {
    /// The root run's context. Child runs get pieces of it, or text of their parents' programs.
    pub context: Context,
    /// The settings.
    pub settings: LoopSettings,
    /// The prompts. A re-executed run may change them at a turn.
    prompts: RwLock<ActivePrompts>,
    /// The checks of the root run's answer.
    pub checks: AnswerChecks,
    /// The scheduler, which sends the calls.
    pub scheduler: Scheduler,
    /// The budget.
    pub ledger: SharedLedger,
    /// The replies to sub-calls so far, if equal calls count as one request.
    pub(crate) replies: Option<Arc<Cache>>,
    /// Writes the journal.
    pub recorder: Arc<Recorder>,
    /// The recording of the run, if it is re-executed.
    pub recording: Option<Arc<Recording>>,
}

#[derive(Clone)]
struct ActivePrompts {
    prompts: Arc<Prompts>,
    /// The system message of plain sub-calls.
    sub_system: Arc<str>,
}

/// The parts of a [`RunTree`].
pub struct TreeParts {
    /// The root run's context.
    pub context: Context,
    /// The settings of the loop.
    pub settings: LoopSettings,
    /// The prompts at the start of the run.
    pub prompts: Prompts,
    /// The checks of the root run's answer.
    pub checks: AnswerChecks,
    /// The scheduler, which sends the calls.
    pub scheduler: Scheduler,
    /// The budget of the tree.
    pub ledger: SharedLedger,
    /// The recorder that writes the journal.
    pub recorder: Recorder,
    /// The recording of the run, if it is re-executed.
    pub recording: Option<Arc<Recording>>,
}

impl RunTree {
    /// Creates a tree from its parts.
    ///
    /// # Errors
    /// [`PromptError`] if the template of sub-calls is invalid.
    pub fn new(parts: TreeParts) -> Result<Self, PromptError> {
        Ok(Self {
            prompts: RwLock::new(ActivePrompts::new(parts.prompts)?),
            checks: parts.checks,
            context: parts.context,
            replies: parts.settings.dedupe.then(|| Arc::new(Cache::memory())),
            settings: parts.settings,
            scheduler: parts.scheduler,
            ledger: parts.ledger,
            recorder: Arc::new(parts.recorder),
            recording: parts.recording,
        })
    }

    /// Returns the current prompts.
    #[must_use]
    pub fn prompts(&self) -> Arc<Prompts> {
        self.active_prompts().prompts
    }

    /// Returns the system message of plain sub-calls.
    pub(crate) fn sub_system(&self) -> Arc<str> {
        self.active_prompts().sub_system
    }

    /// Sets the prompts for all later messages.
    ///
    /// # Errors
    /// [`PromptError`] if the template of sub-calls is invalid.
    pub fn set_prompts(&self, prompts: Prompts) -> Result<(), PromptError> {
        let active = ActivePrompts::new(prompts)?;
        *self.prompts.write().unwrap_or_else(PoisonError::into_inner) = active;
        Ok(())
    }

    fn active_prompts(&self) -> ActivePrompts {
        self.prompts.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ActivePrompts {
    fn new(prompts: Prompts) -> Result<Self, PromptError> {
        Ok(Self {
            sub_system: prompts.sub_system()?.into(),
            prompts: Arc::new(prompts),
        })
    }
}
