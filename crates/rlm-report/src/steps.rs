//! Writes the steps of a run as a tree: each with the model's text, its program, its result, its
//! calls and their child runs.

use std::collections::BTreeSet;

use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{CallState, ProgramChecked, ProgramEnd, ProgramRan, RunNode, TurnNode};

use crate::bounds::{LINE, MESSAGE, NESTED_RUNS, OUTPUT, STEPS};
use crate::diagnosis::step_end;
use crate::figures::{counted, duration, grouped, shortened};
use crate::html::Html;
use crate::view::{View, step_place};
use crate::{calls, program};

/// The maximum number of output lines of a program that are shown expanded.
const OPEN_OUTPUT_LINES: usize = 14;
/// The maximum number of steps of a run that are shown expanded.
const OPEN_STEPS: usize = 12;
/// The number of milliseconds by which a step must exceed the call of its root model for both times
/// to be shown.
const SAME_MILLIS: u64 = 100;
/// The maximum number of characters shown of what the model said outside its program.
const SAID: usize = 1_500;

/// The place of a run in the tree of runs: its path and its nesting depth.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    pub(crate) path: &'p RunPath,
    nesting: usize,
}

/// Writes the steps of the root run.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let path = RunPath::default();
    match view.root() {
        Some(run) if !run.turns.is_empty() => write_run(
            html,
            view,
            run,
            Place {
                path: &path,
                nesting: 0,
            },
        ),
        _ => html.label("p", "muted", "The run ended before its first step."),
    }
}

/// Writes the child run that a call started, if any.
pub(crate) fn write_child(html: &mut Html, view: &View<'_>, place: &Place<'_>, position: Position) {
    let id = CallId {
        run: place.path.clone(),
        position,
    };
    let Some(child) = view.tree.started_by(&id) else { return };
    if place.nesting >= NESTED_RUNS {
        html.label(
            "p",
            "note",
            &format!("Deeper runs are left out; `rlm trace {}` shows them.", view.id()),
        );
        return;
    }
    let path = id.child_run();
    write_run(
        html,
        view,
        child,
        Place {
            path: &path,
            nesting: place.nesting + 1,
        },
    );
    if let Some(ended) = child.outcome.filter(|_| !view.is_private) {
        html.element("div", "message is-assistant", |html| {
            let message = ended
                .message
                .as_deref()
                .map(|message| format!(": {}", shortened(message, LINE)));
            html.label(
                "p",
                "",
                &format!(
                    "the child run ended as {}{}",
                    ended.outcome,
                    message.unwrap_or_default()
                ),
            );
            html.element("pre", "", |html| {
                html.quote(ended.answer.as_deref().unwrap_or_default(), OUTPUT)
            });
        });
    }
}

fn write_run(html: &mut Html, view: &View<'_>, run: &RunNode<'_>, place: Place<'_>) {
    let all = run.turns.len();
    let allowed = html.budget.take_steps(all);
    let left_out = all - allowed;
    let first = if left_out > 0 { allowed / 2 } else { all };
    for (index, (number, turn)) in run.turns.iter().enumerate() {
        if (first..first + left_out).contains(&index) {
            if index == first {
                html.label("p", "note", &format!("{} left out here.", counted(left_out, "step")));
            }
            continue;
        }
        let is_open = place.nesting == 0 && (all <= OPEN_STEPS || index + 2 >= all || has_problem(turn));
        write_step(html, view, *number, turn, place, is_open);
    }
    for note in run.notes.iter().take(STEPS).filter(|_| !view.is_private) {
        html.element("p", "note small", |html| html.text(&shortened(&note.text, LINE)));
    }
}

fn has_problem(turn: &TurnNode<'_>) -> bool {
    let is_bad = |end: ProgramEnd| !matches!(end, ProgramEnd::Done | ProgramEnd::Final);
    turn.ran.map_or(turn.program.is_some(), |ran| is_bad(ran.end)) || !turn.limits.is_empty()
}

fn write_step(html: &mut Html, view: &View<'_>, number: u32, turn: &TurnNode<'_>, place: Place<'_>, is_open: bool) {
    let handle = |html: &mut Html| {
        html.label("b", "", &format!("Step {number}"));
        let (class, what) = outcome(turn);
        html.label("span", class, what);
        let mut measures = turn.root_call().map(calls::measures).unwrap_or_default();
        let sub_calls = turn.sub_calls().count();
        if sub_calls > 0 {
            measures.push(counted(sub_calls, "call"));
        }
        let own = turn.root_call().and_then(rlm_trace::CallNode::elapsed);
        if let Some(length) = turn
            .span
            .length()
            .filter(|length| own.is_none_or(|own| own.0 + SAME_MILLIS < length.0))
        {
            measures.push(format!("{} in all", duration(length)));
        }
        html.label("span", "muted small", &format!(" {}", measures.join(" · ")));
    };
    html.details("step", is_open, handle, |html| {
        html.with("div", &[("id", &step_place(place.path, number))], |html| {
            if let Some(compacted) = turn.compacted {
                let what = format!(
                    "Turns 1 to {} were summarized before this step: {} tokens of messages became {}.",
                    compacted.through,
                    grouped(compacted.tokens_before),
                    grouped(compacted.tokens_after)
                );
                html.details(
                    "small",
                    false,
                    |html| html.text(&what),
                    |html| {
                        if !view.is_private {
                            html.element("pre", "", |html| html.quote(&compacted.summary, MESSAGE));
                        }
                    },
                );
            }
            if !view.is_private {
                said(html, turn);
                if let Some(checked) = turn.program {
                    write_program(html, checked, turn.ran);
                }
                if let Some(ran) = turn.ran {
                    write_output(html, ran);
                }
            }
            calls::write(html, view, turn, &place);
            calls::requests(html, view, turn);
            if !view.is_private {
                notes(html, turn);
                final_value(html, view, turn);
            }
            if !view.is_private {
                messages(html, view, turn, place.path);
            }
        });
    });
}

