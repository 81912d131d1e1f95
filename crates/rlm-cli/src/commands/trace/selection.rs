//! Filters the calls and programs that `rlm trace` shows.

use std::collections::BTreeSet;

use rlm_cli_settings::args::FilterArguments;
use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{Event, HostAnswer, HostRequest, JournalPart, ProgramEnd, Tree, TurnNode};

use super::call_row::CallRow;

/// The calls and programs that `rlm trace` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selection {
    /// The calls and programs that the filters picked. `None` if all are shown.
    picked: Option<Picked>,
    /// What a filter that picks nothing says.
    nothing: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Picked {
    calls: BTreeSet<CallId>,
    /// The turns whose programs are shown, with their host requests.
    programs: BTreeSet<(RunPath, u32)>,
}

impl Selection {
    /// Creates the selection of all calls and programs.
    pub(super) const fn all() -> Self {
        Self {
            picked: None,
            nothing: "",
        }
    }

    /// Creates the selection of the calls and programs that match all filters.
    pub(super) fn of(tree: &Tree<'_>, filter: &FilterArguments) -> Self {
        if filter.is_none() {
            return Self::all();
        }
        let text = filter.text.as_ref().map(|text| text.to_lowercase());
        let mut rows: Vec<CallRow<'_>> = CallRow::all(tree)
            .filter(|row| is_picked(row, filter, text.as_deref()))
            .collect();
        if let Some(most) = filter.slowest {
            rows.sort_by_key(|row| std::cmp::Reverse(row.elapsed));
            rows.truncate(most);
        }
        if let Some(most) = filter.costliest {
            rows.sort_by_key(|row| std::cmp::Reverse(row.micro_dollars()));
            rows.truncate(most);
        }
        let calls = rows.into_iter().map(|row| row.id).collect();
        // Only calls have a model, a price and a duration, so these filters exclude programs.
        let are_programs_asked = filter.model.is_none()
            && filter.slowest.is_none()
            && filter.costliest.is_none()
            && filter.slower_than.is_none()
            && filter.costlier_than.is_none();
        let turns = tree.runs.iter().filter(|_| are_programs_asked);
        let turns = turns.flat_map(|(path, run)| run.turns.iter().map(move |(turn, node)| (path, *turn, node)));
        let programs = turns.filter(|(path, turn, node)| is_program_picked(path, *turn, node, filter, text.as_deref()));
        let programs = programs.map(|(path, turn, _)| (path.clone(), turn)).collect();
        Self {
            picked: Some(Picked { calls, programs }),
            nothing: match filter.is_only_failed() {
                true => "nothing failed",
                false => "nothing matches the filters",
            },
        }
    }

    /// Returns `true` if the whole run is shown.
    pub(super) const fn is_all(&self) -> bool {
        self.picked.is_none()
    }

    /// Returns `true` if the filters exclude every call and program.
    pub(super) fn is_empty(&self) -> bool {
        let is_empty = |picked: &Picked| picked.calls.is_empty() && picked.programs.is_empty();
        self.picked.as_ref().is_some_and(is_empty)
    }

    /// Returns what to say if the filters exclude everything.
    pub(super) const fn nothing(&self) -> &'static str {
        self.nothing
    }

    pub(super) fn has_call(&self, call: &CallId) -> bool {
        self.is_one_of(|picked| picked.calls.contains(call))
    }

    pub(super) fn has_program(&self, run: &RunPath, turn: u32) -> bool {
        self.is_one_of(|picked| picked.programs.contains(&(run.clone(), turn)))
    }

    /// Returns `true` if any part of a turn or of its child runs is shown.
    pub(super) fn has_step(&self, run: &RunPath, turn: u32) -> bool {
        let at = |ordinal, index| CallId {
            run: run.clone(),
            position: Position { turn, ordinal, index },
        };
        self.has_program(run, turn)
            || self.is_one_of(|picked| picked.calls.range(at(0, 0)..=at(u32::MAX, u32::MAX)).next().is_some())
            || self.is_one_of(|picked| {
                let under = |path: &RunPath| {
                    let next = path.0.get(run.0.len());
                    path.0.starts_with(&run.0) && next.is_some_and(|position| position.turn == turn)
                };
                picked.programs.iter().any(|(path, _)| under(path))
            })
    }

    /// Returns `true` if a call is shown, or any part of the child run that it started.
    pub(super) fn has_call_or_under(&self, call: &CallId) -> bool {
        let child = call.child_run();
        self.has_call(call)
            || self.is_one_of(|picked| {
                let below = |path: &RunPath| path.0.starts_with(&child.0);
                let next = picked.calls.range(call..).find(|id| *id != call);
                next.is_some_and(|id| below(&id.run)) || picked.programs.iter().any(|(path, _)| below(path))
            })
    }

    /// Returns `true` if an event belongs to a selected call or program, or to the run as a whole.
    pub(super) fn has_event(&self, event: &Event) -> bool {
        match (event.call(), event.run(), event.turn()) {
            (Some(call), _, _) => self.has_call(call),
            (None, Some(run), Some(turn)) => self.has_step(run, turn),
            (None, _, _) => true,
        }
    }

    fn is_one_of(&self, is_picked: impl Fn(&Picked) -> bool) -> bool {
        self.picked.as_ref().is_none_or(is_picked)
    }
}

