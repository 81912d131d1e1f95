//! Puts the sections of a report page together.

use rlm_trace::RecordedRun;

use crate::bounds::QUESTION;
use crate::diagnosis::Diagnosis;
use crate::figures::{counted, moment, shortened};
use crate::html::Html;
use crate::style::{POLICY, STYLE};
use crate::view::View;
use crate::{Sources, answer, costs, coverage, facts, origins, outline, settings, state, steps, timeline};

/// A section of the report page.
struct Part {
    /// The anchor of the section.
    place: &'static str,
    name: &'static str,
    /// Returns whether a run has something to show in the section.
    is_shown: fn(&View<'_>) -> bool,
    write: fn(&mut Html, &View<'_>),
}

const fn part(
    place: &'static str,
    name: &'static str,
    is_shown: fn(&View<'_>) -> bool,
    write: fn(&mut Html, &View<'_>),
) -> Part {
    Part {
        place,
        name,
        is_shown,
        write,
    }
}

const STEPS: Part = part("steps", "Steps", |_| true, steps::write);

const PARTS: [Part; 7] = [
    part("sources", "Where from", origins::has_texts, origins::write),
    part("costs", "Cost and tokens", |view| view.totals.calls() > 0, costs::write),
    part("timeline", "Timeline", timeline::has_bars, timeline::write),
    part("calls", "Runs and calls", outline::has_calls, outline::write),
    part(
        "coverage",
        "What was read",
        |view| view.coverage.bytes() > 0,
        coverage::write,
    ),
    STEPS,
    part("about", "Settings", |view| view.started().is_some(), settings::write),
];

/// The number of characters of a question from which it is clamped to three lines in narrow
/// windows, and in all.
const CLAMPED: [usize; 2] = [90, 210];

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
    page(&View::of(run, sources))
}

/// Renders the report page of a run without any text of it: no question, answer, context, prompts,
/// replies, programs, output, messages of errors, or names of documents. The page shows the
/// outcome, the numbers, and the names of models.
///
/// ```
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let page = rlm_report::render_private(&run);
/// assert!(page.contains("What was read") && !page.contains("complain"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn render_private(run: &RecordedRun) -> String {
    page(&View::of(&run.without_texts(), &Sources::none("the page is private")))
}

fn page(view: &View<'_>) -> String {
    // The sections link to steps and calls, of which long runs show only some.
    let mut steps = Html::default();
    section(&mut steps, view, &STEPS);
    let mut html = Html::before(&mut steps);
    html.markup("<!DOCTYPE html>\n");
    html.with("html", &[("lang", "en")], |html| {
        html.element("head", "", |html| head(html, view));
        html.element("body", "", |html| body(html, view, &steps));
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
    let run = format!("run {}", view.id());
    let title = match view.started().filter(|_| !view.is_private) {
        Some(started) => format!("{} · {run}", shortened(&started.question, 80)),
        None => run,
    };
    html.label("title", "", &title);
    // The style sheet is constant and needs no escaping.
    html.with("style", &[], |html| html.markup(STYLE.as_str()));
}

fn body(html: &mut Html, view: &View<'_>, steps: &Html) {
    let diagnosis = Diagnosis::of(&view.tree, &view.totals, view.ending());
    html.element("header", "", |html| {
        html.element("p", "eyebrow", |html| {
            html.text(&format!("Run {}", view.id()));
            let started = view.started().and_then(|started| started.started).and_then(moment);
            if let Some(started) = started {
                html.text(&format!(" · {started}"));
            }
        });
        question(html, view);
    });
    html.element("main", "", |html| {
        html.with("section", &[("id", "answer"), ("aria-label", "Answer")], |html| {
            state::write(html, view, &diagnosis);
            answer::write(html, view);
        });
        facts::write(html, view, &diagnosis);
        state::problems(html, view, &diagnosis);
        let parts = || PARTS.iter().filter(|part| (part.is_shown)(view));
        html.with("nav", &[("aria-label", "Sections of this page")], |html| {
            html.element("ul", "", |html| {
                for part in parts() {
                    html.element("li", "", |html| html.link(part.place, |html| html.text(part.name)));
                }
            });
        });
        for part in parts() {
            if part.place == STEPS.place {
                html.append(steps);
            } else {
                section(html, view, part);
            }
        }
    });
    html.element("footer", "muted small", |html| foot(html, view));
}

fn section(html: &mut Html, view: &View<'_>, part: &Part) {
    let heading = format!("{}-heading", part.place);
    html.with(
        "section",
        &[("id", part.place), ("aria-labelledby", &heading)],
        |html| {
            html.with("h2", &[("id", &heading)], |html| html.text(part.name));
            (part.write)(html, view);
        },
    );
}

/// Writes the question. A long one is clamped to three lines until it is opened.
fn question(html: &mut Html, view: &View<'_>) {
    if view.is_private {
        html.label("h1", "", "Private report: the texts of the run are left out");
        return;
    }
    let question = view
        .started()
        .map_or("The journal has no question.", |started| started.question.trim());
    let (chars, lines) = (question.chars().count(), question.lines().count());
    let [narrow, all] = CLAMPED;
    if chars <= narrow && lines <= 3 {
        html.element("h1", "", |html| html.quote(question, QUESTION));
        return;
    }
    let class = if chars > all || lines > 3 {
        "question is-long"
    } else {
        "question"
    };
    let heading = |html: &mut Html| html.element("h1", "", |html| html.quote(question, QUESTION));
    html.details(class, false, heading, |_| {});
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
