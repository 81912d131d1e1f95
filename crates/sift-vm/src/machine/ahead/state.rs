//! Plain data of running ahead.

use std::collections::HashMap;
use std::sync::Arc;

use hashbrown::HashSet;
use sift_abstract::{AbstractValue, Derivation, Kinds, Shape};
use sift_runtime::runtime::{PatternCache, Row};
use sift_runtime::settings::RunAhead;
use sift_text::HoleId;
use sift_values::value::{Handle, Value};

use super::super::frame::{Frame, Guard};
use super::joins::{Join, Joins};

/// The state of running ahead.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    /// The branches that are being gone both ways, each within one of the ways of that before it.
    pub(crate) levels: Vec<Level>,
    /// What a loop that is gone through again was found to do.
    pub(crate) rounds: Option<Rounds>,
    /// Whether an exception has left what the ways of a branch have in common.
    pub(crate) left: bool,
    /// Whether there are unknown values other than texts.
    pub(crate) unknowns: bool,
    pub(crate) known: Known,
    /// What was put into collections that may be known by other names, by their types. It only grows, whichever way it was done.
    pub(crate) put_in_shared: Vec<(Kinds, AbstractValue)>,
    /// How often that was done, and how often something that is not known was changed.
    pub(crate) puts: u64,
    pub(crate) changes: u64,
}

/// What is known of unknown values, beside their descriptions.
#[derive(Debug, Default, Clone)]
pub(crate) struct Known {
    /// Replies that were looked at: their calls have not failed.
    pub(crate) noticed: HashSet<HoleId>,
    /// What texts and dicts contain.
    pub(crate) parts: Vec<Part>,
    /// What tests have proved of texts.
    pub(crate) facts: Vec<Fact>,
    /// Which texts were made of which.
    pub(crate) derived: Vec<Derived>,
}

/// That a text that is not known holds another, or a known dict a key that is not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) whole: Handle,
    pub(crate) part: Handle,
    /// The dict's version then, which changes when it loses a key, and how many keys it had.
    pub(crate) version: u32,
    pub(crate) len: usize,
}

impl Ahead {
    pub(super) fn new() -> Self {
        Self {
            levels: Vec::new(),
            rounds: None,
            left: false,
            unknowns: false,
            known: Known::default(),
            put_in_shared: Vec::new(),
            puts: 0,
            changes: 0,
        }
    }

    /// Notes that such an item was put into such a collection, which may be known by other names.
    pub(super) fn put_in_shared(&mut self, collection: Kinds, item: &AbstractValue) {
        self.puts += 1;
        let place = self.put_in_shared.iter_mut().find(|(kinds, _)| *kinds == collection);
        match place {
            Some((_, put)) => *put = put.join(item),
            None => self.put_in_shared.push((collection, item.clone())),
        }
    }
}

/// A branch while its ways are gone.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    /// The op that branches.
    pub(crate) at: usize,
    /// The frame in which the ways meet, and whose generator that is.
    pub(crate) frames: usize,
    pub(crate) generator: Option<Handle>,
    pub(crate) join: Join,
    /// So many of the handlers in force are in force on every way.
    pub(crate) guards: usize,
    /// How many layers of trial there were before the way.
    pub(crate) layers: usize,
    /// What was there when the way began.
    pub(crate) before: Control,
    /// What was there when ways within this one came to the branch again.
    pub(crate) handed: Vec<Changes>,
}

/// How often a branch was gone that leads to itself, and the values that it was found to make.
#[derive(Debug, Default, Clone)]
pub(crate) struct Rounds {
    pub(crate) at: usize,
    pub(crate) depth: usize,
    pub(crate) gone: usize,
    pub(crate) fresh: HashSet<Handle>,
}

/// Why a way is not gone on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The machine can't run further ahead.
    GiveUp,
    /// The branch is to be gone once more, from a state in which less is known.
    Again,
    /// An exception has left what the ways of a branch have in common: they meet further on.
    Left,
    /// The way has come to an enclosing branch, which goes on from there.
    Handed,
}

/// What is kept between two times of running ahead.
#[derive(Debug, Default, Clone)]
pub(crate) struct Scout {
    pub(crate) mode: RunAhead,
    pub(crate) joins: HashMap<u32, Arc<Joins>>,
    /// For ops that branch, the handlers to which an exception came before the ways met.
    pub(crate) thrown: HashSet<(usize, u32)>,
    /// For ops that branch in a generator, how many frames lower the ways meet, since who reads the generator does not read on.
    pub(crate) lower: HashMap<usize, usize>,
    /// How many calls were ahead of the program when it was last run ahead.
    pub(crate) found: usize,
    /// The fuel used and the replies there were then.
    pub(crate) last: Option<(u64, usize)>,
}

impl Scout {
    /// Begins a program.
    pub(crate) fn start_turn(&mut self) {
        self.found = 0;
        self.last = None;
    }
}

/// What a machine does next, values aside.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    pub(crate) stack: Vec<Value>,
    pub(crate) globals: Vec<Value>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) guards: Vec<Guard>,
    pub(crate) patterns: PatternCache,
    pub(crate) generator_result: Value,
    pub(crate) decimal_context: Value,
    pub(crate) settle_first: Option<HoleId>,
    pub(crate) known: Known,
}

/// Something that a way may leave different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Stack(usize),
    Global(usize),
    Object(Handle),
}

/// What a way has left somewhere.
#[derive(Debug, Clone)]
pub(crate) enum After {
    /// A value that was there before.
    Value(Value),
    /// Something like this.
    Like(AbstractValue),
}

/// What a way has left different.
#[derive(Debug, Clone)]
pub(crate) struct Changes {
    pub(crate) frames: Vec<Frame>,
    pub(crate) guards: usize,
    pub(crate) height: usize,
    pub(crate) after: Vec<(Place, After)>,
    /// Older objects that something new refers to.
    pub(crate) shared: Vec<Handle>,
    /// What was found out about texts and dicts.
    pub(crate) parts: Vec<Part>,
}

impl Changes {
    pub(super) fn at(&self, place: Place) -> Option<&After> {
        let found = self.after.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        self.after.get(found).map(|(_, after)| after)
    }

    /// Returns a key that a dict was found to have.
    pub(super) fn key_in(&self, place: Place) -> Option<Handle> {
        let Place::Object(dict) = place else { return None };
        self.parts
            .iter()
            .rev()
            .find(|part| part.whole == dict)
            .map(|part| part.part)
    }
}

/// What is known of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact {
    pub(crate) of: Handle,
    pub(crate) shape: Shape,
    /// How many characters it has at least.
    pub(crate) least: u16,
}

/// That a method without arguments made one text of another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Derived {
    pub(crate) from: Handle,
    /// The method.
    pub(crate) row: &'static Row,
    pub(crate) derivation: Derivation,
    pub(crate) to: Value,
}
