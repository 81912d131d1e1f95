//! Speculative execution: finds the model calls that the program will make regardless of the
//! content of a pending reply.
//!
//! While the program waits for a reply, the machine executes past it within a transaction of the
//! heap. Afterwards everything is rolled back except for the calls that were found. These are
//! issued early, and wait for the program to reach them.
//!
//! - [`describe`] returns the abstract value of any value, known or not; [`iterators`] those of
//!   what iterators yield.
//! - [`ops`] executes ops with unknown operands. [`operators`], [`items`] and [`formats`] return
//!   the results of ops and the exceptions that they may raise. [`calls`] resolves the called
//!   function and applies its transfer function.
//! - [`text_facts`] keeps what conditions have proved of texts.
//! - [`branch`] explores all paths of a branch whose condition is unknown, up to their merge point
//!   ([`postdominators`]). A call ends the exploration of a path, because not every run makes it.
//!   [`joining`] joins the states of the paths.
//!
//! Normal execution makes the same calls, unless a call fails or a limit ends it.
//! [`RunAhead::PastErrors`] makes more assumptions.

mod branch;
mod calls;
mod describe;
mod formats;
mod items;
mod iterators;
mod joining;
mod operators;
mod ops;
mod postdominators;
pub(crate) mod state;
mod text_facts;

use std::sync::Arc;

use sift_compiler::op::Op;
use sift_runtime::runtime::SpeculationState;
use sift_runtime::settings::RunAhead;
use sift_text::PendingId;
use sift_values::scanned::Scanned;

use self::postdominators::PostDominators;
use self::state::Stop::GiveUp;
use self::state::{ControlState, Exploration, Stop};
use super::Interpreter;
use super::frame::Pause;

/// The maximum fuel units of one speculation. They are not charged to the program.
const FUEL_LIMIT: u64 = 20_000_000;
/// The maximum fuel units that speculation uses between two calls that it finds.
const FUEL_BETWEEN_CALLS: u64 = 3_000_000;

impl Interpreter {
    /// Returns `true` if another speculation may find calls that earlier ones did not.
    pub(crate) fn should_speculate(&self) -> bool {
        let early = self.pending_calls.early();
        self.explorer.mode != RunAhead::Off
            && early.saturating_mul(2) <= self.explorer.found
            && self.explorer.last != Some((self.meter.used(), self.pending_calls.settled()))
            // Objects that are written to within the transaction exist twice.
            && self.heap.live_bytes() <= self.heap.limit() / 2
    }

    /// Executes speculatively while the program waits, until no more calls can be found. Then
    /// restores the state, but keeps the calls.
    pub(crate) fn speculate(&mut self) {
        self.explorer.last = Some((self.meter.used(), self.pending_calls.settled()));
        let scanned = std::mem::replace(&mut self.meter.scanned, Scanned::muted());
        let meter = self.meter.clone();
        let mut fuel = self.meter.left().min(FUEL_LIMIT);
        let (output, coverage) = (std::mem::take(&mut self.output), self.coverage.take());
        let (consumed, just_collected) = (std::mem::take(&mut self.consumed), self.just_collected);
        let answer = self.answer;
        let labels = (self.condition, self.looked_at, self.held);
        let before = self.control();
        self.pending_calls.start_speculation();
        self.heap.begin_transaction();
        self.exploration = Some(Box::new(Exploration::new()));
        self.speculation = Some(SpeculationState::default());
        self.meter.renew(fuel.min(FUEL_BETWEEN_CALLS));
        while let Ok(found) = self.run_to_next_stop() {
            if found {
                fuel = fuel.saturating_sub(self.meter.used());
                self.meter.renew(fuel.min(FUEL_BETWEEN_CALLS));
            }
        }
        self.exploration = None;
        self.speculation = None;
        self.heap.rollback();
        self.pending_calls.stop_speculation();
        self.set_control(before);
        self.meter = meter;
        self.meter.scanned = scanned;
        self.output = output;
        self.coverage = coverage;
        (self.consumed, self.just_collected) = (consumed, just_collected);
        self.answer = answer;
        (self.condition, self.looked_at, self.held) = labels;
        self.explorer.found = self.pending_calls.early();
    }

