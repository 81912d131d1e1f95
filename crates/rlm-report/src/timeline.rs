//! Draws the timeline: a row for each step and a bar for each call. Overlapping calls are in
//! separate lanes.

use rlm_model::{CallId, RunPath};
use rlm_trace::{CallNode, CallState, Millis, RunNode, Span};

use crate::bounds::{BARS, LANES, STEPS};
use crate::figures::{counted, duration};
use crate::html::Html;
use crate::svg;
use crate::view::{View, call_place, step_place};

/// The height of a bar in the timeline, and its distance to the next, in pixels.
const BAR: usize = 9;
const LANE: usize = 11;
/// The height of the axis in pixels.
const AXIS: usize = 20;
/// The maximum number of ticks after the first.
const TICKS: u64 = 5;

/// A bar in the timeline, which represents a call.
struct Bar {
    start: u64,
    end: u64,
    class: &'static str,
    place: String,
    what: String,
}

/// Returns whether the journal has the times of any call.
pub(crate) fn has_bars(view: &View<'_>) -> bool {
    view.totals.elapsed.is_some_and(|elapsed| elapsed.0 > 0)
}

/// Writes the timeline of a run.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let (Some(elapsed), Some(root)) = (view.totals.elapsed, view.root()) else {
        return;
    };
    html.element("div", "card", |html| {
        html.element("div", "lanes", |html| {
            let ticks = ticks(elapsed);
            html.label("span", "", "");
            axis(html, &ticks, elapsed);
            html.label("span", "time", "");
            for (number, turn) in root.turns.iter().take(STEPS) {
                let name = format!("step {number}");
                html.element("span", "", |html| {
                    html.link_if_shown(&step_place(&RunPath::default(), *number), |html| html.text(&name));
                });
                let bars = bars(view, root, *number);
                row(html, &bars, &ticks, elapsed, &name);
                let length = turn.span.length().map(duration).unwrap_or_default();
                html.label("span", "time", &length);
            }
        });
        if let Some(more) = root.turns.len().checked_sub(STEPS).filter(|more| *more > 0) {
            html.label("p", "muted small", &format!("{} left out.", counted(more, "step")));
        }
        key(html, view);
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
                view,
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
                    view,
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

fn bar(view: &View<'_>, call: &CallNode<'_>, id: CallId) -> Option<Bar> {
    // A child run is drawn as its calls.
    call.issued?;
    let Span { start, end } = call.span;
    let start = start?;
    let (class, state) = state(call, &id);
    let time = call
        .elapsed()
        .map(|time| format!(" · {}", duration(time)))
        .unwrap_or_default();
    let name = match view.call_names.get(&id) {
        Some(name) if !name.is_empty() => format!(" · {name}"),
        _ => String::new(),
    };
    Some(Bar {
        start: start.0,
        end: end.unwrap_or(start).0.max(start.0),
        class,
        place: call_place(&id.run, id.position),
        what: format!("{id}{name}{time}{state}"),
    })
}

/// Returns the CSS class of a call's bar, and the state of the call.
fn state(call: &CallNode<'_>, id: &CallId) -> (&'static str, &'static str) {
    match call.state() {
        CallState::Failed(_) => ("bar-bad", " · failed"),
        CallState::Cancelled(_) => ("bar-cached", " · cancelled"),
        CallState::Unissued(_) => ("bar-cached", " · not sent"),
        CallState::Open => ("bar-bad", " · no reply yet"),
        CallState::Replied if call.settled.is_some_and(|settled| settled.cached) => ("bar-cached", " · from the cache"),
        CallState::Replied if id.is_root_model() => ("bar-root", ""),
        CallState::Replied => ("bar-sub", ""),
    }
}

/// Returns the times at which the axis has ticks: round numbers, the first is 0.
fn ticks(Millis(elapsed): Millis) -> Vec<u64> {
    let round = (0..15).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
    // Round numbers of seconds up to half a minute, then whole minutes.
    let round = round.filter(|step| *step <= 20_000);
    let minutes = [30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400].map(|seconds: u64| seconds * 1_000);
    let step = round.chain(minutes).find(|step| elapsed / step <= TICKS);
    let step = step.unwrap_or_else(|| elapsed.div_ceil(TICKS)).max(1);
    (0..=elapsed / step).map(|tick| tick * step).collect()
}

/// Formats the time of a tick without a zero fraction.
fn tick_name(tick: u64) -> String {
    match tick {
        0 => "0".to_owned(),
        _ if tick < 1_000 => format!("{tick} ms"),
        _ if tick < 60_000 && tick.is_multiple_of(1_000) => format!("{} s", tick / 1_000),
        _ if tick.is_multiple_of(60_000) => format!("{} min", tick / 60_000),
        _ if tick > 60_000 => format!("{}:{:02} min", tick / 60_000, tick / 1_000 % 60),
        _ => duration(Millis(tick)),
    }
}

fn axis(html: &mut Html, ticks: &[u64], Millis(elapsed): Millis) {
    let attributes = [
        ("class", "axis"),
        ("width", "100%"),
        ("height", &*AXIS.to_string()),
        ("aria-hidden", "true"),
    ];
    html.with("svg", &attributes, |html| {
        for tick in ticks {
            // The last name would be cut off at the right.
            let class = match tick {
                0 => "first",
                _ if tick.saturating_mul(100) > elapsed.saturating_mul(90) => "last",
                _ => "",
            };
            let x = svg::percent(*tick, elapsed);
            html.with("text", &[("class", class), ("x", &x), ("y", "14")], |html| {
                html.text(&tick_name(*tick))
            });
        }
    });
}

fn row(html: &mut Html, bars: &[Bar], ticks: &[u64], Millis(elapsed): Millis, name: &str) {
    let mut lanes: Vec<u64> = Vec::new();
    let placed: Vec<(usize, &Bar)> = bars.iter().take(BARS).map(|bar| (lane(&mut lanes, bar), bar)).collect();
    let height = (lanes.len().max(1) * LANE).to_string();
    let label = format!("{name}: {}", counted(bars.len(), "call"));
    let attributes = [
        ("width", "100%"),
        ("height", height.as_str()),
        ("role", "img"),
        ("aria-label", &label),
    ];
    html.with("svg", &attributes, |html| {
        for tick in ticks.iter().skip(1) {
            let x = svg::percent(*tick, elapsed);
            let attributes = [("class", "tick"), ("x1", &*x), ("x2", &x), ("y1", "0"), ("y2", &height)];
            html.with("line", &attributes, |_| {});
        }
        for (lane, bar) in placed {
            let draw = |html: &mut Html| {
                svg::rect(
                    html,
                    bar.class,
                    (bar.start, bar.end, elapsed),
                    (lane * LANE + 1, BAR),
                    &bar.what,
                );
            };
            html.chart_link(&bar.place, draw);
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

fn key(html: &mut Html, view: &View<'_>) {
    let entries = [
        ("bar-root", "root model"),
        ("bar-sub", "calls of programs"),
        ("bar-cached", "from the cache, cancelled or not sent"),
        ("bar-bad", "failed, or no reply"),
    ];
    let drawn: Vec<&str> = view
        .tree
        .runs
        .iter()
        .flat_map(|(run, node)| node.calls().map(move |(position, call)| (run, *position, call)))
        .map(|(run, position, call)| {
            state(
                call,
                &CallId {
                    run: run.clone(),
                    position,
                },
            )
            .0
        })
        .collect();
    html.element("ul", "key", |html| {
        for (class, name) in entries.into_iter().filter(|(class, _)| drawn.contains(class)) {
            svg::key_entry(html, class, name);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_times() {
        let names = |elapsed| {
            ticks(Millis(elapsed))
                .into_iter()
                .map(tick_name)
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert_eq!(names(6_200), "0, 2 s, 4 s, 6 s");
        assert_eq!(names(930), "0, 200 ms, 400 ms, 600 ms, 800 ms");
        assert_eq!(names(61_000), "0, 20 s, 40 s, 1 min");
        assert_eq!(names(290_000), "0, 1 min, 2 min, 3 min, 4 min");
        assert_eq!(names(0), "0");
        assert!(ticks(Millis(u64::MAX)).len() < 10);
    }
}
