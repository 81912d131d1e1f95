//! Writes what happened to a run without a complete answer, in one sentence, and what to do.

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

    /// Returns the CSS class of a text in the colour of this rating.
    pub(crate) const fn ink(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Bad => "bad",
            Self::Plain => "",
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

/// Writes what happened to a run without a complete answer.
pub(crate) fn write(html: &mut Html, view: &View<'_>, diagnosis: &Diagnosis) {
    let Some(failure) = &diagnosis.failure else { return };
    let frame = diagnosis.rating.frame();
    html.with("div", &[("class", frame), ("role", "note")], |html| {
        html.element("p", "lead", |html| {
            html.label("span", diagnosis.rating.pill(), diagnosis.name);
            html.markup(" ");
            match failure.happened.as_deref().filter(|_| !view.is_private) {
                Some(happened) => html.text(&as_sentence(happened)),
                None => html.text(&diagnosis.sentence),
            }
        });
        html.element("p", "", |html| advise(html, view, failure));
        html.label("code", "command", &failure.advice.command);
        html.element("p", "muted small", |html| {
            if failure.happened.is_some() && !view.is_private {
                html.text(&format!("{} ", diagnosis.sentence));
            }
            html.text("Where: ");
            let has_said = failure.happened.is_some() || view.is_private;
            for (spot, text) in &failure.place {
                match spot {
                    Some(spot) => html.link_if_shown(&place(spot), |html| html.text(text)),
                    // What happened there is said above.
                    None if has_said && text.starts_with(':') => {}
                    None => html.text(text),
                }
            }
            html.text(". ");
            if let Some(before) = failure.before.as_ref().filter(|_| !view.is_private) {
                html.text("Before that: ");
                write_one(html, before);
            }
        });
    });
}

fn advise(html: &mut Html, view: &View<'_>, failure: &Failure) {
    if let Some(hint) = failure.advice.hint.as_ref().filter(|_| !view.is_private) {
        html.text(&format!("{} ", as_sentence(hint)));
    }
    html.text(failure.advice.text);
}

/// Returns a hint as a sentence: with a capital letter and a full stop.
fn as_sentence(hint: &str) -> String {
    let stop = if hint.ends_with(['.', '?', '!', '…']) {
        ""
    } else {
        "."
    };
    // Names of limits, such as `CostExceeded`, and of files keep their case.
    let word = hint.split_whitespace().next().unwrap_or_default();
    if word.chars().any(|char| !char.is_lowercase()) {
        return format!("{hint}{stop}");
    }
    let mut rest = hint.chars();
    let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}{stop}", rest.as_str())
}

/// Writes the problems of a run, folded.
pub(crate) fn problems(html: &mut Html, view: &View<'_>, diagnosis: &Diagnosis) {
    let problems = &diagnosis.problems;
    // The problem of a run that failed is above.
    let shown_above = usize::from(diagnosis.failure.is_some());
    if problems.len() <= shown_above || view.is_private {
        return;
    }
    let handle = counted(problems.len(), "problem");
    html.details(
        "small on-the-way",
        false,
        |html| html.text(&format!("{handle} on the way")),
        |html| list(html, problems),
    );
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
    html.link_if_shown(&place(&problem.spot), |html| html.text(&problem.spot.name()));
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
