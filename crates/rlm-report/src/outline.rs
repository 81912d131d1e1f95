//! Writes the tree of runs and calls: a line for each step, with a strip of its calls.

use rlm_model::{CallId, RunPath};
use rlm_trace::{CallNode, CallState, RunNode, TurnNode};

use crate::bounds::{NESTED_RUNS, STEPS};
use crate::diagnosis::step_end;
use crate::figures::{cost, counted, duration, shortened};
use crate::html::Html;
use crate::view::{View, call_place, step_place};

/// The maximum number of calls in the strip of a step, and in all strips.
const STRIP: usize = 600;
const STRIPS: usize = 3_000;
/// The number of child runs of a step from which they are folded.
const FOLDED: usize = 10;
/// The maximum number of child runs of a step.
const CHILDREN: usize = 100;
/// The maximum number of characters of a name in the tree.
const NAME: usize = 80;

/// Returns whether any program of a run made calls, so that there is more to show than its steps.
pub(crate) fn has_calls(view: &View<'_>) -> bool {
    let mut turns = view.tree.runs.values().flat_map(|run| run.turns.values());
    turns.any(|turn| turn.sub_calls().next().is_some())
}

/// Writes the section of the page with the tree of runs and calls.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let Some(root) = view.root() else { return };
    let mut left = STRIPS;
    html.element("div", "card", |html| {
        write_run(html, view, root, &RunPath::default(), &mut left, 0);
        let has = |class: &str| {
            view.tree
                .runs
                .values()
                .flat_map(RunNode::calls)
                .any(|(_, call)| cell(call) == class)
        };
        let entries = [
            ("cell", "replied"),
            ("cell is-cached", "from the cache"),
            ("cell is-bad", "failed"),
            ("cell is-open", "cancelled, not sent or no reply yet"),
            ("cell is-run", "child run"),
        ];
        html.element("ul", "key", |html| {
            for (class, name) in entries.into_iter().filter(|(class, _)| has(class)) {
                html.element("li", "", |html| {
                    html.element("span", class, |_| {});
                    html.text(name);
                });
            }
        });
    });
}

fn write_run(html: &mut Html, view: &View<'_>, run: &RunNode<'_>, path: &RunPath, left: &mut usize, depth: usize) {
    html.element("ul", "tree", |html| {
        for (number, turn) in run.turns.iter().take(STEPS) {
            html.element("li", "", |html| {
                step(html, path, *number, turn);
                strip(html, view, path, turn, left);
                children(html, view, path, turn, left, depth);
            });
        }
        if let Some(more) = run.turns.len().checked_sub(STEPS).filter(|more| *more > 0) {
            html.label("li", "muted small", &counted(more, "more step"));
        }
    });
}

fn step(html: &mut Html, path: &RunPath, number: u32, turn: &TurnNode<'_>) {
    html.element("p", "", |html| {
        html.link_if_shown(&step_place(path, number), |html| html.text(&format!("Step {number}")));
        let (rating, name) = step_end(turn);
        html.label("span", rating.pill(), name);
        let mut what = Vec::new();
        let calls = turn.sub_calls().count();
        if calls > 0 {
            what.push(counted(calls, "call"));
        }
        what.extend(turn.span.length().filter(|time| time.0 > 0).map(duration));
        html.label("span", "muted small", &what.join(" · "));
    });
}

/// Draws the calls of a step's program, one small square each.
fn strip(html: &mut Html, view: &View<'_>, path: &RunPath, turn: &TurnNode<'_>, left: &mut usize) {
    let calls = turn.sub_calls().count();
    let shown = calls.min(STRIP).min(*left);
    *left -= shown;
    if shown == 0 {
        return;
    }
    let label = counted(calls, "call");
    html.with(
        "div",
        &[("class", "strip"), ("role", "img"), ("aria-label", &label)],
        |html| {
            for (position, call) in turn.sub_calls().take(shown) {
                let id = CallId {
                    run: path.clone(),
                    position: *position,
                };
                let title = title(view, &id, call);
                let (place, class) = (call_place(path, *position), cell(call));
                if html.has_anchor(&place) {
                    let attributes = [
                        ("class", class),
                        ("href", &*format!("#{place}")),
                        ("title", &title),
                        ("tabindex", "-1"),
                    ];
                    html.with("a", &attributes, |_| {});
                } else {
                    html.with("span", &[("class", class), ("title", &title)], |_| {});
                }
            }
            if shown < calls {
                html.label("span", "muted small", &format!(" + {} more", calls - shown));
            }
        },
    );
}

