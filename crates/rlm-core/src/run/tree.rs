//! What all runs of a tree have in common: the root run, its child runs, and theirs.

use std::sync::Arc;

use rlm_context::Context;
use rlm_scheduler::{Scheduler, SharedLedger};

use super::recorder::Recorder;
use crate::finalization::AnswerChecks;
use crate::prompt::Prompts;
use crate::settings::LoopSettings;

/// What all runs of a tree have in common.
pub(crate) struct Tree {
    /// The root run's context; what child runs are given are pieces of it, or text of their parents'.
    pub(crate) context: Context,
    pub(crate) settings: LoopSettings,
    pub(crate) prompts: Prompts,
    /// The system message of plain sub-calls.
    pub(crate) sub_system: Arc<str>,
    /// What the root run's answer is held against.
    pub(crate) checks: AnswerChecks,
    pub(crate) scheduler: Scheduler,
    pub(crate) ledger: SharedLedger,
    pub(crate) recorder: Arc<Recorder>,
}
