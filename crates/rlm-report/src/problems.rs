//! What went wrong on the way, in the order of the run.

use rlm_model::{ModelErrorKind, Position, RunPath};
use rlm_trace::{CallNode, CallOutcome, HostAnswer, HostRequest, ProgramEnd, TurnNode};

use crate::bounds::{LINE, PROBLEMS};
use crate::figures::{counted, shortened};
use crate::html::Html;
use crate::view::{View, call_place, step_place};

/// Something that went wrong.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// Where it stands on the page.
    pub(crate) place: String,
    /// Where it stands in words: `step 3`.
    pub(crate) place_name: String,
    /// What happened.
    pub(crate) what: String,
    /// What may be done about it, as the journal says.
    pub(crate) hint: Option<String>,
    pub(crate) kind: ProblemKind,
    /// Whether it stands in the root run itself.
    pub(crate) is_of_root_run: bool,
}

/// What kind of thing it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// The program was not run.
    Refused,
    /// The program raised.
    Raised,
    /// A limit took effect: its name, and what it allows.
    Limit(String, u64),
    /// A model gave no reply.
    Model(ModelErrorKind),
    /// A call was not sent.
    Unsent,
    /// A tool or a search failed.
    Tool,
}

/// Collects what went wrong.
pub(crate) fn problems(view: &View<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for (path, run) in &view.tree.runs {
        for (number, turn) in &run.turns {
            let step = Step { path, number: *number };
            step.program(turn, &mut found);
            for (position, call) in &turn.calls {
                found.extend(step.call(*position, call));
            }
            step.requests(turn, &mut found);
            found.extend(turn.limits.iter().map(|limit| {
                let kind = ProblemKind::Limit(limit.name.to_string(), limit.allowed);
                step.problem(kind, &limit.message, None)
            }));
        }
    }
    found
}

/// Lists them; of many, the first and the last.
pub(crate) fn list(html: &mut Html, problems: &[Problem]) {
    let left_out = problems.len().saturating_sub(PROBLEMS);
    let first = if left_out > 0 { PROBLEMS / 3 } else { problems.len() };
    html.element("ul", "problems small", |html| {
        for (index, problem) in problems.iter().enumerate() {
            if (first..first + left_out).contains(&index) {
                if index == first {
                    html.element("li", "muted", |html| {
                        html.text(&format!("{} more", crate::figures::grouped(left_out as u64)))
                    });
                }
                continue;
            }
            html.element("li", "", |html| {
                write_one(html, problem);
            });
        }
    });
}

/// Writes one of them behind its place.
pub(crate) fn write_one(html: &mut Html, problem: &Problem) {
    html.link(&problem.place, |html| html.text(&problem.place_name));
    html.text(": ");
    html.text(&problem.what);
}

struct Step<'p> {
    path: &'p RunPath,
    number: u32,
}

impl Step<'_> {
    fn problem(&self, kind: ProblemKind, what: &str, hint: Option<&str>) -> Problem {
        let run = if self.path.0.is_empty() {
            String::new()
        } else {
            format!(" of child run {}", self.path)
        };
        Problem {
            place: step_place(self.path, self.number),
            place_name: format!("step {}{run}", self.number),
            what: shortened(what, LINE),
            hint: hint.map(|hint| shortened(hint, LINE)),
            kind,
            is_of_root_run: self.path.0.is_empty(),
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
                "the program was refused: {} at line {}: {}{more}",
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
        let (kind, what, hint) = match &call.settled?.outcome {
            CallOutcome::Reply(_) => return None,
            CallOutcome::Failed(error) => {
                let what = format!("{who} failed: {}", error.message);
                (ProblemKind::Model(error.kind.clone()), what, error.hint.as_deref())
            }
            CallOutcome::Unissued(unissued) => (
                ProblemKind::Unsent,
                format!("{who} was not sent: {}", unissued.message),
                None,
            ),
        };
        Some(Problem {
            place: call_place(self.path, position),
            ..self.problem(kind, &what, hint)
        })
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
