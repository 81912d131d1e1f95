//! Writes the outcome of the run at the top of the page. For a run without an answer, adds its
//! cause, its place and a suggestion.

use crate::bounds::PROBLEMS;
use crate::diagnosis::{Diagnosis, Failure, Problem, Rating, Spot};
use crate::figures::{counted, grouped};
use crate::html::Html;
use crate::view::{View, call_place, step_place};

impl Rating {
    /// Returns the CSS class of the label that shows this rating.
    pub(crate) const fn pill(self) -> &'static str {
        match self {
            Self::Good => "pill is-good",
            Self::Fair => "pill is-fair",
            Self::Bad => "pill is-bad",
            Self::Plain => "pill is-plain",
        }
    }

    const fn frame(self) -> &'static str {
        match self {
            Self::Good => "state is-good",
            Self::Fair | Self::Plain => "state is-fair",
            Self::Bad => "state is-bad",
        }
    }
}

/// Writes the outcome of the run at the top of the page.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let diagnosis = Diagnosis::of(&view.tree, &view.totals, view.ending());
    let frame = diagnosis.rating.frame();
    html.with("section", &[("class", frame), ("aria-label", "Outcome")], |html| {
        html.element("p", "", |html| {
            html.label("span", diagnosis.rating.pill(), diagnosis.name);
            html.markup(" ");
            html.text(&diagnosis.sentence);
        });
        if let Some(failure) = &diagnosis.failure {
            html.element("dl", "", |html| explain(html, failure));
        }
        on_the_way(html, &diagnosis.problems);
    });
}

fn explain(html: &mut Html, failure: &Failure) {
    if let Some(happened) = &failure.happened {
        row(html, "What happened", |html| html.text(happened));
    }
    row(html, "Where", |html| {
        for (spot, text) in &failure.place {
            match spot {
                Some(spot) => html.link(&place(spot), |html| html.text(text)),
                None => html.text(text),
            }
        }
    });
    if let Some(before) = &failure.before {
        row(html, "Before that", |html| write_one(html, before));
    }
    row(html, "What to do", |html| {
        if let Some(hint) = &failure.advice.hint {
            html.text(&format!("{} ", as_sentence(hint)));
        }
        html.text(failure.advice.text);
        html.label("code", "command", &failure.advice.command);
    });
}

/// Returns a hint as a sentence: with a capital letter and a full stop.
fn as_sentence(hint: &str) -> String {
    let stop = if hint.ends_with(['.', '?', '!']) { "" } else { "." };
    let mut rest = hint.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}{stop}", rest.as_str())
}

fn row(html: &mut Html, name: &'static str, fill: impl FnOnce(&mut Html)) {
    html.label("dt", "", name);
    html.element("dd", "", fill);
}

fn on_the_way(html: &mut Html, problems: &[Problem]) {
    if problems.is_empty() {
        return;
    }
    let handle = counted(problems.len(), "problem");
    html.details("small", false, |html| html.text(&handle), |html| list(html, problems));
}

/// Writes a list of problems. If there are many, only the first and the last ones are shown.
fn list(html: &mut Html, problems: &[Problem]) {
    let left_out = problems.len().saturating_sub(PROBLEMS);
    let first = if left_out > 0 { PROBLEMS / 3 } else { problems.len() };
    html.element("ul", "problems small", |html| {
        for (index, problem) in problems.iter().enumerate() {
            if (first..first + left_out).contains(&index) {
                if index == first {
                    html.element("li", "muted", |html| {
                        html.text(&format!("{} more", grouped(left_out as u64)));
                    });
                }
                continue;
            }
            html.element("li", "", |html| write_one(html, problem));
        }
    });
}

/// Writes one problem, with a link to its place.
fn write_one(html: &mut Html, problem: &Problem) {
    html.link(&place(&problem.spot), |html| html.text(&problem.spot.name()));
    html.text(": ");
    html.text(&problem.what);
}

/// Returns the anchor on the page of a step or call.
fn place(spot: &Spot) -> String {
    match spot.call {
        Some(position) => call_place(&spot.run, position),
        None => step_place(&spot.run, spot.turn),
    }
}
