//! Writes the answer and its sources: the pieces of the answer that occur in the context, each with
//! the text around it.

use std::ops::Range;

use rlm_model::SourceRange;
use rlm_trace::FinalValue;

use crate::bounds::{ANSWER, AROUND, LINE, SOURCES};
use crate::figures::{counted, shortened};
use crate::html::Html;
use crate::view::View;

/// The number of characters of a source that its collapsed summary line shows.
const HANDLE: usize = 90;

/// A highlighted piece of the answer on the report page.
struct Mark {
    piece: Range<usize>,
    kind: MarkKind,
}

enum MarkKind {
    /// The piece of the answer occurs in the context, in this range.
    Cited(SourceRange),
    /// The piece of the answer is a quote that was not found in the context, or not searched for.
    Unfound { looked_for: bool },
}

/// Writes the section of the report page with the answer and its sources.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let Some(answer) = view.ended().and_then(|ended| ended.answer.as_deref()) else {
        html.element("div", "card", |html| html.label("p", "muted", "There is no answer."));
        return;
    };
    let value = view
        .root()
        .and_then(|root| root.turns.values().rev().find_map(|turn| turn.final_value));
    let marks = value
        .filter(|value| value.value == answer)
        .map(marks)
        .unwrap_or_default();
    html.element("div", "card", |html| {
        html.element("div", "answer", |html| marked(html, answer, &marks));
        let unfound: Vec<&Mark> = marks
            .iter()
            .filter(|mark| matches!(mark.kind, MarkKind::Unfound { .. }))
            .collect();
        if !unfound.is_empty() {
            unfound_quotes(html, answer, &unfound);
        }
        sources(html, view, answer, &marks);
    });
}

/// Returns the highlighted pieces of an answer, sorted and disjoint. If pieces overlap, citations
/// take precedence over quotes.
fn marks(value: &FinalValue) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let cited = value.citations.iter().filter_map(|citation| {
        let piece = piece(citation.at, citation.range.end.checked_sub(citation.range.start)?)?;
        Some(Mark {
            piece,
            kind: MarkKind::Cited(citation.range),
        })
    });
    let quoted = value.quotes.iter().filter_map(|quote| {
        let kind = match (quote.verdict.as_str(), quote.range) {
            ("verbatim" | "verified", Some(range)) => MarkKind::Cited(range),
            ("unverified", _) => MarkKind::Unfound { looked_for: true },
            ("not_looked_for", _) => MarkKind::Unfound { looked_for: false },
            _ => return None,
        };
        Some(Mark {
            piece: piece(quote.at, quote.bytes)?,
            kind,
        })
    });
    for mark in cited.chain(quoted).take(SOURCES) {
        let apart = |other: &Mark| mark.piece.end <= other.piece.start || other.piece.end <= mark.piece.start;
        let stands = value
            .value
            .get(mark.piece.clone())
            .is_some_and(|words| !words.is_empty());
        if stands && marks.iter().all(apart) {
            marks.push(mark);
        }
    }
    marks.sort_by_key(|mark| mark.piece.start);
    marks
}

fn piece(at: u64, bytes: u64) -> Option<Range<usize>> {
    let at = usize::try_from(at).ok()?;
    Some(at..at.checked_add(usize::try_from(bytes).ok()?)?)
}

fn marked(html: &mut Html, answer: &str, marks: &[Mark]) {
    let mut at = 0;
    let mut number = 0;
    for mark in marks {
        html.quote(answer.get(at..mark.piece.start).unwrap_or_default(), ANSWER);
        let words = answer.get(mark.piece.clone()).unwrap_or_default();
        // A line end at the end of a piece is not part of the quote.
        let trimmed = words.trim_end();
        match mark.kind {
            MarkKind::Cited(_) => {
                number += 1;
                let (id, target) = (format!("cite-{number}"), format!("#source-{number}"));
                html.with("a", &[("class", "cited"), ("id", &id), ("href", &target)], |html| {
                    html.quote(trimmed, ANSWER);
                    html.label("b", "", &number.to_string());
                });
            }
            MarkKind::Unfound { .. } => html.element("span", "unfound", |html| html.quote(trimmed, ANSWER)),
        }
        html.text(words.get(trimmed.len()..).unwrap_or_default());
        at = mark.piece.end;
    }
    html.quote(answer.get(at..).unwrap_or_default(), ANSWER);
}

