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

/// The state of one speculation, from the pending reply up to the point where it is rolled back.
#[derive(Debug, Clone)]
pub(crate) struct Exploration {
    /// The branches that are being explored. Each is nested in a path of the branch before it.
    pub(crate) branches: Vec<Branch>,
    /// The progress of the analysis of a loop that is explored repeatedly.
    pub(crate) rounds: Option<LoopRounds>,
    /// Whether an exception has left the innermost branch, so that its paths merge further out.
    pub(crate) escaped: bool,
    /// Whether there are unknown values other than texts with pending values.
    pub(crate) unknowns: bool,
    pub(crate) known: KnownFacts,
    /// The items that were inserted into collections with unknown aliases, by the types of the
    /// collections. The list only grows, on all paths.
    pub(crate) shared_inserts: Vec<(Kinds, AbstractValue)>,
    /// The number of inserts into collections with unknown aliases.
    pub(crate) inserts: u64,
    /// The number of changes of unknown values.
    pub(crate) changes: u64,
}

/// Facts about unknown values, in addition to their abstract values.
#[derive(Debug, Default, Clone)]
pub(crate) struct KnownFacts {
    /// The replies that were read. The calls of these replies are assumed not to have failed.
    pub(crate) inspected: HashSet<PendingId>,
    pub(crate) containments: Vec<Containment>,
    pub(crate) facts: Vec<TextFact>,
    pub(crate) derived: Vec<DerivedText>,
}

/// The fact that an unknown text contains a substring, or that a known dict contains an unknown
/// key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Containment {
    pub(crate) whole: Handle,
    pub(crate) part: Handle,
    /// The version of the dict when the fact was recorded. It changes when a key is removed.
    pub(crate) version: u32,
    /// The number of items of the dict when the fact was recorded.
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

/// A branch with an unknown condition, whose paths are being explored.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    /// The index of the op that branches.
    pub(crate) at: usize,
    /// The number of the frame in which the paths merge, counted from 1.
    pub(crate) frames: usize,
    /// The generator that the frame in which the paths merge belongs to, if any.
    pub(crate) generator: Option<Handle>,
    pub(crate) join: JoinPoint,
    /// The number of exception handlers that are active on every path.
    pub(crate) guards: usize,
    /// The number of nested transactions before the path began.
    pub(crate) layers: usize,
    /// The control state before the path began.
    pub(crate) before: ControlState,
    /// The changes of inner paths that came back to the branch.
    pub(crate) revisits: Vec<PathChanges>,
}

/// The number of times that a loop was explored, and the unknown values that the joins of its
/// states created.
#[derive(Debug, Default, Clone)]
pub(crate) struct LoopRounds {
    pub(crate) at: usize,
    pub(crate) depth: usize,
    pub(crate) count: usize,
    pub(crate) created: HashSet<Handle>,
}

/// The reason why the exploration of a path ends before the merge point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The path can't be explored further, and speculation ends.
    GiveUp,
    /// The branch has to be explored again, from a state in which less is known.
    Retry,
    /// An exception has left the branch, so that its paths merge further out.
    Escaped,
    /// The path has come back to an enclosing branch, from which execution continues.
    Revisited,
}

/// The state of speculative execution that is kept from one speculation to the next.
#[derive(Debug, Default, Clone)]
pub(crate) struct Explorer {
    pub(crate) mode: RunAhead,
    pub(crate) postdominators: HashMap<u32, Arc<PostDominators>>,
    /// The exception handlers that an exception reached before the paths of a branch merged, each
    /// with the branch.
    pub(crate) caught_by: HashSet<(usize, u32)>,
    /// For each branch in a generator, the number of frames further out in which its paths merge,
    /// because they leave the generator's consumer.
    pub(crate) outer_frames: HashMap<usize, usize>,
    /// The number of calls that the last speculation found.
    pub(crate) found: usize,
    /// The fuel used and the number of settled calls at the time of the last speculation.
    pub(crate) last: Option<(u64, usize)>,
}

impl Explorer {
    /// Resets the results of the last speculation, at the start of a program.
    pub(crate) fn start_turn(&mut self) {
        self.found = 0;
        self.last = None;
    }
}

/// Everything that decides what the machine executes next, except for the heap.
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

/// A storage location whose value a path may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Stack(usize),
    Global(usize),
    Object(Handle),
}

/// The state of a storage location after a path.
#[derive(Debug, Clone)]
pub(crate) enum SlotState {
    /// A value that existed before the path.
    Value(Value),
    /// A value that is only known by this abstract value.
    Like(AbstractValue),
}

/// The state that one path has changed since the branch: frames, slots and objects.
#[derive(Debug, Clone)]
pub(crate) struct PathChanges {
    pub(crate) frames: Vec<Frame>,
    pub(crate) guards: usize,
    pub(crate) height: usize,
    pub(crate) after: Vec<(Slot, SlotState)>,
    /// Objects from before the path to which objects created on the path refer.
    pub(crate) shared: Vec<Handle>,
    pub(crate) containments: Vec<Containment>,
}

impl PathChanges {
    pub(super) fn get(&self, slot: Slot) -> Option<&SlotState> {
        let found = self.after.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        self.after.get(found).map(|(_, after)| after)
    }

    /// Returns a key that the dict in a slot is known to contain after the path.
    pub(super) fn contained_key(&self, slot: Slot) -> Option<Handle> {
        let Slot::Object(dict) = slot else { return None };
        self.containments
            .iter()
            .rev()
            .find(|part| part.whole == dict)
            .map(|part| part.part)
    }
}

/// The known facts about an unknown text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextFact {
    pub(crate) of: Handle,
    pub(crate) shape: Shape,
    /// The minimum number of characters of the text.
    pub(crate) least: u16,
}

/// The fact that one text is the result of a method without arguments on another text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DerivedText {
    pub(crate) from: Handle,
    pub(crate) row: &'static Row,
    pub(crate) derivation: Derivation,
    pub(crate) to: Value,
}
