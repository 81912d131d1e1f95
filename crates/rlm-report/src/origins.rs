//! Writes where the pieces of the answer come from: the context, replies, output of programs, or
//! the program that assembled it.

use rlm_model::{CallId, RunPath, SourceRange};
use rlm_trace::{AnswerPiece, PieceOrigin, Why};

use crate::answer::withheld;
use crate::bounds::{AROUND, LINE, NESTED_RUNS};
use crate::call_names::given;
use crate::citations::{Answer, Citation};
use crate::figures::{counted, shortened};
use crate::html::Html;
use crate::passage::Passage;
use crate::svg;
use crate::view::{View, call_place, step_place};

/// The number of characters of a claim that its row shows.
const CLAIM: usize = 140;
/// The maximum number of characters of a passage that a call was asked about.
const PASSAGE: usize = 900;
/// The maximum number of calls or steps that are listed as readers of a passage.
const READERS: usize = 5;
/// The maximum number of rows of the answer's other pieces that are shown expanded.
const OPEN_ROWS: usize = 12;
/// The maximum number of rows of the answer's other pieces.
const ROWS: usize = 60;

/// The kinds of origins, with the class of their bars.
const KINDS: [(&str, &str); 4] = [
    ("quoted from the context", "bar-root"),
    ("from replies to programs", "bar-sub"),
    ("printed by programs", "bar-cached"),
    ("written by the model", "bar-own"),
];

/// Returns whether the page shows the text of an answer.
pub(crate) fn has_texts(view: &View<'_>) -> bool {
    view.answer.as_ref().is_some_and(|answer| withheld(answer).is_none())
}

/// Writes the section of the page on the origins of the answer.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let Some(answer) = &view.answer else { return };
    let why = Why::of(&view.tree, &RunPath::default());
    if let Some(why) = &why {
        composition(html, why);
    }
    if let Some(missing) = view.sources.missing().filter(|_| !answer.citations.is_empty()) {
        html.element("p", "note", |html| {
            html.text("The surrounding text is unavailable, and quotes were not checked again: ");
            html.text(&shortened(missing, LINE));
        });
    }
    if !answer.citations.is_empty() {
        html.element("ol", "sources", |html| {
            for citation in &answer.citations {
                html.element("li", "", |html| source(html, view, answer, citation));
            }
        });
    }
    if let Some(why) = &why {
        others(html, view, answer, why);
    }
}

/// Draws the shares of the answer's characters by their origin.
fn composition(html: &mut Html, why: &Why<'_>) {
    let mut sums = [0_u64; KINDS.len()];
    for piece in &why.pieces {
        let kind = match &piece.from {
            PieceOrigin::Cut(_) | PieceOrigin::Quote(_) => 0,
            PieceOrigin::Reply(_) => 1,
            PieceOrigin::Output(_) => 2,
            PieceOrigin::Program(_) | PieceOrigin::Unknown => 3,
        };
        if let Some(sum) = sums.get_mut(kind) {
            *sum += why.words(piece).chars().count() as u64;
        }
    }
    let all: u64 = sums.iter().sum();
    let shares: Vec<_> = KINDS.iter().zip(sums).filter(|(_, sum)| *sum > 0).collect();
    if shares.len() < 2 {
        return;
    }
    // Rounded so that the shares add up to 100.
    let percents = shares.iter().scan((0, 0), |(sum, before), (_, part)| {
        *sum += part;
        let upto = (*sum * 100 + all / 2) / all.max(1);
        let percent = upto - *before;
        *before = upto;
        Some(percent)
    });
    let parts: Vec<_> = shares
        .iter()
        .zip(percents)
        .map(|(((name, class), part), percent)| (*class, *part, format!("{percent} % {name}")))
        .collect();
    svg::stacked(html, "The answer's text by origin", parts.clone());
    html.element("ul", "key", |html| {
        for (class, _, name) in &parts {
            svg::key_entry(html, class, name);
        }
    });
}

/// Returns the beginning of a claim as one line, cut at the end of a word.
fn claim(words: &str) -> String {
    let mut claim = shortened(words, CLAIM);
    if claim.ends_with('…')
        && let Some((whole, _)) = claim.rsplit_once(' ')
    {
        claim = format!("{whole}\u{a0}…");
    }
    claim
}