fn unfound_quotes(html: &mut Html, answer: &str, unfound: &[&Mark]) {
    html.element("div", "problem", |html| {
        let what = format!(
            "{} in the answer, underlined, could not be confirmed in the context:",
            counted(unfound.len(), "quote")
        );
        html.label("p", "", &what);
        html.element("ul", "problems small", |html| {
            for mark in unfound {
                let words = answer.get(mark.piece.clone()).unwrap_or_default();
                let why = match mark.kind {
                    MarkKind::Unfound { looked_for: false } => "not checked",
                    _ => "not found",
                };
                html.label("li", "", &format!("“{}”: {why}", shortened(words, LINE)));
            }
        });
    });
}

fn sources(html: &mut Html, view: &View<'_>, answer: &str, marks: &[Mark]) {
    let cited = marks.iter().filter_map(|mark| match mark.kind {
        MarkKind::Cited(range) => Some((mark, range)),
        MarkKind::Unfound { .. } => None,
    });
    let cited: Vec<_> = cited.collect();
    if cited.is_empty() {
        html.label("p", "muted small", "This answer does not quote the text.");
        return;
    }
    html.label("h3", "", "Sources");
    if let Some(why) = view.sources.missing() {
        html.element("p", "note", |html| {
            html.text("The surrounding text is unavailable, and quotes were not checked again: ");
            html.text(&shortened(why, LINE));
        });
    }
    html.element("ol", "sources", |html| {
        for (index, (mark, range)) in cited.into_iter().enumerate() {
            let words = answer.get(mark.piece.clone()).unwrap_or_default();
            html.element("li", "", |html| source(html, view, index + 1, words, range));
        }
    });
}

fn source(html: &mut Html, view: &View<'_>, number: usize, words: &str, range: SourceRange) {
    let around = view.sources.around(range, AROUND);
    let place = match &around {
        Some(around) => format!("{}:{}", view.name(range.source), around.line),
        None => format!("{}, bytes {} to {}", view.name(range.source), range.start, range.end),
    };
    let (class, verdict) = match &around {
        Some(around) if around.words == words => ("pill is-good", "exact quote"),
        Some(around) if alike(around.words, words) => ("pill is-good", "exact except for spaces and punctuation"),
        Some(_) => ("pill is-bad", "different text"),
        None if view.sources.missing().is_none() => ("pill is-fair", "the text has changed"),
        None => ("pill is-plain", "not checked again"),
    };
    let handle = |html: &mut Html| {
        html.label("span", "number", &number.to_string());
        html.label("span", "", &shortened(&place, LINE));
        html.markup(" ");
        html.label("span", class, verdict);
        html.label("span", "muted small", &format!(" “{}”", shortened(words, HANDLE)));
    };
    html.details("source", false, handle, |html| {
        html.element("div", "", |html| {
            let id = format!("source-{number}");
            html.element("pre", "around", |html| {
                let (before, words, after) = match around {
                    Some(around) => (around.before, around.words, around.after),
                    None => ("", words, ""),
                };
                html.quote(before, AROUND);
                html.with("mark", &[("id", &id)], |html| html.quote(words, ANSWER));
                html.quote(after, AROUND);
            });
            html.element("p", "small", |html| {
                html.link(&format!("cite-{number}"), |html| html.text("Back to the answer"));
            });
        });
    });
}

/// Returns whether two texts are equal except for the changes that quoting makes: white space,
/// quotation marks and dashes.
fn alike(one: &str, other: &str) -> bool {
    let essence = |text: &str| -> String {
        text.chars()
            .filter(|char| !char.is_whitespace() && !"\"'“”„‟‘’‚‛«»‹›`-‐‑‒–—―−".contains(*char))
            .collect()
    };
    essence(one) == essence(other)
}
