//! The state of speculative execution.

use std::collections::HashMap;
use std::sync::Arc;

use hashbrown::HashSet;
use sift_abstract::{AbstractValue, Derivation, Kinds, Shape};
use sift_runtime::runtime::{PatternCache, Row};
use sift_runtime::settings::RunAhead;
use sift_text::PendingId;
use sift_values::value::{Handle, Value};

use super::super::frame::{Frame, Guard};
use super::postdominators::{JoinPoint, PostDominators};

/// The state of one speculation.
#[derive(Debug, Clone)]
pub(crate) struct Exploration {
    /// The branches that are being explored, each nested in a path of the one before it.
    pub(crate) branches: Vec<Branch>,
    /// The analysis of a loop that is explored again.
    pub(crate) rounds: Option<LoopRounds>,
    /// Whether an exception has left the innermost branch.
    pub(crate) escaped: bool,
    /// Whether there are unknown values other than texts.
    pub(crate) unknowns: bool,
    pub(crate) known: KnownFacts,
    /// Items that were inserted into collections with unknown aliases, by the types of the
    /// collections. It only grows, on all paths.
    pub(crate) shared_inserts: Vec<(Kinds, AbstractValue)>,
    /// Number of such inserts, and number of changes of unknown values.
    pub(crate) inserts: u64,
    pub(crate) changes: u64,
}

/// Facts about unknown values, in addition to their descriptions.
#[derive(Debug, Default, Clone)]
pub(crate) struct KnownFacts {
    /// Replies that were read: their calls have not failed.
    pub(crate) inspected: HashSet<PendingId>,
    pub(crate) containments: Vec<Containment>,
    pub(crate) facts: Vec<TextFact>,
    pub(crate) derived: Vec<DerivedText>,
}

/// The fact that an unknown text contains a text, or that a known dict has an unknown key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Containment {
    pub(crate) whole: Handle,
    pub(crate) part: Handle,
    /// The dict's version and length at that time. The version changes when a key is removed.
    pub(crate) version: u32,
    pub(crate) len: usize,
}

impl Exploration {
    pub(super) fn new() -> Self {
        Self {
            branches: Vec::new(),
            rounds: None,
            escaped: false,
            unknowns: false,
            known: KnownFacts::default(),
            shared_inserts: Vec::new(),
            inserts: 0,
            changes: 0,
        }
    }

    /// Records that an item was inserted into a collection with unknown aliases.
    pub(super) fn record_shared_insert(&mut self, collection: Kinds, item: &AbstractValue) {
        self.inserts += 1;
        let place = self.shared_inserts.iter_mut().find(|(kinds, _)| *kinds == collection);
        match place {
            Some((_, put)) => *put = put.join(item),
            None => self.shared_inserts.push((collection, item.clone())),
        }
    }
}

/// A branch whose paths are being explored.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    /// The op that branches.
    pub(crate) at: usize,
    /// The frame in which the paths merge, and its generator.
    pub(crate) frames: usize,
    pub(crate) generator: Option<Handle>,
    pub(crate) join: JoinPoint,
    /// Number of exception handlers that are in force on every path.
    pub(crate) guards: usize,
    /// Number of nested transactions before the path.
    pub(crate) layers: usize,
    /// The control state before the path.
    pub(crate) before: ControlState,
    /// The changes of inner paths that came back to the branch.
    pub(crate) revisits: Vec<PathChanges>,
}

/// How often a loop was explored, and the unknown values that its joins created.
#[derive(Debug, Default, Clone)]
pub(crate) struct LoopRounds {
    pub(crate) at: usize,
    pub(crate) depth: usize,
    pub(crate) count: usize,
    pub(crate) created: HashSet<Handle>,
}

/// The reason why a path ends before its merge point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Speculation can't continue.
    GiveUp,
    /// The branch is explored again, from a state of which less is known.
    Retry,
    /// An exception has left the branch; its paths merge further out.
    Escaped,
    /// The path has come back to an enclosing branch, which continues from there.
    Revisited,
}

/// The state that is kept between speculations.
#[derive(Debug, Default, Clone)]
pub(crate) struct Explorer {
    pub(crate) mode: RunAhead,
    pub(crate) postdominators: HashMap<u32, Arc<PostDominators>>,
    /// For each branch, the handlers that an exception reached before the paths merged.
    pub(crate) caught_by: HashSet<(usize, u32)>,
    /// For each branch in a generator, how many frames further out the paths merge, because the
    /// generator's consumer is left.
    pub(crate) outer_frames: HashMap<usize, usize>,
    /// Number of calls that the last speculation found.
    pub(crate) found: usize,
    /// The fuel used and the number of settled calls at the last speculation.
    pub(crate) last: Option<(u64, usize)>,
}

impl Explorer {
    /// Starts a program.
    pub(crate) fn start_turn(&mut self) {
        self.found = 0;
        self.last = None;
    }
}

/// The control state: everything that decides what the machine executes next, except for the heap.
#[derive(Debug, Clone)]
pub(crate) struct ControlState {
    pub(crate) stack: Vec<Value>,
    pub(crate) globals: Vec<Value>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) guards: Vec<Guard>,
    pub(crate) patterns: PatternCache,
    pub(crate) generator_result: Value,
    pub(crate) decimal_context: Value,
    pub(crate) settle_first: Option<PendingId>,
    pub(crate) known: KnownFacts,
}

/// A place whose value a path may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Stack(usize),
    Global(usize),
    Object(Handle),
}

/// The state of a slot after a path.
#[derive(Debug, Clone)]
pub(crate) enum SlotState {
    /// A value that existed before the path.
    Value(Value),
    /// A value of this description.
    Like(AbstractValue),
}

/// The state that one speculative path leaves different from where the paths parted: frames, slots
/// and objects.
#[derive(Debug, Clone)]
pub(crate) struct PathChanges {
    pub(crate) frames: Vec<Frame>,
    pub(crate) guards: usize,
    pub(crate) height: usize,
    pub(crate) after: Vec<(Slot, SlotState)>,
    /// Older objects to which new objects refer.
    pub(crate) shared: Vec<Handle>,
    pub(crate) containments: Vec<Containment>,
}

impl PathChanges {
    pub(super) fn get(&self, slot: Slot) -> Option<&SlotState> {
        let found = self.after.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        self.after.get(found).map(|(_, after)| after)
    }

    /// Returns a key that the dict is known to have.
    pub(super) fn contained_key(&self, slot: Slot) -> Option<Handle> {
        let Slot::Object(dict) = slot else { return None };
        self.containments
            .iter()
            .rev()
            .find(|part| part.whole == dict)
            .map(|part| part.part)
    }
}

/// What is known of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextFact {
    pub(crate) of: Handle,
    pub(crate) shape: Shape,
    /// Minimum number of characters.
    pub(crate) least: u16,
}

/// The fact that a method without arguments made one text of another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DerivedText {
    pub(crate) from: Handle,
    pub(crate) row: &'static Row,
    pub(crate) derivation: Derivation,
    pub(crate) to: Value,
}
