//! Collects the problems of a run, in the order in which they occurred.

use rlm_model::{ModelErrorKind, Position, RunPath};
use rlm_trace::{CallNode, HostAnswer, HostRequest, ProgramEnd, RecordedOutcome, Tree, TurnNode};

use super::Spot;
use crate::bounds::LINE;
use crate::figures::{counted, shortened};

/// A problem that occurred in a run, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The step or call that has the problem.
    pub spot: Spot,
    /// The description of the problem, in one line.
    pub what: String,
    /// The hint about the problem that the journal contains.
    pub hint: Option<String>,
    /// The kind of the problem.
    pub kind: ProblemKind,
}

impl Problem {
    /// Returns the place of a problem as pieces of a sentence. Includes the problem's description
    /// unless `said` contains it already.
    pub(super) fn place(&self, said: Option<&str>) -> Vec<(Option<Spot>, String)> {
        let mut place = vec![(Some(self.spot.clone()), self.spot.name())];
        if !said.unwrap_or(&self.what).contains(&self.what) {
            place.push((None, format!(": {}", self.what)));
        }
        place
    }
}

/// The kind of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// A program was rejected by the compiler.
    Refused,
    /// A program raised an exception.
    Raised,
    /// A limit took effect. Holds the name of the limit and the allowed amount.
    Limit(String, u64),
    /// A model gave no reply.
    Model(ModelErrorKind),
    /// A call was not sent.
    Unsent,
    /// A tool or a search failed.
    Tool,
}

/// Collects the problems of a run.
pub(super) fn problems(tree: &Tree<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for (path, run) in &tree.runs {
        for (number, turn) in &run.turns {
            let step = Step { path, number: *number };
            step.program(turn, &mut found);
            found.extend(
                turn.calls
                    .iter()
                    .filter_map(|(position, call)| step.call(*position, call)),
            );
            found.extend(step.refused(turn));
            step.requests(turn, &mut found);
            found.extend(turn.limits.iter().map(|limit| {
                let kind = ProblemKind::Limit(limit.name.to_string(), limit.allowed);
                step.problem(kind, &limit.message, None)
            }));
        }
    }
    found
}

struct Step<'p> {
    path: &'p RunPath,
    number: u32,
}

impl Step<'_> {
    fn problem(&self, kind: ProblemKind, what: &str, hint: Option<&str>) -> Problem {
        Problem {
            spot: Spot {
                run: self.path.clone(),
                turn: self.number,
                call: None,
            },
            what: shortened(what, LINE),
            hint: hint.map(|hint| shortened(hint, LINE)),
            kind,
        }
    }

    fn program(&self, turn: &TurnNode<'_>, found: &mut Vec<Problem>) {
        let diagnostics = turn
            .program
            .map(|program| program.diagnostics.as_slice())
            .unwrap_or_default();
        if let Some(first) = diagnostics.first().filter(|_| turn.ran.is_none()) {
            let more = match diagnostics.len() {
                1 => String::new(),
                count => format!(" (and {})", counted(count - 1, "more diagnostic")),
            };
            let what = format!(
                "the program was rejected: {} at line {}: {}{more}",
                first.code, first.line, first.message
            );
            found.push(self.problem(ProblemKind::Refused, &what, first.help.as_deref()));
        }
        let raised = turn.ran.filter(|ran| ran.end == ProgramEnd::Raised);
        if let Some(error) = raised.and_then(|ran| ran.error.as_ref()) {
            let line = error.line.map(|line| format!(" at line {line}")).unwrap_or_default();
            let what = format!("the program raised {}: {}{line}", error.class, error.message);
            found.push(self.problem(ProblemKind::Raised, &what, None));
        }
    }

    fn call(&self, position: Position, call: &CallNode<'_>) -> Option<Problem> {
        let who = if position.ordinal == 0 {
            "the root model".to_owned()
        } else {
            format!("call {position}")
        };
        let outcome = &call.settled?.outcome;
        let RecordedOutcome::Failed(error) = outcome else {
            return None;
        };
        if outcome.is_stopped() {
            return None;
        }
        let what = format!("{who} failed: {}", error.message);
        let mut problem = self.problem(ProblemKind::Model(error.kind.clone()), &what, error.hint.as_deref());
        problem.spot.call = Some(position);
        Some(problem)
    }

    /// Returns the calls that a limit refused as one problem: the first call, and their number.
    fn refused(&self, turn: &TurnNode<'_>) -> Option<Problem> {
        let refused = turn.calls.iter().filter_map(|(position, call)| {
            let outcome = &call.settled?.outcome;
            match outcome {
                RecordedOutcome::Unissued(unissued) if !outcome.is_stopped() => Some((*position, unissued)),
                _ => None,
            }
        });
        let mut refused = refused.peekable();
        let (position, first) = *refused.peek()?;
        let who = match (position.ordinal, refused.count()) {
            (0, _) => "the call of the root model was not sent".to_owned(),
            (_, 1) => format!("call {position} was not sent"),
            (_, count) => format!("{count} calls were not sent, the first is {position}"),
        };
        let mut problem = self.problem(ProblemKind::Unsent, &format!("{who}: {}", first.message), None);
        problem.spot.call = Some(position);
        Some(problem)
    }

    fn requests(&self, turn: &TurnNode<'_>, found: &mut Vec<Problem>) {
        for request in turn.requests.values() {
            let Some(HostAnswer::Failed(failure)) = request.answered.map(|answered| &answered.answer) else {
                continue;
            };
            let who = match request.asked.map(|asked| &asked.request) {
                Some(HostRequest::Tool { name, .. }) => name.as_str(),
                Some(HostRequest::Search { .. }) | None => "search",
            };
            let what = format!("{who} failed: {}", failure.message);
            found.push(self.problem(ProblemKind::Tool, &what, failure.hint.as_deref()));
        }
    }
}