/// Returns the CSS class of the square of a call.
fn cell(call: &CallNode<'_>) -> &'static str {
    match call.state() {
        CallState::Open if call.child.is_some() => "cell is-run",
        CallState::Failed(_) => "cell is-bad",
        CallState::Cancelled(_) | CallState::Unissued(_) | CallState::Open => "cell is-open",
        CallState::Replied if call.settled.is_some_and(|settled| settled.cached) => "cell is-cached",
        CallState::Replied => "cell",
    }
}

/// Returns the name and the measures of a call in one line.
fn title(view: &View<'_>, id: &CallId, call: &CallNode<'_>) -> String {
    let mut parts = vec![id.to_string()];
    parts.extend(
        view.call_names
            .get(id)
            .filter(|name| !name.is_empty())
            .map(|name| shortened(name, NAME)),
    );
    match call.state() {
        CallState::Failed(_) => parts.push("failed".to_owned()),
        CallState::Cancelled(_) => parts.push("cancelled".to_owned()),
        CallState::Unissued(_) => parts.push("not sent".to_owned()),
        CallState::Open if call.child.is_none() => parts.push("no reply yet".to_owned()),
        CallState::Open | CallState::Replied => {}
    }
    parts.extend(call.elapsed().filter(|time| time.0 > 0).map(duration));
    parts.extend(call.cost().filter(|_| call.state() == CallState::Replied).map(cost));
    parts.join(" · ")
}

/// Writes the child runs that a step's program started.
fn children(html: &mut Html, view: &View<'_>, path: &RunPath, turn: &TurnNode<'_>, left: &mut usize, depth: usize) {
    let runs = turn.sub_calls().filter_map(|(position, call)| {
        let id = CallId {
            run: path.clone(),
            position: *position,
        };
        call.child?;
        Some((view.tree.started_by(&id)?, id))
    });
    let runs: Vec<(&RunNode<'_>, CallId)> = runs.collect();
    if runs.is_empty() {
        return;
    }
    if depth >= NESTED_RUNS {
        html.label(
            "p",
            "muted small",
            &format!("{} left out", counted(runs.len(), "deeper run")),
        );
        return;
    }
    let mut list = |html: &mut Html| {
        html.element("ul", "tree", |html| {
            for (run, id) in runs.iter().take(CHILDREN) {
                html.element("li", "", |html| child(html, view, run, id, left, depth));
            }
            if let Some(more) = runs.len().checked_sub(CHILDREN).filter(|more| *more > 0) {
                html.label("li", "muted small", &counted(more, "more child run"));
            }
        });
    };
    if runs.len() > FOLDED {
        html.details("", false, |html| html.text(&counted(runs.len(), "child run")), list);
    } else {
        list(html);
    }
}

fn child(html: &mut Html, view: &View<'_>, run: &RunNode<'_>, id: &CallId, left: &mut usize, depth: usize) {
    html.element("p", "", |html| {
        html.link_if_shown(&call_place(&id.run, id.position), |html| {
            html.text(&format!("Child run {}", id.position))
        });
        let outcome = run.outcome.map(|ended| ended.outcome.as_str());
        if let Some(outcome) = outcome.filter(|outcome| *outcome != "complete") {
            html.label("span", "pill is-bad", &shortened(outcome, NAME));
        }
        let name = view
            .call_names
            .get(id)
            .map(|name| shortened(name, NAME))
            .unwrap_or_default();
        html.label("span", "small", &name);
    });
    write_run(html, view, run, &id.child_run(), left, depth + 1);
}