fn notes(html: &mut Html, turn: &TurnNode<'_>) {
    for limit in &turn.limits {
        html.label("p", "problem", &format!("Limit: {}", shortened(&limit.message, LINE)));
    }
    for note in &turn.notes {
        html.label("p", "note small", &shortened(&note.text, LINE));
    }
}

/// Writes the final value of a step, unless it is the answer at the top of the page.
fn final_value(html: &mut Html, view: &View<'_>, turn: &TurnNode<'_>) {
    let answer = view.answer.as_ref().map(|answer| answer.text);
    let Some(value) = turn.final_value.filter(|value| answer != Some(&value.value)) else {
        return;
    };
    html.details(
        "",
        false,
        |html| html.text("Final value"),
        |html| {
            html.element("pre", "output", |html| html.quote(&value.value, OUTPUT));
        },
    );
}

/// Returns the result of a step in one or two words, and its CSS class.
fn outcome(turn: &TurnNode<'_>) -> (&'static str, &'static str) {
    let (rating, name) = step_end(turn);
    (rating.pill(), name)
}

/// Writes what the model said before its program. The whole reply is shown below it.
fn said(html: &mut Html, turn: &TurnNode<'_>) {
    let Some(reply) = turn.root_call().and_then(|call| call.settled?.outcome.reply()) else {
        return;
    };
    let prose = reply.text.split("```").next().unwrap_or_default().trim();
    if !prose.is_empty() {
        html.element("p", "said", |html| html.quote(prose, SAID));
    }
}

fn write_program(html: &mut Html, checked: &ProgramChecked, ran: Option<&ProgramRan>) {
    let error = ran.and_then(|ran| ran.error.as_ref());
    let mut wrong: BTreeSet<u32> = checked.diagnostics.iter().map(|diagnostic| diagnostic.line).collect();
    wrong.extend(error.and_then(|error| error.line));
    program::write(html, &checked.source, &wrong);
    for diagnostic in checked.diagnostics.iter().take(10) {
        html.element("div", "problem", |html| {
            let place = format!("{} at {}:{}: ", diagnostic.code, diagnostic.line, diagnostic.column);
            html.label("code", "", &place);
            html.text(&shortened(&diagnostic.message, LINE));
            if let Some(help) = &diagnostic.help {
                html.label("p", "muted small", &shortened(help, LINE));
            }
        });
    }
    if let Some(error) = error {
        let line = error.line.map(|line| format!(", at line {line}")).unwrap_or_default();
        html.label(
            "p",
            "problem",
            &format!("{}: {}{line}", error.class, shortened(&error.message, LINE)),
        );
    }
}

fn write_output(html: &mut Html, ran: &ProgramRan) {
    let lines = ran.stdout.lines().count();
    if lines == 0 {
        if let Some(echo) = &ran.echo {
            html.label(
                "p",
                "muted small",
                &format!("Value of its last line: {}", shortened(echo, LINE)),
            );
        }
        return;
    }
    let handle = format!("Printed {}", counted(lines, "line"));
    let is_open = lines <= OPEN_OUTPUT_LINES && ran.stdout.len() < 3_000;
    html.details(
        "",
        is_open,
        |html| html.text(&handle),
        |html| {
            html.element("pre", "output", |html| {
                html.quote(&ran.stdout, OUTPUT);
                if let Some(echo) = &ran.echo {
                    html.markup("\n");
                    html.quote(echo, OUTPUT);
                }
            });
        },
    );
}

/// Writes the request to the root model, its reply and what it was shown of the step, folded into
/// one line.
fn messages(html: &mut Html, view: &View<'_>, turn: &TurnNode<'_>, path: &RunPath) {
    let (Some(call), Some(place)) = (turn.root_call(), calls::root_place(path, turn)) else {
        return;
    };
    let has_failed = matches!(
        call.state(),
        CallState::Failed(_) | CallState::Cancelled(_) | CallState::Unissued(_)
    );
    if has_failed {
        calls::failure(html, call);
    }
    html.details(
        "messages",
        false,
        |html| html.text(if has_failed { "Prompt" } else { "Prompt and reply" }),
        |html| {
            html.with("div", &[("id", &place)], |html| {
                calls::conversation(html, view, call, MESSAGE);
                if let Some(observation) = turn.observation {
                    html.element("div", "message", |html| {
                        html.label("p", "", "result, as shown to the model in the next step");
                        html.element("pre", "", |html| html.quote(&observation.text, MESSAGE));
                    });
                }
            });
        },
    );
}
