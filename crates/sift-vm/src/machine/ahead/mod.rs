//! Running ahead: finding the calls that the program will make whatever a reply says.
//!
//! While the program waits for a reply, the machine goes on with values that are not known, on trial: all that it does is
//! undone, but for the calls that it came to. These leave early, and wait for the program to reach them.
//!
//! - [`unknown`] is what is known of a value that is not: its types ([`kinds`]), and those of its items; [`iterators`] what gives
//!   them. [`described`] says it of any value.
//! - [`ops`] passes the ops that come to such values; [`operators`] and [`items`] say what these make of them, and what they
//!   may raise. [`library`] finds out which function is called; [`functions`], [`texts`] and [`collections`] say the same of it.
//! - [`facts`] keeps what tests have told of texts, [`formats`] says whether formats take what is not known.
//! - [`branch`] goes both ways where it is not known which the program takes, to where they meet ([`joins`]). A call in one of them
//!   ends it: not every run makes it. What the ways have left different is not known from there on ([`blend`]).
//!
//! What is found is what the strict run does, but for what no reply decides: a call that fails, and limits. The bets beyond
//! that are those of [`RunAhead::PastErrors`].

mod blend;
mod branch;
mod described;
mod facts;
mod formats;
mod items;
mod iterators;
mod joins;
mod library;
mod operators;
mod ops;
pub(crate) mod state;

use std::sync::Arc;

use sift_compiler::op::Op;
use sift_runtime::runtime::Trial;
use sift_runtime::settings::RunAhead;
use sift_text::HoleId;
use sift_values::scanned::Scanned;

use self::joins::Joins;
use self::state::Stop::GiveUp;
use self::state::{Ahead, Control, Stop};
use super::Interpreter;
use super::frame::Pause;

/// Units of fuel for running ahead once; they are not the program's.
const FUEL: u64 = 20_000_000;
/// Units of fuel from one call that is found to the next.
const FUEL_BETWEEN: u64 = 3_000_000;

impl Interpreter {
    /// Tells whether running ahead may find something that it did not find before.
    pub(crate) fn wants_to_run_ahead(&self) -> bool {
        let early = self.holes.early();
        self.scout.mode != RunAhead::Off
            && early.saturating_mul(2) <= self.scout.found
            && self.scout.last != Some((self.meter.used(), self.holes.settled()))
            // What is written to on trial is there twice.
            && self.heap.live_bytes() <= self.heap.limit() / 2
    }

    /// Runs ahead of a program that waits, until it can't go further or has found enough; only the calls are left of it.
    pub(crate) fn run_ahead(&mut self) {
        self.scout.last = Some((self.meter.used(), self.holes.settled()));
        let scanned = std::mem::replace(&mut self.meter.scanned, Scanned::muted());
        let meter = self.meter.clone();
        let mut fuel = self.meter.left().min(FUEL);
        let (output, coverage) = (std::mem::take(&mut self.output), self.coverage.take());
        let (consumed, just_collected) = (std::mem::take(&mut self.consumed), self.just_collected);
        let answer = self.answer;
        let labels = (self.condition, self.looked_at, self.held);
        let before = self.control();
        self.holes.run_ahead();
        self.heap.try_out();
        self.ahead = Some(Box::new(Ahead::new()));
        self.trial = Some(Trial::default());
        self.meter.renew(fuel.min(FUEL_BETWEEN));
        while let Ok(found) = self.go_ahead() {
            if found {
                fuel = fuel.saturating_sub(self.meter.used());
                self.meter.renew(fuel.min(FUEL_BETWEEN));
            }
        }
        self.ahead = None;
        self.trial = None;
        self.heap.undo();
        self.holes.stop_ahead();
        self.set_control(before);
        self.meter = meter;
        self.meter.scanned = scanned;
        self.output = output;
        self.coverage = coverage;
        (self.consumed, self.just_collected) = (consumed, just_collected);
        self.answer = answer;
        (self.condition, self.looked_at, self.held) = labels;
        self.scout.found = self.holes.early();
    }

    /// Goes on to the next thing that is not known, and past it, or to a call. Tells whether it was a call.
    fn go_ahead(&mut self) -> Result<bool, Stop> {
        self.meter.start_slice(u64::MAX);
        match self.run() {
            Pause::Calls => Ok(true),
            Pause::Wait(hole) => self.pass_at_last(hole).map(|()| false),
            Pause::Ask | Pause::Slice | Pause::Done | Pause::Raised(_) | Pause::Ended(_) => Err(GiveUp),
        }
    }

    /// Passes the op that waits; where an exception has left a branch, once more, to where all ways meet then.
    fn pass_at_last(&mut self, hole: HoleId) -> Result<(), Stop> {
        loop {
            let gone = self.pass(hole);
            match &mut self.ahead {
                Some(ahead) if gone == Err(Stop::Left) => ahead.left = false,
                _ => return gone,
            }
        }
    }

    /// Passes the op that waits for a reply, or for something unknown.
    fn pass(&mut self, hole: HoleId) -> Result<(), Stop> {
        let given_up = self.trial.as_mut().map(|trial| std::mem::take(&mut trial.given_up));
        if given_up != Some(false) {
            return Err(GiveUp);
        }
        loop {
            let gone = match self.settle_first == Some(hole) {
                true => self.pass_guarded_call(hole),
                false => self.foresee(hole),
            };
            if gone != Err(Stop::Again) {
                return gone;
            }
        }
    }

    fn control(&self) -> Control {
        Control {
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

    fn set_control(&mut self, control: Control) {
        self.stack = control.stack;
        self.globals = control.globals;
        self.frames = control.frames;
        self.note_running();
        self.guards = control.guards;
        self.join_guards();
        self.patterns = control.patterns;
        self.generator_result = control.generator_result;
        self.decimal_context = control.decimal_context;
        self.settle_first = control.settle_first;
        self.consumed.clear();
        self.just_collected = false;
        // Numbers of objects mean others again.
        self.found = None;
        if let Some(ahead) = &mut self.ahead {
            ahead.known = control.known;
        }
        if let Some(trial) = &mut self.trial {
            trial.given_up = false;
        }
    }

    /// Returns the op that the machine stands before.
    fn op_ahead(&self) -> Option<Op> {
        self.code.ops.get(self.frames.last()?.ip).copied()
    }

    /// Returns where the ways from these ops of a code meet.
    fn join_of(&mut self, code: u32, ops: impl Iterator<Item = usize>) -> Option<joins::Join> {
        let joins = match self.scout.joins.get(&code) {
            Some(joins) => Arc::clone(joins),
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
                let joins = Arc::new(Joins::new(ops, entry));
                self.scout.joins.insert(code, Arc::clone(&joins));
                joins
            }
        };
        joins.of(ops)
    }
}
