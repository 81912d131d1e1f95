//! The data of a report page: a run with its tree, totals and coverage.

use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{Coverage, Ending, Event, RecordedRun, RunEnded, RunNode, RunStarted, Totals, Tree};

use crate::Sources;
use crate::sources::Texts;

/// A run with the data that the sections of a report page need.
pub(crate) struct View<'a> {
    pub(crate) run: &'a RecordedRun,
    pub(crate) tree: Tree<'a>,
    pub(crate) totals: Totals,
    pub(crate) coverage: Coverage,
    pub(crate) sources: Texts<'a>,
}

impl<'a> View<'a> {
    pub(crate) fn of(run: &'a RecordedRun, sources: &'a Sources<'_>) -> Self {
        Self {
            run,
            tree: Tree::of(&run.records),
            totals: Totals::of(&run.records),
            coverage: Coverage::of(&run.records),
            sources: Texts::of(sources),
        }
    }

    pub(crate) fn started(&self) -> Option<&'a RunStarted> {
        self.tree.started
    }

    pub(crate) fn root(&self) -> Option<&RunNode<'a>> {
        self.tree.root()
    }

    /// Returns the recorded end of the run, with its outcome. `None` if the run is still going on,
    /// or if its process was killed.
    pub(crate) fn ended(&self) -> Option<&'a RunEnded> {
        self.root()?.outcome
    }

    pub(crate) fn ending(&self) -> Ending {
        self.run.ending
    }

    /// Returns the run's id, or the placeholder `RUN` if it is unknown.
    pub(crate) fn id(&self) -> &str {
        self.started().map_or("RUN", |started| started.run.as_str())
    }

    /// Returns the name of a source of the context, by its index.
    pub(crate) fn name(&self, source: u32) -> &'a str {
        let index = usize::try_from(source).ok();
        let found = self
            .started()
            .zip(index)
            .and_then(|(started, index)| started.context.get(index));
        found.map_or("?", |source| &source.name)
    }

    /// Returns `true` if any event of the journal has a time.
    pub(crate) fn has_times(&self) -> bool {
        self.totals.elapsed.is_some()
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
