//! Groups the calls of a program, and names each by what differs between them.

use std::collections::BTreeMap;

use rlm_model::{CallId, Position, SourceRange};
use rlm_trace::{CallIssued, CallNames, CallNode, CallPrompt, ChildStarted, Tree, TurnNode};

use crate::figures::shortened;
use crate::places::Places;

/// The maximum number of characters of a name.
const NAME: usize = 70;

/// Calls that a program made together, or one at a time in one step.
#[derive(Debug)]
pub(crate) struct Batch<'t, 'a> {
    /// The beginning that the prompts have in common, as one line.
    pub(crate) common: String,
    pub(crate) calls: Vec<NamedCall<'t, 'a>>,
}

/// A call of a program with its name.
#[derive(Debug)]
pub(crate) struct NamedCall<'t, 'a> {
    pub(crate) position: Position,
    pub(crate) call: &'t CallNode<'a>,
    pub(crate) name: String,
}

/// The naming of calls.
#[derive(Clone, Copy)]
pub(crate) struct Naming<'n, 'a> {
    pub(crate) places: &'n Places<'a>,
    /// Whether prompts must not be shown.
    pub(crate) is_private: bool,
}

impl<'a> Naming<'_, 'a> {
    /// Returns the names of the calls of all programs of a run and its child runs.
    pub(crate) fn all(self, tree: &Tree<'a>) -> BTreeMap<CallId, String> {
        let mut names = BTreeMap::new();
        for (run, node) in &tree.runs {
            let batches = node.turns.values().flat_map(|turn| self.batches(turn));
            for call in batches.flat_map(|batch| batch.calls) {
                let id = CallId {
                    run: run.clone(),
                    position: call.position,
                };
                names.insert(id, call.name);
            }
        }
        names
    }

    /// Groups the calls of a turn's program, and names each.
    pub(crate) fn batches<'t>(self, turn: &'t TurnNode<'a>) -> Vec<Batch<'t, 'a>> {
        let names = self.names(turn);
        let mut together: BTreeMap<u32, Vec<NamedCall<'t, 'a>>> = BTreeMap::new();
        for (position, call) in turn.sub_calls() {
            let name = if self.is_private {
                self.places.names(&given(call)).unwrap_or_default()
            } else {
                names.name(*position).to_owned()
            };
            let position = *position;
            let calls = together.entry(position.ordinal).or_default();
            calls.push(NamedCall { position, call, name });
        }
        // Calls that a program makes one at a time are one batch, child runs apart.
        let mut batches: BTreeMap<Position, Vec<NamedCall<'t, 'a>>> = BTreeMap::new();
        let mut single: BTreeMap<bool, Position> = BTreeMap::new();
        for calls in together.into_values() {
            let Some(first) = calls.first() else { continue };
            let is_child = first.call.child.is_some();
            let position = if calls.len() == 1 {
                *single.entry(is_child).or_insert(first.position)
            } else {
                first.position
            };
            batches.entry(position).or_default().extend(calls);
        }
        let batches = batches.into_iter().map(|(position, calls)| Batch {
            common: shortened(names.common(position).unwrap_or_default(), NAME),
            calls,
        });
        batches.collect()
    }

    fn names(self, turn: &TurnNode<'_>) -> CallNames {
        if self.is_private {
            return CallNames::default();
        }
        let prompts = turn
            .sub_calls()
            .filter_map(|(position, call)| Some((*position, CallPrompt::of_call(call)?)));
        CallNames::new(prompts, &|range| self.places.name(range), NAME)
    }
}

/// Returns the ranges of the context that a call was given.
pub(crate) fn given(call: &CallNode<'_>) -> Vec<SourceRange> {
    let issued = call.issued.map(CallIssued::given);
    issued
        .or_else(|| call.child.map(ChildStarted::given))
        .unwrap_or_default()
}
