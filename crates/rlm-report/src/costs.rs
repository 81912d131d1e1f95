//! Writes the costs of a run, by model and depth.

use rlm_model::{Cost, Money};
use rlm_trace::{CallTotals, ModelTotals};

use crate::bounds::{LINE, MODELS};
use crate::figures::{cost, counted, duration, grouped, share, shortened};
use crate::html::Html;
use crate::svg;
use crate::view::View;

/// A column of the table of costs: its name, and the cell of some calls. An empty cell is drawn as
/// a dash, and a column without any other is left out.
type Column = (&'static str, fn(&CallTotals) -> String);

const COLUMNS: [Column; 7] = [
    ("Calls", |totals| grouped(totals.calls)),
    ("From cache", |totals| count(totals.cached)),
    ("Failed", |totals| count(totals.failed)),
    ("Tokens in", |totals| count(totals.usage.input.0)),
    ("Cached in", |totals| count(totals.usage.cached_input.0)),
    ("Tokens out", |totals| count(totals.usage.output.0)),
    ("Cost", |totals| cost(totals.cost)),
];

/// Formats a count, or an empty text for zero.
fn count(count: u64) -> String {
    if count == 0 { String::new() } else { grouped(count) }
}

/// Writes the costs of a run, as bars and as a table.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let rows = ModelTotals::of(&view.run.records);
    let has_times = rows.iter().any(|row| row.time.is_some_and(|time| time.0 > 0));
    html.element("div", "card", |html| {
        pictures(html, &rows);
        table(html, &rows, has_times);
    });
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
        if view.totals.usage().estimated {
            html.text("Some token counts are estimates: a provider did not report them. ");
        }
        if has_times {
            html.text("Times are sums over all calls, even if they overlapped.");
        }
    });
}

/// Returns what the calls at a depth of the tree of runs are made for.
fn role(depth: usize) -> String {
    match depth {
        0 => "root model".to_owned(),
        1 => "calls of programs".to_owned(),
        2 => "calls of child runs".to_owned(),
        _ => format!("calls of child runs, depth {depth}"),
    }
}

/// Returns a cost in millionths of a dollar, or 0 if it is unknown.
const fn micros(cost: Cost) -> u64 {
    match cost {
        Cost::Known(Money(micros)) => micros,
        Cost::Unknown => 0,
    }
}

/// Draws the cost and the tokens of each model as bars, to the same scale.
fn pictures(html: &mut Html, rows: &[ModelTotals]) {
    let most_cost = rows.iter().map(|row| micros(row.totals.cost)).max().unwrap_or(0);
    let all_cost: u64 = rows.iter().map(|row| micros(row.totals.cost)).sum();
    let tokens = |row: &ModelTotals| row.totals.usage.input.0 + row.totals.usage.output.0;
    let most_tokens = rows.iter().map(tokens).max().unwrap_or(0);
    html.element("div", "bars", |html| {
        for row in rows.iter().take(MODELS) {
            let usage = &row.totals.usage;
            html.element("p", "", |html| {
                html.label("b", "", &shortened(&row.model.model, LINE));
                html.label("span", "muted small", &format!(" {}", role(row.depth)));
            });
            if all_cost > 0 {
                let cost = cost(row.totals.cost);
                let part = share(micros(row.totals.cost), all_cost);
                svg::bar(
                    html,
                    "cost",
                    vec![(
                        "bar-cost",
                        micros(row.totals.cost),
                        format!("{cost}, {part} of the cost"),
                    )],
                    most_cost,
                );
                html.element("p", "value", |html| {
                    html.label("b", "", &cost);
                    html.label("span", "muted", &format!(" {part}"));
                });
            }
            let parts = [
                (
                    "bar-cached",
                    usage.cached_input.0,
                    "input tokens that the provider had cached",
                ),
                (
                    "bar-root",
                    usage.input.0.saturating_sub(usage.cached_input.0),
                    "input tokens",
                ),
                ("bar-sub", usage.output.0, "output tokens"),
            ];
            let parts = parts.map(|(class, count, name)| (class, count, format!("{} {name}", grouped(count))));
            svg::bar(
                html,
                "tokens",
                parts.into_iter().filter(|(_, count, _)| *count > 0).collect(),
                most_tokens,
            );
            html.element("p", "value", |html| {
                html.label("b", "", &grouped(tokens(row)));
                html.label("span", "muted", " tokens");
            });
        }
    });
    html.element("ul", "key", |html| {
        let has_cached = rows.iter().any(|row| row.totals.usage.cached_input.0 > 0);
        let entries = [
            ("bar-cost", "cost", all_cost > 0),
            ("bar-cached", "cached input", has_cached),
            ("bar-root", "input", true),
            ("bar-sub", "output", true),
        ];
        for (class, name, _) in entries.into_iter().filter(|(.., is_used)| *is_used) {
            svg::key_entry(html, class, name);
        }
    });
}

/// Writes the table of costs, with a row for each model and depth and one for all.
fn table(html: &mut Html, rows: &[ModelTotals], has_times: bool) {
    let is_used = |(_, cell): &&Column| rows.iter().any(|row| !cell(&row.totals).is_empty());
    let columns: Vec<&Column> = COLUMNS.iter().filter(is_used).collect();
    html.element("table", "costs", |html| {
        html.element("thead", "", |html| {
            html.element("tr", "", |html| {
                let names = columns.iter().map(|(name, _)| *name);
                for name in ["Model", "Role"]
                    .into_iter()
                    .chain(names)
                    .chain(has_times.then_some("Time"))
                {
                    html.with("th", &[("scope", "col")], |html| html.text(name));
                }
            });
        });
        html.element("tbody", "", |html| {
            for row in rows.iter().take(MODELS) {
                let name = shortened(&row.model.to_string(), LINE);
                let time = has_times.then(|| row.time.map(duration).unwrap_or_default());
                line(html, [name, role(row.depth)], &columns, &row.totals, time);
            }
        });
        if rows.len() > 1 {
            html.element("tfoot", "", |html| {
                let all = rows
                    .iter()
                    .fold(CallTotals::default(), |all, row| sum(all, &row.totals));
                let name = match rows.len().checked_sub(MODELS).filter(|more| *more > 0) {
                    Some(more) => format!("all, including {} not shown", counted(more, "row")),
                    None => "all".to_owned(),
                };
                let time = has_times.then(String::new);
                line(html, [name, String::new()], &columns, &all, time);
            });
        }
    });
}

/// Writes a row of the table of costs. Narrow windows show each cell with the name of its column.
fn line(html: &mut Html, names: [String; 2], columns: &[&Column], totals: &CallTotals, time: Option<String>) {
    html.element("tr", "", |html| {
        for name in names {
            html.label("td", "", &name);
        }
        for (name, cell) in columns {
            let cell = cell(totals);
            let cell = if cell.is_empty() { "–" } else { &cell };
            html.with("td", &[("data-label", *name)], |html| html.text(cell));
        }
        if let Some(time) = time {
            html.with("td", &[("data-label", "Time")], |html| html.text(&time));
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