fn is_picked(row: &CallRow<'_>, filter: &FilterArguments, text: Option<&str>) -> bool {
    filter.step.as_ref().is_none_or(|step| step.holds(&row.id))
        && filter.depth.is_none_or(|depth| row.id.run.depth() == depth)
        && filter.model.as_ref().is_none_or(|name| {
            let model = row.model.map(ToString::to_string).unwrap_or_default();
            model.to_lowercase().contains(&name.to_lowercase())
        })
        && (!filter.failed || row.has_failed || row.failed_attempts > 0)
        && filter.slower_than.is_none_or(|time| row.elapsed > Some(time))
        && filter
            .costlier_than
            .is_none_or(|cost| row.micro_dollars() > Some(cost.0))
        && text.is_none_or(|text| {
            let asked = row.asked.iter().flat_map(|message| &message.parts);
            let asked = asked.filter_map(|part| match part {
                JournalPart::Text(text) => Some(&**text),
                JournalPart::Source(_) => None,
            });
            asked
                .chain(row.question)
                .chain(row.reply)
                .chain(row.error)
                .any(|said| said.to_lowercase().contains(text))
        })
}

fn is_program_picked(
    path: &RunPath,
    turn: u32,
    node: &TurnNode<'_>,
    filter: &FilterArguments,
    text: Option<&str>,
) -> bool {
    filter.step.as_ref().is_none_or(|step| step.holds_turn(path, turn))
        && filter.depth.is_none_or(|depth| path.depth() == depth)
        && (!filter.failed || has_failed(node))
        && text.is_none_or(|text| said_of(node).any(|said| said.to_lowercase().contains(text)))
}

/// Returns `true` if the program of a turn was rejected, raised, reached a limit or made a request
/// that failed.
fn has_failed(node: &TurnNode<'_>) -> bool {
    node.program.is_some_and(|program| !program.diagnostics.is_empty())
        || node
            .ran
            .is_some_and(|ran| matches!(ran.end, ProgramEnd::Raised | ProgramEnd::Limit))
        || !node.limits.is_empty()
        || node.requests.values().any(|request| {
            request
                .answered
                .is_some_and(|answered| matches!(answered.answer, HostAnswer::Failed(_)))
        })
}

/// Returns the texts of a turn's program for searching: its source, output, requests and errors.
fn said_of<'a>(node: &'a TurnNode<'a>) -> impl Iterator<Item = &'a str> {
    let program = node.program.into_iter();
    let source = program.clone().map(|program| &*program.source);
    let diagnostics = program
        .flat_map(|program| &program.diagnostics)
        .map(|wrong| &*wrong.message);
    let ran = node.ran.into_iter();
    let printed = ran
        .clone()
        .flat_map(|ran| [&*ran.stdout].into_iter().chain(ran.echo.as_deref()));
    let raised = ran
        .filter_map(|ran| ran.error.as_ref())
        .flat_map(|error| [&*error.class, &*error.message]);
    let requests = node
        .requests
        .values()
        .filter_map(|request| request.asked)
        .map(|asked| match &asked.request {
            HostRequest::Search { query, .. } => &**query,
            HostRequest::Tool { arguments, .. } => &**arguments,
        });
    let limits = node.limits.iter().map(|limit| &*limit.message);
    source
        .chain(diagnostics)
        .chain(printed)
        .chain(raised)
        .chain(requests)
        .chain(limits)
}
