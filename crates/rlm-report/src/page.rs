//! Puts the sections of a report page together.

use rlm_trace::RecordedRun;

use crate::bounds::{LINE, QUESTION};
use crate::figures::{bytes, cost, counted, duration, grouped, moment, share, shortened};
use crate::html::Html;
use crate::style::{POLICY, STYLE};
use crate::view::View;
use crate::{Sources, answer, costs, coverage, settings, state, steps, timeline};

/// A section of the report page: its anchor, its heading, and the function that writes it.
type Part = (&'static str, &'static str, fn(&mut Html, &View<'_>));

const PARTS: [Part; 6] = [
    ("answer", "Answer", answer::write),
    ("timeline", "Timeline", timeline::write),
    ("steps", "Steps", steps::write),
    ("costs", "Costs", costs::write),
    ("coverage", "Coverage", coverage::write),
    ("about", "Settings", settings::write),
];

/// Renders the report page of a run: one HTML document in UTF-8, of at most some 10 MB for any
/// journal. `sources` provides the text of the run's context.
///
/// ```
/// use rlm_report::{Sources, render};
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let reviews = std::fs::read_to_string("../../examples/recorded/reviews/kettle.jsonl")?;
/// let page = render(&run, &Sources::new(|source| (source == 0).then_some(reviews.as_str())));
/// assert!(page.contains("How many of these reviews complain") && !page.contains("<script"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn render(run: &RecordedRun, sources: &Sources<'_>) -> String {
    let view = View::of(run, sources);
    let mut html = Html::default();
    html.markup("<!DOCTYPE html>\n");
    html.with("html", &[("lang", "en")], |html| {
        html.element("head", "", |html| head(html, &view));
        html.element("body", "", |html| body(html, &view));
    });
    html.markup("\n");
    html.finish()
}

fn head(html: &mut Html, view: &View<'_>) {
    html.open("meta", &[("charset", "utf-8")]);
    html.open(
        "meta",
        &[("http-equiv", "Content-Security-Policy"), ("content", &POLICY)],
    );
    html.open(
        "meta",
        &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")],
    );
    html.open("meta", &[("name", "referrer"), ("content", "no-referrer")]);
    let question = view.started().map_or("", |started| started.question.as_str());
    html.label("title", "", &format!("{} · run {}", shortened(question, 80), view.id()));
    // The style sheet is constant and needs no escaping.
    html.with("style", &[], |html| html.markup(STYLE.as_str()));
}

fn body(html: &mut Html, view: &View<'_>) {
    html.with("a", &[("class", "skip"), ("href", "#answer")], |html| {
        html.text("Skip to the answer");
    });
    html.element("header", "", |html| {
        html.element("p", "eyebrow", |html| {
            html.text(&format!("Run {}", view.id()));
            let started = view.started().and_then(|started| started.started).and_then(moment);
            if let Some(started) = started {
                html.text(&format!(" · {started}"));
            }
        });
        let question = view
            .started()
            .map_or("The journal has no question.", |started| &started.question);
        html.element("h1", "", |html| html.quote(question.trim(), QUESTION));
        state::write(html, view);
        facts(html, view);
    });
    html.with("nav", &[("aria-label", "Sections of this page")], |html| {
        html.element("ul", "", |html| {
            for (place, name, _) in PARTS {
                html.element("li", "", |html| html.link(place, |html| html.text(name)));
            }
        });
    });
    html.element("main", "", |html| {
        for (place, name, write) in PARTS {
            let heading = format!("{place}-heading");
            html.with("section", &[("id", place), ("aria-labelledby", &heading)], |html| {
                html.with("h2", &[("id", &heading)], |html| html.text(name));
                write(html, view);
            });
        }
    });
    html.element("footer", "muted small", |html| foot(html, view));
}

/// Writes the key facts of a run: the models, the usage, and the size of the context.
fn facts(html: &mut Html, view: &View<'_>) {
    let totals = &view.totals;
    let usage = totals.usage();
    let about = if usage.estimated { "about " } else { "" };
    let mut facts: Vec<(&str, String)> = Vec::new();
    if let Some(started) = view.started() {
        let mut models: Vec<String> = started.models.iter().map(|model| model.identity.to_string()).collect();
        models.dedup();
        facts.push(("Model", shortened(&models.join(", then "), LINE)));
        let size = started
            .context
            .iter()
            .map(|source| source.bytes)
            .fold(0, u64::saturating_add);
        let documents = match started.context.as_slice() {
            [one] => shortened(&one.name, LINE),
            several => counted(several.len(), "document"),
        };
        facts.push(("Context", format!("{documents}, {}", bytes(size))));
    }
    let calls = counted(totals.calls(), "call");
    facts.push(("Work", format!("{}, {calls}", counted(totals.turns, "step"))));
    facts.push((
        "Tokens",
        format!("{about}{} in, {} out", grouped(usage.input.0), grouped(usage.output.0)),
    ));
    facts.push(("Cost", cost(totals.cost())));
    if let Some(elapsed) = totals.elapsed {
        facts.push(("Time", duration(elapsed)));
    }
    let covered = view.coverage.covered();
    if covered.bytes > 0 {
        facts.push((
            "Read",
            format!("{} of the context", share(covered.covered, covered.bytes)),
        ));
    }
    html.element("dl", "facts", |html| {
        for (name, value) in facts {
            html.element("div", "", |html| {
                html.label("dt", "", name);
                html.label("dd", "", &value);
            });
        }
    });
}

fn foot(html: &mut Html, view: &View<'_>) {
    let left_out = html.budget.left_out();
    html.element("p", "", |html| {
        if left_out > 0 {
            html.text(&format!(
                "{} of long texts are left out of this page; the journal contains them: ",
                counted(left_out, "character")
            ));
        } else {
            html.text("Generated from the run's journal: ");
        }
        html.label("code", "", &format!("rlm trace {}", view.id()));
        html.text(" shows it in a terminal, ");
        html.label("code", "", &format!("rlm replay {}", view.id()));
        html.text(" verifies every step. This page runs no scripts and fetches nothing.");
    });
}