    /// Executes up to the next call, or up to an op that reads an unknown value, which is then
    /// executed with abstract values. Returns `true` for a call.
    fn run_to_next_stop(&mut self) -> Result<bool, Stop> {
        self.meter.start_slice(u64::MAX);
        match self.run() {
            Pause::Calls => Ok(true),
            Pause::Wait(pending) => self.step_over(pending).map(|()| false),
            Pause::Ask | Pause::Slice | Pause::Done | Pause::Raised(_) | Pause::Ended(_) => Err(GiveUp),
        }
    }

    /// Executes an op that waits for a reply or reads an unknown value. If an exception leaves a
    /// branch, the branch is explored again with a later merge point.
    fn step_over(&mut self, pending: PendingId) -> Result<(), Stop> {
        loop {
            let outcome = self.try_step_over(pending);
            match &mut self.exploration {
                Some(exploration) if outcome == Err(Stop::Escaped) => exploration.escaped = false,
                _ => return outcome,
            }
        }
    }

    /// Executes an op that waits for a reply or reads an unknown value. Returns an error if this
    /// isn't possible.
    fn try_step_over(&mut self, pending: PendingId) -> Result<(), Stop> {
        let given_up = self
            .speculation
            .as_mut()
            .map(|speculation| std::mem::take(&mut speculation.given_up));
        if given_up != Some(false) {
            return Err(GiveUp);
        }
        loop {
            let outcome = match self.settle_first == Some(pending) {
                true => self.pass_guarded_call(pending),
                false => self.speculate_op(pending),
            };
            if outcome != Err(Stop::Retry) {
                return outcome;
            }
        }
    }

    fn control(&self) -> ControlState {
        ControlState {
            stack: self.stack.clone(),
            globals: self.globals.clone(),
            frames: self.frames.clone(),
            guards: self.guards.clone(),
            patterns: self.patterns.clone(),
            generator_result: self.generator_result,
            decimal_context: self.decimal_context,
            settle_first: self.settle_first,
            known: self.known().cloned().unwrap_or_default(),
        }
    }

    fn set_control(&mut self, control: ControlState) {
        self.stack = control.stack;
        self.globals = control.globals;
        self.frames = control.frames;
        self.update_caller();
        self.guards = control.guards;
        self.join_guards();
        self.patterns = control.patterns;
        self.generator_result = control.generator_result;
        self.decimal_context = control.decimal_context;
        self.settle_first = control.settle_first;
        self.consumed.clear();
        self.just_collected = false;
        // Handles may refer to other objects again.
        self.last_lookup = None;
        if let Some(exploration) = &mut self.exploration {
            exploration.known = control.known;
        }
        if let Some(speculation) = &mut self.speculation {
            speculation.given_up = false;
        }
    }

    /// Returns the next op that will be executed.
    fn next_op(&self) -> Option<Op> {
        self.code.ops.get(self.frames.last()?.ip).copied()
    }

    /// Returns the point at which the paths from these ops of a function merge, if they do.
    fn join_point_of(&mut self, code: u32, ops: impl Iterator<Item = usize>) -> Option<postdominators::JoinPoint> {
        let postdominators = match self.explorer.postdominators.get(&code) {
            Some(postdominators) => Arc::clone(postdominators),
            None => {
                let entry = self.code.get(code)?.entry;
                let next = self
                    .code
                    .codes
                    .iter()
                    .map(|code| code.entry)
                    .filter(|next| *next > entry)
                    .min();
                let ops = self.code.ops.get(entry..next.unwrap_or(self.code.ops.len()))?;
                let postdominators = Arc::new(PostDominators::new(ops, entry));
                self.explorer.postdominators.insert(code, Arc::clone(&postdominators));
                postdominators
            }
        };
        postdominators.join_point(ops)
    }
}
