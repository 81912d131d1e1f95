//! Draws the timeline: a row for each step and a bar for each call. Overlapping calls are in
//! separate lanes.

use rlm_model::{CallId, RunPath};
use rlm_trace::{CallNode, CallState, Millis, RunNode, Span};

use crate::bounds::{BARS, LANES, STEPS};
use crate::figures::{counted, duration};
use crate::html::Html;
use crate::view::{View, step_place};

/// The width of the whole timeline, in units of the SVG image.
const WIDTH: u64 = 1_000;
/// The height of a bar in the timeline, in units of the SVG image.
const BAR: usize = 9;
const LANE: usize = 11;

/// A bar in the timeline, which represents a call.
struct Bar {
    start: u64,
    end: u64,
    class: &'static str,
    what: String,
}

/// Writes the timeline of a run.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let (Some(elapsed), Some(root)) = (view.totals.elapsed.filter(|_| view.has_times()), view.root()) else {
        html.label("p", "muted", "The journal has no times.");
        return;
    };
    if root.turns.is_empty() {
        html.label("p", "muted", "The run has no steps.");
        return;
    }
    html.element("div", "card", |html| {
        html.element("div", "lanes", |html| {
            for (number, turn) in root.turns.iter().take(STEPS) {
                html.link(&step_place(&RunPath::default(), *number), |html| {
                    html.text(&format!("step {number}"))
                });
                let bars = bars(view, root, *number);
                row(html, &bars, elapsed, *number);
                let length = turn.span.length().map(duration).unwrap_or_default();
                html.label("span", "time", &length);
            }
        });
        if let Some(more) = root.turns.len().checked_sub(STEPS).filter(|more| *more > 0) {
            html.label("p", "muted small", &format!("{} left out.", counted(more, "step")));
        }
        key(html, elapsed);
    });
}

/// Returns the timeline's bars for a step: its calls and those of the child runs below it, sorted
/// by their start.
fn bars(view: &View<'_>, root: &RunNode<'_>, number: u32) -> Vec<Bar> {
    let own = root.turns.get(&number).into_iter().flat_map(|turn| &turn.calls);
    let path = RunPath::default();
    let mut bars: Vec<Bar> = own
        .filter_map(|(position, call)| {
            bar(
                call,
                CallId {
                    run: path.clone(),
                    position: *position,
                },
            )
        })
        .collect();
    for (run, node) in &view.tree.runs {
        if run.0.first().is_some_and(|first| first.turn == number) {
            let calls = node.calls().take(BARS);
            bars.extend(calls.filter_map(|(position, call)| {
                bar(
                    call,
                    CallId {
                        run: run.clone(),
                        position: *position,
                    },
                )
            }));
        }
    }
    bars.sort_by_key(|bar| (bar.start, bar.end));
    bars
}

fn bar(call: &CallNode<'_>, id: CallId) -> Option<Bar> {
    // A child run is drawn as its calls.
    call.issued?;
    let Span { start, end } = call.span;
    let start = start?;
    let (class, state) = match call.state() {
        CallState::Failed(_) => ("bar-bad", ", failed"),
        CallState::Cancelled(_) => ("bar-bad", ", cancelled"),
        CallState::Unissued(_) => ("bar-bad", ", not sent"),
        CallState::Open => ("bar-bad", ", no reply yet"),
        CallState::Replied if call.settled.is_some_and(|settled| settled.cached) => ("bar-cached", ", cached"),
        CallState::Replied if id.is_root_model() => ("bar-root", ""),
        CallState::Replied => ("bar-sub", ""),
    };
    let time = call
        .elapsed()
        .map(|time| format!(", {}", duration(time)))
        .unwrap_or_default();
    Some(Bar {
        start: start.0,
        end: end.unwrap_or(start).0.max(start.0),
        class,
        what: format!("call {id}{time}{state}"),
    })
}

fn row(html: &mut Html, bars: &[Bar], Millis(elapsed): Millis, number: u32) {
    let mut lanes: Vec<u64> = Vec::new();
    let placed: Vec<(usize, &Bar)> = bars.iter().take(BARS).map(|bar| (lane(&mut lanes, bar), bar)).collect();
    let height = lanes.len().max(1) * LANE;
    let view_box = format!("0 0 {WIDTH} {height}");
    let label = format!("step {number}: {}", counted(bars.len(), "call"));
    let attributes = [
        ("viewBox", view_box.as_str()),
        ("preserveAspectRatio", "none"),
        ("height", &height.to_string()),
        ("role", "img"),
        ("aria-label", &label),
    ];
    html.with("svg", &attributes, |html| {
        for (lane, bar) in placed {
            let scaled = |at: u64| at.saturating_mul(WIDTH) / elapsed.max(1);
            let x = scaled(bar.start).min(WIDTH - 2);
            let width = scaled(bar.end).saturating_sub(x).clamp(2, WIDTH - x);
            let y = (lane * LANE + 1).to_string();
            let attributes = [
                ("class", bar.class),
                ("x", &x.to_string()),
                ("y", &y),
                ("width", &width.to_string()),
                ("height", &BAR.to_string()),
            ];
            html.with("rect", &attributes, |html| html.label("title", "", &bar.what));
        }
    });
}

/// Assigns a bar to the first lane that is free when the bar begins, or to the last lane if none is
/// free.
fn lane(lanes: &mut Vec<u64>, bar: &Bar) -> usize {
    let free = lanes.iter().position(|end| *end <= bar.start);
    let index = match free {
        Some(index) => index,
        None if lanes.len() < LANES => {
            lanes.push(0);
            lanes.len() - 1
        }
        None => LANES - 1,
    };
    if let Some(end) = lanes.get_mut(index) {
        *end = (*end).max(bar.end).max(bar.start + 1);
    }
    index
}

fn key(html: &mut Html, elapsed: Millis) {
    let entries = [
        ("bar-root", "root model"),
        ("bar-sub", "calls of programs"),
        ("bar-cached", "cached"),
        ("bar-bad", "no reply"),
    ];
    html.element("ul", "key", |html| {
        for (class, name) in entries {
            html.element("li", "", |html| {
                html.with("svg", &[("viewBox", "0 0 10 10"), ("aria-hidden", "true")], |html| {
                    html.with("rect", &[("class", class), ("width", "10"), ("height", "10")], |_| {});
                });
                html.text(name);
            });
        }
        html.label("li", "", &format!("full width: {}", duration(elapsed)));
    });
}
