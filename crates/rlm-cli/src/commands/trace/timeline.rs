//! `rlm trace --timeline`: shows when the steps, calls and requests of a run started, and how long
//! they took.

use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::shortened;
use rlm_cli_output::{metrics, schemas};
use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{CallNode, HostRequest, Millis, Span, StepKind, Tree, TurnNode};

use super::head::run_id;
use super::selection::Selection;

/// The maximum width of a bar in the timeline, in characters.
const BAR_CHARS: u64 = 40;
/// The maximum number of characters that the timeline shows of a bar's name.
const NAME_CHARS: usize = 28;

/// A bar in the timeline: a step, call or request with its time span.
struct Bar {
    place: String,
    name: String,
    span: Span,
}

/// Formats the timeline: one line with a bar for each step, call and request.
pub(super) fn text(tree: &Tree<'_>, selection: &Selection) -> String {
    let bars = bars(tree, selection);
    if bars.iter().all(|bar| bar.span.start.is_none()) {
        return "the journal has no times\n".to_owned();
    }
    // The bars of a selection use the full width.
    let first = bars.iter().filter_map(|bar| bar.span.start).min().unwrap_or_default();
    let last = bars.iter().filter_map(|bar| bar.span.end).max().unwrap_or_default();
    let mut rows = vec![["", "", "START", "DURATION", ""].map(str::to_owned)];
    rows.extend(bars.iter().map(|bar| {
        [
            bar.place.clone(),
            shortened(&bar.name, NAME_CHARS),
            bar.span.start.map(metrics::duration).unwrap_or_default(),
            bar.span.length().map(metrics::duration).unwrap_or_default(),
            drawn(bar.span, first, last),
        ]
    }));
    table(
        &rows,
        [Align::Left, Align::Left, Align::Right, Align::Right, Align::Left],
    )
}

/// Returns the JSON object with the time spans of a run.
pub(super) fn json(tree: &Tree<'_>, selection: &Selection) -> schemas::Spans {
    let spans = bars(tree, selection).into_iter().map(|bar| schemas::TimeSpan {
        place: bar.place,
        name: bar.name,
        start_ms: bar.span.start.map(|start| start.0),
        elapsed_ms: bar.span.length().map(|length| length.0),
    });
    schemas::Spans {
        run: run_id(tree),
        spans: spans.collect(),
    }
}

/// Draws a time span as a bar such as `    ███▌   `, at least one character wide.
fn drawn(span: Span, first: Millis, last: Millis) -> String {
    let (Some(start), Some(end)) = (span.start, span.end) else {
        return String::new();
    };
    let whole = last.0.saturating_sub(first.0).max(1);
    let at = |time: Millis| {
        let place = u128::from(time.0.saturating_sub(first.0)) * u128::from(BAR_CHARS) / u128::from(whole);
        usize::try_from(place).unwrap_or(usize::MAX)
    };
    let most = usize::try_from(BAR_CHARS).unwrap_or(usize::MAX);
    let begin = at(start).min(most.saturating_sub(1));
    let length = at(end).saturating_sub(begin).max(1);
    format!("{}{}", " ".repeat(begin), "█".repeat(length))
}

fn bars(tree: &Tree<'_>, selection: &Selection) -> Vec<Bar> {
    let mut bars: Vec<(CallId, Bar)> = Vec::new();
    for (path, run) in &tree.runs {
        for (number, turn) in &run.turns {
            add_turn(&mut bars, path, *number, turn, tree, selection);
        }
    }
    // Sort in the order of sequential execution: a step, then its calls, then its requests.
    bars.sort_by(|(a, _), (b, _)| a.cmp(b));
    bars.into_iter().map(|(_, bar)| bar).collect()
}

fn add_turn(
    bars: &mut Vec<(CallId, Bar)>,
    path: &RunPath,
    number: u32,
    turn: &TurnNode<'_>,
    tree: &Tree<'_>,
    selection: &Selection,
) {
    let at = |ordinal, index| CallId {
        run: path.clone(),
        position: Position {
            turn: number,
            ordinal,
            index,
        },
    };
    if selection.has_step(path, number) {
        let place = match path.depth() {
            0 => format!("step {number}"),
            _ => format!("step {path}/{number}"),
        };
        let name = turn.compacted.map_or("", |_| "after a summary").to_owned();
        bars.push((
            at(0, 0),
            Bar {
                place,
                name,
                span: turn.span,
            },
        ));
    }
    for (position, call) in &turn.calls {
        let id = at(position.ordinal, position.index);
        if selection.has_call(&id) {
            let bar = Bar {
                place: format!("  {id}"),
                name: name_of(call, *position, turn.step),
                // The call of a child run ends with the run.
                span: call
                    .child
                    .and_then(|_| tree.started_by(&id))
                    .map_or(call.span, |child| child.span),
            };
            bars.push((id, bar));
        }
    }
    if selection.has_program(path, number) {
        for (ordinal, request) in &turn.requests {
            let name = request.asked.map(|asked| match &asked.request {
                HostRequest::Search { query, .. } => format!("search {query}"),
                HostRequest::Tool { name, .. } => name.to_string(),
            });
            let bar = Bar {
                place: format!("  request {ordinal}"),
                name: name.unwrap_or_default(),
                span: request.span,
            };
            bars.push((at(u32::MAX, *ordinal), bar));
        }
    }
}

fn name_of(call: &CallNode<'_>, position: Position, step: StepKind) -> String {
    let model = call
        .issued
        .map(|issued| &issued.model)
        .or(call.child.map(|child| &child.model));
    let model = model.map(ToString::to_string).unwrap_or_default();
    match (call.child, position.ordinal, position.index, step) {
        (Some(_), ..) => format!("child run {model}"),
        (None, 0, 0, StepKind::BaselineCall) => format!("direct {model}"),
        (None, 0, 0, StepKind::RootCall | StepKind::GivenProgram) => format!("root {model}"),
        (None, 0, _, _) => format!("summary {model}"),
        (None, ..) => format!("sub-call {model}"),
    }
}