fn source(html: &mut Html, view: &View<'_>, answer: &Answer<'_>, citation: &Citation) {
    let words = answer.words(&citation.piece);
    let passage = Passage::of(view, citation, words, AROUND);
    let (class, verdict) = passage.verdict(view);
    let number = citation.number;
    let handle = |html: &mut Html| {
        html.label("span", "number", &number.to_string());
        html.label("q", "claim", &claim(words));
        html.element("span", "origin", |html| {
            html.label("b", "", &passage.place());
            html.markup(" ");
            html.label("span", class, verdict);
        });
    };
    html.details("source", false, handle, |html| {
        html.element("div", "", |html| {
            passage.write(html, &format!("source-{number}"));
            html.element("p", "small muted", |html| {
                readers(html, view, citation.range);
                html.link(&format!("cite-{number}"), |html| html.text("Back to the answer"));
            });
        });
    });
}

/// Writes which programs and calls read a passage of the context.
fn readers(html: &mut Html, view: &View<'_>, range: SourceRange) {
    let steps = view.tree.scanners(&RunPath::default(), range);
    let calls = view.tree.readers(range);
    if steps.is_empty() && calls.is_empty() {
        return;
    }
    html.text("Read by ");
    for (index, turn) in steps.iter().enumerate().take(READERS) {
        html.text(if index == 0 { "the programs of " } else { ", " });
        html.link_if_shown(&step_place(&RunPath::default(), *turn), |html| {
            html.text(&format!("step {turn}"))
        });
    }
    for (index, call) in calls.iter().enumerate().take(READERS) {
        html.text(if index > 0 || !steps.is_empty() { ", " } else { "" });
        html.link_if_shown(&call_place(&call.run, call.position), |html| {
            html.text(&format!("call {call}"))
        });
    }
    let more = steps.len().saturating_sub(READERS) + calls.len().saturating_sub(READERS);
    if more > 0 {
        html.text(&format!(" and {more} more"));
    }
    html.text(". ");
}

/// Writes the origins of the answer's pieces that are not cited.
fn others(html: &mut Html, view: &View<'_>, answer: &Answer<'_>, why: &Why<'_>) {
    let is_cited = |piece: &AnswerPiece| {
        let (start, end) = (piece.at, piece.at + piece.bytes);
        answer
            .citations
            .iter()
            .any(|citation| (citation.piece.start as u64) < end && start < citation.piece.end as u64)
    };
    let is_own = |piece: &AnswerPiece| matches!(piece.from, PieceOrigin::Program(_) | PieceOrigin::Unknown);
    let (own, rest): (Vec<&AnswerPiece>, Vec<&AnswerPiece>) = why
        .pieces
        .iter()
        .filter(|piece| !is_cited(piece))
        .partition(|piece| is_own(piece));
    let (open, folded) = rest.split_at(rest.len().min(OPEN_ROWS));
    if !open.is_empty() {
        html.element("ul", "sources", |html| {
            for piece in open {
                html.element("li", "", |html| other(html, view, why, piece));
            }
        });
    }
    if !folded.is_empty() {
        html.details(
            "",
            false,
            |html| html.text(&counted(folded.len(), "more piece")),
            |html| {
                html.element("ul", "sources", |html| {
                    for piece in folded.iter().take(ROWS) {
                        html.element("li", "", |html| other(html, view, why, piece));
                    }
                });
            },
        );
    }
    let chars: usize = own.iter().map(|piece| why.words(piece).chars().count()).sum();
    let Some(piece) = own.first() else { return };
    html.element("p", "", |html| {
        if own.len() < why.pieces.len() {
            html.text(&format!("The other {} were ", counted(chars, "character")));
        } else {
            html.text("The answer quotes nothing; it was ");
        }
        match &piece.from {
            PieceOrigin::Program(turn) => {
                html.text("written by the program in ");
                step(html, *turn);
            }
            _ => html.text("written by the model"),
        }
        let asked = asked_before(view);
        if !asked.is_empty() {
            html.text(". Programs had received the replies of ");
            for (index, (turn, count)) in asked.iter().enumerate() {
                html.text(if index == 0 { "" } else { ", of " });
                html.text(&format!("{} in ", counted(*count, "call")));
                step(html, *turn);
            }
        }
        html.text(".");
    });
}

