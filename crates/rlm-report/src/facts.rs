//! Writes the key facts of a run in one strip: its outcome, work, tokens, cost, duration and model.

use rlm_trace::Totals;

use crate::bounds::LINE;
use crate::diagnosis::{Diagnosis, Rating};
use crate::figures::{bytes, cost, counted, duration, grouped, share, shortened};
use crate::html::Html;
use crate::view::View;

/// A fact of the strip.
struct Fact {
    name: &'static str,
    value: String,
    detail: String,
    rating: Rating,
}

impl Fact {
    fn new(name: &'static str, value: String, detail: String) -> Self {
        Self {
            name,
            value,
            detail,
            rating: Rating::Plain,
        }
    }
}

/// Writes the strip of facts.
pub(crate) fn write(html: &mut Html, view: &View<'_>, diagnosis: &Diagnosis) {
    html.element("dl", "facts", |html| {
        for fact in facts(view, diagnosis) {
            html.element("div", "", |html| {
                html.label("dt", "", fact.name);
                html.element("dd", "", |html| {
                    html.label("b", fact.rating.ink(), &fact.value);
                    if !fact.detail.is_empty() {
                        html.label("span", "", &fact.detail);
                    }
                });
            });
        }
    });
}

fn facts(view: &View<'_>, diagnosis: &Diagnosis) -> Vec<Fact> {
    let totals = &view.totals;
    let usage = totals.usage();
    let about = if usage.estimated { "about " } else { "" };
    let problems = match diagnosis.problems.len() {
        0 => String::new(),
        _ if diagnosis.failure.is_some() => String::new(),
        count => format!("after {}", counted(count, "problem")),
    };
    let mut facts = vec![Fact {
        rating: diagnosis.rating,
        ..Fact::new("Outcome", diagnosis.name.to_owned(), problems)
    }];
    let children = match totals.child_turns {
        0 => String::new(),
        count => format!("+ {} of child runs", grouped(u64::from(count))),
    };
    facts.push(Fact::new("Steps", totals.turns.to_string(), children));
    facts.push(Fact::new("Calls", grouped(totals.calls()), calls(totals)));
    facts.push(Fact::new(
        "Tokens",
        format!("{about}{}", grouped(usage.total().0)),
        format!("{} in, {} out", grouped(usage.input.0), grouped(usage.output.0)),
    ));
    facts.push(Fact::new("Cost", cost(totals.cost()), cached(totals)));
    if let Some(elapsed) = totals.elapsed.filter(|elapsed| elapsed.0 > 0) {
        facts.push(Fact::new("Duration", duration(elapsed), String::new()));
    }
    let covered = view.coverage.covered();
    if let Some(started) = view.started() {
        let mut models: Vec<String> = started
            .models
            .iter()
            .map(|model| model.identity.model.to_string())
            .collect();
        models.dedup();
        let others = match models.get(1..).unwrap_or_default() {
            [] => String::new(),
            others => format!("+ {}", shortened(&others.join(", "), LINE)),
        };
        let first = models.first().map(|model| shortened(model, LINE)).unwrap_or_default();
        facts.push(Fact::new("Model", first, others));
        if covered.bytes > 0 {
            let documents = counted(started.context.len(), "document");
            facts.push(Fact::new(
                "Read",
                share(covered.covered, covered.bytes),
                format!("of {documents}, {}", bytes(covered.bytes)),
            ));
        }
    }
    facts
}

fn calls(totals: &Totals) -> String {
    let failed = totals.root.failed + totals.sub.failed;
    let cancelled = totals.root.cancelled + totals.sub.cancelled;
    let unsent = totals.root.unissued + totals.sub.unissued;
    let parts = [(failed, "failed"), (cancelled, "cancelled"), (unsent, "not sent")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(count)))
        .collect();
    if parts.is_empty() && totals.sub.calls > 0 {
        return format!("{} by programs", grouped(totals.sub.calls));
    }
    parts.join(", ")
}

fn cached(totals: &Totals) -> String {
    match totals.root.cached + totals.sub.cached {
        0 => String::new(),
        count => format!("{} from the cache", counted(count, "call")),
    }
}
