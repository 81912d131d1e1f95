//! The state of a run.

use std::sync::Arc;

use rlm_calls::{Dispatcher, RunTree};
use rlm_prompt::{Carried, Conversation};
use rlm_settings::Routed;
use sift_vm::Machine;

use super::guard_state::GuardState;
use crate::result::Rejected;

/// A run under way.
pub(crate) struct Run {
    pub(super) question: Arc<str>,
    /// What all runs of its tree have in common.
    pub(super) tree: Arc<RunTree>,
    pub(crate) dispatcher: Dispatcher,
    pub(super) conversation: Conversation,
    /// None while a program runs, and before the first one.
    pub(super) machine: Option<Machine>,
    /// The sources that had not been read when the run began.
    pub(super) late_sources: Vec<u32>,
    /// The turns that have begun.
    pub(crate) turn: u32,
    /// The turns it may have.
    pub(super) steps: u32,
    /// What it goes on from, in a session.
    pub(crate) carried: Option<Arc<Carried>>,
    /// Whether the model was told that binding `answer` ends nothing.
    pub(super) told_of_answer: bool,
    /// Whether an answer was sent back because its reply was cut.
    pub(super) told_of_cut: bool,
    pub(super) guard_state: GuardState,
    /// The last answer that was rejected, where that ended the run.
    pub(super) rejected: Option<Rejected>,
    /// Which way its question goes.
    pub(super) routed: Option<Routed>,
    /// Whether the model may be asked to sum up its earlier turns: not again after it gave no summary.
    pub(super) can_compact: bool,
    /// The turn from which on whoever carries the run out gives the programs, and no root model is asked.
    pub(super) supplied_from: Option<u32>,
    /// The fuel at which somebody stopped the program that is carried out again.
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
            carried: None,
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
