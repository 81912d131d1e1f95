//! Writes the costs of a run, by model and depth.

use rlm_model::{Cost, Money, Tokens};
use rlm_trace::{CallTotals, Millis, ModelTotals};

use crate::bounds::{LINE, MODELS};
use crate::figures::{cost, counted, duration, grouped, shortened};
use crate::html::Html;
use crate::view::View;

/// Writes the table of costs of a run.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let rows = ModelTotals::of(&view.run.records);
    if rows.is_empty() {
        html.label("p", "muted", "No model was called.");
        return;
    }
    let has_times = rows.iter().any(|row| row.time.is_some_and(|time| time.0 > 0));
    html.with(
        "div",
        &[
            ("class", "card wide"),
            ("tabindex", "0"),
            ("role", "region"),
            ("aria-labelledby", "costs-heading"),
        ],
        |html| {
            html.element("table", "", |html| {
                html.element("thead", "", |html| head(html, has_times));
                html.element("tbody", "", |html| {
                    for row in rows.iter().take(MODELS) {
                        let name = shortened(&row.model.to_string(), LINE);
                        line(html, &name, Some(row.depth), &row.totals, has_times.then_some(row.time));
                    }
                });
                html.element("tfoot", "", |html| {
                    let all = rows
                        .iter()
                        .fold(CallTotals::default(), |all, row| sum(all, &row.totals));
                    let name = match rows.len().checked_sub(MODELS).filter(|more| *more > 0) {
                        Some(more) => format!("all, including {} not shown", counted(more, "row")),
                        None => "all".to_owned(),
                    };
                    line(html, &name, None, &all, has_times.then_some(None));
                });
            });
        },
    );
    let in_doubt = &view.totals.in_doubt;
    if in_doubt.calls > 0 {
        let calls = counted(in_doubt.calls, "call");
        let what = format!(
            "{calls} had no reply when the journal ended, and may have used up to {} tokens and {} more.",
            grouped(in_doubt.tokens.0),
            cost(in_doubt.cost)
        );
        html.label("p", "note", &what);
    }
    html.element("p", "muted small", |html| {
        html.text("Depth 0 is the root model, depth 1 the calls of its programs; calls of child runs are deeper. ");
        if view.totals.usage().estimated {
            html.text("Some token counts are estimates: a provider did not report them. ");
        }
        if has_times {
            html.text("Times are sums over all calls, even if they overlapped.");
        }
    });
}

fn head(html: &mut Html, has_times: bool) {
    html.element("tr", "", |html| {
        let columns = [
            "Model",
            "Depth",
            "Calls",
            "Cached",
            "Failed",
            "Tokens in",
            "of which cached",
            "Tokens out",
            "Cost",
        ];
        for column in columns.into_iter().chain(has_times.then_some("Time")) {
            html.with("th", &[("scope", "col")], |html| html.text(column));
        }
    });
}

/// Writes a row of the table of costs. `time` is `None` if the table has no time column, and
/// `Some(None)` if the cell is empty.
fn line(html: &mut Html, name: &str, depth: Option<usize>, totals: &CallTotals, time: Option<Option<Millis>>) {
    let count = |count: u64| if count == 0 { "–".to_owned() } else { grouped(count) };
    let tokens = |Tokens(tokens): Tokens| count(tokens);
    html.element("tr", "", |html| {
        let usage = &totals.usage;
        let cells = [
            name.to_owned(),
            depth.map(|depth| depth.to_string()).unwrap_or_default(),
            grouped(totals.calls),
            count(totals.cached),
            count(totals.failed),
            tokens(usage.input),
            tokens(usage.cached_input),
            tokens(usage.output),
            cost(totals.cost),
        ];
        for cell in cells {
            html.label("td", "", &cell);
        }
        if let Some(time) = time {
            html.label("td", "", &time.map(duration).unwrap_or_default());
        }
    });
}

fn sum(mut all: CallTotals, row: &CallTotals) -> CallTotals {
    all.calls = all.calls.saturating_add(row.calls);
    all.cached = all.cached.saturating_add(row.cached);
    all.failed = all.failed.saturating_add(row.failed);
    all.cancelled = all.cancelled.saturating_add(row.cancelled);
    all.usage.add(&row.usage);
    all.cost = match (all.cost, row.cost) {
        (Cost::Known(Money(0)), other) => other,
        (all, other) => all.plus(other),
    };
    all
}
