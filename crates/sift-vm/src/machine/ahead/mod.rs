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
mod collections;
mod described;
mod facts;
mod formats;
mod functions;
mod items;
mod iterators;
mod joins;
mod kinds;
mod library;
mod operators;
mod ops;
mod texts;
mod unknown;

use std::collections::HashMap;
use std::sync::Arc;

use hashbrown::HashSet;
use sift_compiler::op::Op;
use sift_runtime::runtime::{PatternCache, Trial};
use sift_runtime::settings::RunAhead;
use sift_text::HoleId;
use sift_values::scanned::Scanned;
use sift_values::value::{Handle, Value};

use self::Stop::GiveUp;
use self::branch::{Level, Rounds};
use self::facts::{Derived, Fact};
use self::joins::Joins;
use self::unknown::{Kinds, Unknown};
use super::{Frame, Guard, Interpreter, Pause};

/// Units of fuel for running ahead once; they are not the program's.
const FUEL: u64 = 20_000_000;
/// Units of fuel from one call that is found to the next.
const FUEL_BETWEEN: u64 = 3_000_000;

/// Why a way is not gone on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The machine can't run further ahead.
    GiveUp,
    /// The branch is to be gone once more, from a state in which less is known.
    Again,
    /// An exception has left what the ways of a branch have in common: they meet further on.
    Left,
    /// The way has come to an enclosing branch, which goes on from there.
    Handed,
}

/// The state of running ahead.
#[derive(Debug)]
pub(crate) struct Ahead {
    /// The branches that are being gone both ways, each within one of the ways of that before it.
    levels: Vec<Level>,
    /// What a loop that is gone through again was found to do.
    rounds: Option<Rounds>,
    /// Whether an exception has left what the ways of a branch have in common.
    left: bool,
    /// Whether there are unknown values other than texts.
    unknowns: bool,
    /// Replies that were looked at: their calls have not failed.
    noticed: HashSet<HoleId>,
    /// What is known to stand in texts and dicts.
    parts: Vec<Part>,
    /// What is known of texts, and which of them were made of which.
    facts: Vec<Fact>,
    derived: Vec<Derived>,
    /// What was put into collections that may be known by other names, by their types. It only grows, whichever way it was done.
    put_in_shared: Vec<(Kinds, Unknown)>,
    /// How often that was done, and how often something that is not known was changed.
    puts: u64,
    changes: u64,
}

/// That a text that is not known holds another, or a known dict a key that is not.
#[derive(Debug, Clone, Copy)]
struct Part {
    whole: Handle,
    part: Handle,
    /// The dict's version then, which changes when it loses a key, and how many keys it had.
    version: u32,
    len: usize,
}

impl Ahead {
    fn new() -> Self {
        Self {
            levels: Vec::new(),
            rounds: None,
            left: false,
            unknowns: false,
            noticed: HashSet::new(),
            parts: Vec::new(),
            facts: Vec::new(),
            derived: Vec::new(),
            put_in_shared: Vec::new(),
            puts: 0,
            changes: 0,
        }
    }

    /// Notes that such an item was put into such a collection, which may be known by other names.
    fn put_in_shared(&mut self, collection: Kinds, item: &Unknown) {
        self.puts += 1;
        let place = self.put_in_shared.iter_mut().find(|(kinds, _)| *kinds == collection);
        match place {
            Some((_, put)) => *put = put.join(item),
            None => self.put_in_shared.push((collection, item.clone())),
        }
    }
}

/// What is kept between two times of running ahead.
#[derive(Debug, Default)]
pub(crate) struct Scout {
    pub(crate) mode: RunAhead,
    joins: HashMap<u32, Arc<Joins>>,
    /// For ops that branch, the handlers to which an exception came before the ways met.
    thrown: HashSet<(usize, u32)>,
    /// For ops that branch in a generator, how many frames lower the ways meet, since who reads the generator does not read on.
    lower: HashMap<usize, usize>,
    /// How many calls were ahead of the program when it was last run ahead.
    found: usize,
    /// The fuel used and the replies there were then.
    last: Option<(u64, usize)>,
}

impl Scout {
    /// Begins a program.
    pub(crate) fn start_turn(&mut self) {
        self.found = 0;
        self.last = None;
    }
}

/// What a machine does next, values aside.
#[derive(Debug)]
struct Control {
    stack: Vec<Value>,
    globals: Vec<Value>,
    frames: Vec<Frame>,
    guards: Vec<Guard>,
    patterns: PatternCache,
    generator_result: Value,
    decimal_context: Value,
    settle_first: Option<HoleId>,
    noticed: HashSet<HoleId>,
    parts: Vec<Part>,
    facts: Vec<Fact>,
    derived: Vec<Derived>,
}

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
            noticed: self
                .ahead
                .as_ref()
                .map(|ahead| ahead.noticed.clone())
                .unwrap_or_default(),
            parts: self.ahead.as_ref().map(|ahead| ahead.parts.clone()).unwrap_or_default(),
            facts: self.ahead.as_ref().map(|ahead| ahead.facts.clone()).unwrap_or_default(),
            derived: self
                .ahead
                .as_ref()
                .map(|ahead| ahead.derived.clone())
                .unwrap_or_default(),
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
            ahead.noticed = control.noticed;
            ahead.parts = control.parts;
            ahead.facts = control.facts;
            ahead.derived = control.derived;
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
