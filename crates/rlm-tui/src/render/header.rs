//! Draws the header: the run, its state, its question, and its budgets.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use rlm_report::diagnosis::outcome_name;
use rlm_report::figures::{duration, share};

use super::{put, row_of, span};
use crate::budget::{Gauge, gauges};
use crate::document::Role;
use crate::progress::activity_words;
use crate::state::State;
use crate::text::{beginning, columns, fitted};
use crate::view::{View, Writer};

/// The width of a small budget bar in columns.
const SMALL_BAR: usize = 4;

/// Draws the three lines of the header.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, view: &View) {
    let width = usize::from(area.width);
    let (symbol, style, name) = standing(view);
    let id = view.run.started().map_or("", |started| started.run.as_str());
    let mut title = vec![span(
        format!(" {symbol} {name} "),
        style.add_modifier(Modifier::REVERSED),
    )];
    // What the run is doing gives way to its state and its time.
    let mut facts = facts(view);
    let state: usize = title.iter().map(|span| columns(&span.content)).sum();
    while facts.len() > 2 && state + columns(&facts.join(" · ")) + 1 > width {
        facts.remove(facts.len().saturating_sub(2));
    }
    title.push(span(format!(" {}", facts.join(" · ")), Style::new()));
    let used: usize = title.iter().map(|span| columns(&span.content)).sum();
    if used + columns(id) + 2 <= width {
        title.push(span(" ".repeat(width - used - columns(id) - 1), Style::new()));
        title.push(span(id, view.palette.role(Role::Muted)));
    }
    put(frame, row_of(area, 0), Line::from(title));
    let question = view.run.started().map(|started| beginning(&started.question));
    let question = format!(" {}", question.unwrap_or_default());
    put(
        frame,
        row_of(area, 1),
        span(fitted(&question, width), view.palette.role(Role::Strong)),
    );
    put(frame, row_of(area, 2), Line::from(small_gauges(view, width)));
}

/// Returns the current state of the run: its symbol, its style, and its name.
fn standing(view: &View) -> (&'static str, Style, &'static str) {
    let by_state = |state: State, name| (state.symbol(), view.palette.state(state), name);
    match (view.run.ended(), view.writer) {
        (Some(ended), _) => {
            let name = outcome_name(Some(&ended.outcome));
            match State::of_outcome(&ended.outcome) {
                State::Done if ended.outcome == "partial" => {
                    (State::Done.symbol(), view.palette.role(Role::Fair), name)
                }
                state => by_state(state, name),
            }
        }
        (None, Writer::Gone(_)) => by_state(State::InDoubt, "Interrupted"),
        (None, Writer::Writing) if view.is_stopping => by_state(State::Waiting, "Stopping"),
        (None, Writer::Writing) => by_state(State::UnderWay, "Running"),
    }
}

/// Returns the step, what the run is doing, and its time: `step 2`, `18/30 sub-calls`, `~5 s left`,
/// `9.2 s of 300 s`.
fn facts(view: &View) -> Vec<String> {
    let mut facts = vec![format!("step {}", view.run.totals().turns)];
    if !view.is_over() {
        facts.extend(activity_words(view.run.activity(), view.now));
    }
    let allowed = view.run.limit("seconds").map(|seconds| format!(" of {seconds} s"));
    facts.push(format!("{}{}", duration(view.now), allowed.unwrap_or_default()));
    facts
}

/// Returns one line with the budgets that the title doesn't show. It has as many gauges as fit,
/// with a bar if there is a limit.
fn small_gauges(view: &View, width: usize) -> Vec<ratatui::text::Span<'static>> {
    let muted = view.palette.role(Role::Muted);
    let gauges = gauges(&view.run, &view.run.totals(), view.now);
    let mut shown: Vec<(&str, Option<String>, String, Style)> = gauges
        .iter()
        .filter(|gauge| !matches!(gauge.name, "steps" | "time"))
        .map(|gauge| (gauge.name, gauge.bar(SMALL_BAR), gauge.short(), urgency(gauge, view)))
        .collect();
    let covered = view.covered();
    if covered.bytes > 0 {
        shown.push(("read", None, share(covered.covered, covered.bytes), Style::new()));
    }
    let columns_of = |(name, bar, figure, _): &(&str, Option<String>, String, Style)| {
        columns(name) + columns(figure) + 3 + bar.as_ref().map_or(0, |_| SMALL_BAR + 1)
    };
    if shown.iter().map(columns_of).sum::<usize>() > width {
        shown.iter_mut().for_each(|(_, bar, ..)| *bar = None);
    }
    let mut left = width;
    let mut spans = Vec::new();
    for part in shown {
        let columns = columns_of(&part);
        if columns > left {
            break;
        }
        left -= columns;
        let (name, bar, figure, style) = part;
        let bar = bar.map(|bar| format!("{bar} ")).unwrap_or_default();
        spans.push(span(format!(" {name} {bar}"), muted));
        spans.push(span(format!("{figure} "), style));
    }
    spans
}

/// Returns the style of a budget's gauge, which is emphasized if little of the budget is left.
fn urgency(gauge: &Gauge, view: &View) -> Style {
    match gauge.shares() {
        Some((used, _)) if used >= 900 => view.palette.role(Role::Bad).add_modifier(Modifier::BOLD),
        Some((_, reserved)) if reserved >= 750 => view.palette.role(Role::Fair),
        _ => Style::new(),
    }
}

/// Draws the pane with the budgets in full, and the coverage.
pub(super) fn draw_budget(frame: &mut Frame<'_>, area: Rect, view: &View) {
    if area.height == 0 {
        return;
    }
    let muted = view.palette.role(Role::Muted);
    let width = usize::from(area.width);
    put(frame, row_of(area, 0), span("─".repeat(width), muted));
    let bar = width.saturating_sub(44).clamp(8, 24);
    let gauges = gauges(&view.run, &view.run.totals(), view.now);
    for (row, gauge) in (1..).zip(&gauges) {
        let shown = gauge.bar(bar).unwrap_or_else(|| format!("{:<bar$}", "no limit"));
        let text = Some(gauge.text()).filter(|text| columns(text) + bar + 12 <= width);
        let line = vec![
            span(format!(" {:<10}", gauge.name), Style::new()),
            span(shown, muted),
            span(
                format!(" {}", text.unwrap_or_else(|| gauge.short())),
                urgency(gauge, view),
            ),
        ];
        put(frame, row_of(area, row), Line::from(line));
    }
    let covered = view.covered();
    if covered.bytes > 0 {
        let thousandths =
            |part: u64| u64::try_from(u128::from(part) * 1_000 / u128::from(covered.bytes)).unwrap_or(1_000);
        let shown = crate::budget::bar(thousandths(covered.read), thousandths(covered.covered), bar);
        let line = vec![
            span(format!(" {:<10}", "read"), Style::new()),
            span(shown, muted),
            span(
                format!(" {} of the context", share(covered.covered, covered.bytes)),
                Style::new(),
            ),
        ];
        put(frame, row_of(area, 6), Line::from(line));
    }
}
