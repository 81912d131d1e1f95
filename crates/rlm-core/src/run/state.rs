//! The state of a run.

use std::sync::Arc;

use rlm_calls::{Dispatcher, RunTree};
use rlm_prompt::{Conversation, SessionState};
use rlm_settings::RoutingDecision;
use sift_vm::Machine;

use super::guard_state::GuardState;
use crate::result::RejectedAnswer;

/// A run in progress.
pub(crate) struct Run {
    pub(super) question: Arc<str>,
    /// The data shared by all runs of one run tree: a root run and its child runs.
    pub(super) tree: Arc<RunTree>,
    pub(crate) dispatcher: Dispatcher,
    pub(super) conversation: Conversation,
    /// The virtual machine. `None` while a program runs, and before the first program.
    pub(super) machine: Option<Machine>,
    /// The sources of the context that had not been read when the run began.
    pub(super) late_sources: Vec<u32>,
    /// The number of the current turn, counted from 1; 0 before the first turn.
    pub(crate) turn: u32,
    /// The maximum number of turns of this run.
    pub(super) steps: u32,
    /// The state of the session, if the run is a question of one.
    pub(crate) session: Option<Arc<SessionState>>,
    /// Whether the model was told that binding `answer` does not end the run.
    pub(super) told_of_answer: bool,
    /// Whether the model was sent its answer back once because the reply was truncated.
    pub(super) told_of_cut: bool,
    pub(super) guard_state: GuardState,
    /// The last rejected answer, if the rejection ended the run.
    pub(super) rejected: Option<RejectedAnswer>,
    /// The route of the run's question, if one was decided.
    pub(super) routed: Option<RoutingDecision>,
    /// Whether a summary of earlier turns may be requested. `false` after a failed attempt.
    pub(super) can_compact: bool,
    /// The turn from which on the caller supplies the programs, and no root model is called.
    pub(super) supplied_from: Option<u32>,
    /// The fuel at which the user cancelled the current program in the recorded run.
    pub(crate) stops_at: Option<u64>,
}

impl Run {
    pub(crate) fn new(question: &str, dispatcher: Dispatcher, conversation: Conversation, steps: u32) -> Self {
        Self {
            routed: dispatcher.tree.settings.routing.routed.clone(),
            question: question.into(),
            tree: Arc::clone(&dispatcher.tree),
            dispatcher,
            conversation,
            machine: None,
            late_sources: Vec::new(),
            turn: 0,
            steps,
            session: None,
            told_of_answer: false,
            told_of_cut: false,
            guard_state: GuardState::default(),
            rejected: None,
            can_compact: true,
            supplied_from: None,
            stops_at: None,
        }
    }
}
