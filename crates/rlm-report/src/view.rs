//! The data of a report page: a run with its tree, totals and coverage.

use std::collections::BTreeMap;

use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{Coverage, Ending, Event, JournalTexts, RecordedRun, RunNode, RunStarted, Totals, Tree, TurnNode};

use crate::Sources;
use crate::call_names::{Batch, Naming};
use crate::citations::Answer;
use crate::places::Places;
use crate::sources::Texts;

/// A run with the data that the sections of a report page need.
pub(crate) struct View<'a> {
    pub(crate) run: &'a RecordedRun,
    pub(crate) tree: Tree<'a>,
    pub(crate) totals: Totals,
    pub(crate) coverage: Coverage,
    pub(crate) sources: Texts<'a>,
    pub(crate) places: Places<'a>,
    pub(crate) answer: Option<Answer<'a>>,
    /// The names of the calls of programs, by what differs between them.
    pub(crate) call_names: BTreeMap<CallId, String>,
    /// Whether the journal holds only digests of the run's texts, so that none can be shown.
    pub(crate) is_private: bool,
}

impl<'a> View<'a> {
    pub(crate) fn of(run: &'a RecordedRun, sources: &'a Sources<'_>) -> Self {
        let tree = Tree::of(&run.records);
        let sources = Texts::of(sources);
        let is_private = tree
            .started
            .is_some_and(|started| started.texts == JournalTexts::Digests);
        let places = Places::of(&tree, &sources, is_private);
        let naming = Naming {
            places: &places,
            is_private,
        };
        Self {
            call_names: naming.all(&tree),
            answer: Answer::of(&tree),
            is_private,
            run,
            totals: Totals::of(&run.records),
            coverage: Coverage::of(&run.records),
            places,
            tree,
            sources,
        }
    }

    pub(crate) fn started(&self) -> Option<&'a RunStarted> {
        self.tree.started
    }

    pub(crate) fn root(&self) -> Option<&RunNode<'a>> {
        self.tree.root()
    }

    pub(crate) fn ending(&self) -> Ending {
        self.run.ending
    }

    /// Returns the run's id, or the placeholder `RUN` if it is unknown.
    pub(crate) fn id(&self) -> &str {
        self.started().map_or("RUN", |started| started.run.as_str())
    }

    /// Returns the name of a source of the context, by its index.
    pub(crate) fn name(&self, source: u32) -> String {
        self.places.source(source)
    }

    /// Returns the calls of a turn's program in groups, with their names.
    pub(crate) fn batches<'t>(&self, turn: &'t TurnNode<'a>) -> Vec<Batch<'t, 'a>> {
        let naming = Naming {
            places: &self.places,
            is_private: self.is_private,
        };
        naming.batches(turn)
    }

    /// Returns the number of journal events whose kind this release doesn't know.
    pub(crate) fn unknown_events(&self) -> usize {
        let events = self.run.events();
        events.filter(|event| matches!(event, Event::Unknown(_))).count()
    }
}

/// Returns the anchor of a step on the page.
pub(crate) fn step_place(run: &RunPath, turn: u32) -> String {
    if run.0.is_empty() {
        format!("step-{turn}")
    } else {
        format!("step-{}-{turn}", run.to_string().replace('/', "_"))
    }
}

/// Returns the anchor of a call on the page.
pub(crate) fn call_place(run: &RunPath, position: Position) -> String {
    let id = CallId {
        run: run.clone(),
        position,
    };
    format!("call-{}", id.to_string().replace('/', "_"))
}