/// Returns the number of calls in each step of the root run that has calls.
fn asked_before(view: &View<'_>) -> Vec<(u32, usize)> {
    let turns = view.root().into_iter().flat_map(|root| &root.turns);
    let counts = turns.map(|(number, turn)| (*number, turn.sub_calls().count()));
    counts.filter(|(_, count)| *count > 0).take(READERS).collect()
}

fn step(html: &mut Html, turn: u32) {
    html.link_if_shown(&step_place(&RunPath::default(), turn), |html| {
        html.text(&format!("step {turn}"))
    });
}

/// Writes a piece of the answer that is not cited, with its origin. The reply of a call about pieces
/// of the context is shown with the first of them.
fn other(html: &mut Html, view: &View<'_>, why: &Why<'_>, piece: &AnswerPiece) {
    let words = claim(why.words(piece));
    if let PieceOrigin::Reply(calls) = &piece.from
        && let Some((id, range)) = calls.iter().find_map(|id| Some((id, *spans(view, id, 0).first()?)))
    {
        let handle = |html: &mut Html| {
            html.label("q", "claim", &words);
            html.element("span", "origin", |html| {
                html.label("b", "", &view.places.name(range));
                html.text(&format!(" by {}", readers_of(view, calls)));
            });
        };
        html.details("source is-reply", false, handle, |html| {
            html.element("div", "", |html| {
                html.element("blockquote", "passage", |html| match view.sources.words(range) {
                    Some(text) => html.quote(text, PASSAGE),
                    None => html.label("span", "cut", "The text is not available."),
                });
                html.element("p", "small muted", |html| {
                    html.text("Answered by ");
                    html.link_if_shown(&call_place(&id.run, id.position), |html| {
                        html.text(&format!("call {id}"))
                    });
                    html.text(".");
                });
            });
        });
        return;
    }
    html.element("div", "row", |html| {
        html.label("q", "claim", &words);
        html.element("span", "origin", |html| match &piece.from {
            PieceOrigin::Cut(citation) => html.text(&view.places.name(citation.range)),
            PieceOrigin::Quote(range) => html.text(&view.places.name(*range)),
            PieceOrigin::Reply(calls) => {
                html.text("reply of ");
                let Some(id) = calls.first() else { return };
                html.link_if_shown(&call_place(&id.run, id.position), |html| {
                    html.text(&readers_of(view, calls));
                });
            }
            PieceOrigin::Output(turn) => {
                html.text("printed by the program of ");
                step(html, *turn);
            }
            PieceOrigin::Program(turn) => {
                html.text("written by the program of ");
                step(html, *turn);
            }
            PieceOrigin::Unknown => html.text("written by the model"),
        });
    });
}

/// Returns the name of the first of several calls, and the number of the others.
fn readers_of(view: &View<'_>, calls: &[CallId]) -> String {
    let Some((first, others)) = calls.split_first() else {
        return String::new();
    };
    let kind = if view.tree.started_by(first).is_some() {
        "child run"
    } else {
        "call"
    };
    match others.len() {
        0 => format!("{kind} {first}"),
        more => format!("{kind} {first} and {more} more"),
    }
}

/// Returns the ranges of the context that the reply of a call rests on: those that the call was
/// given, or those that the answer of its child run comes from.
fn spans(view: &View<'_>, id: &CallId, depth: usize) -> Vec<SourceRange> {
    if let Some(why) = Why::of(&view.tree, &id.child_run()).filter(|_| depth < NESTED_RUNS) {
        let spans = why.pieces.iter().flat_map(|piece| match &piece.from {
            PieceOrigin::Cut(citation) => vec![citation.range],
            PieceOrigin::Quote(range) => vec![*range],
            PieceOrigin::Reply(calls) => {
                let calls = calls.iter().take(READERS);
                calls.flat_map(|call| spans(view, call, depth + 1)).collect()
            }
            PieceOrigin::Output(_) | PieceOrigin::Program(_) | PieceOrigin::Unknown => Vec::new(),
        });
        let spans: Vec<SourceRange> = spans.take(READERS).collect();
        if !spans.is_empty() {
            return spans;
        }
    }
    view.tree.call(id).map(given).unwrap_or_default()
}
