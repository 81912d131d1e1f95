//! Writes the answer, with its first source beside it.

use rlm_trace::Withheld;

use crate::bounds::{ANSWER, LINE};
use crate::citations::Answer;
use crate::figures::{bytes, counted, shortened};
use crate::html::Html;
use crate::markdown::{render, render_plain};
use crate::passage::Passage;
use crate::view::View;

/// The number of characters of the context around the first source, on either side.
const BESIDE: usize = 260;
/// The maximum number of characters of an answer that is shown in a large font.
const SHORT: usize = 60;

/// Writes the answer of a run, if it has one.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let Some(answer) = &view.answer else { return };
    if let Some(size) = withheld(answer) {
        html.label(
            "p",
            "note",
            &format!(
                "The run gave an answer of {}. Its text is not on this page.",
                bytes(size)
            ),
        );
        return;
    }
    let first = answer.citations.first().map(|first| {
        let words = answer.words(&first.piece);
        Passage::of(view, first, words, BESIDE)
    });
    let first = first.filter(Passage::has_text);
    let class = if first.is_some() { "hero has-source" } else { "hero" };
    html.element("div", class, |html| {
        html.element("div", "", |html| {
            text(html, answer);
            unfound_quotes(html, answer);
        });
        if let Some(first) = first {
            html.with("aside", &[("aria-label", "The first source")], |html| {
                html.element("p", "eyebrow", |html| {
                    html.label("span", "number", "1");
                    html.link("source-1", |html| html.text(&first.place()));
                });
                first.write(html, "");
                let more = answer.citations.len() - 1;
                if more > 0 {
                    html.element("p", "small", |html| {
                        html.link("sources", |html| {
                            html.text(&format!("{} below", counted(more, "more source")))
                        });
                    });
                }
            });
        }
    });
}

/// Returns the size of an answer of which the journal holds only the digest.
pub(crate) fn withheld(answer: &Answer<'_>) -> Option<u64> {
    let withheld: Withheld = answer.text.parse().ok()?;
    Some(withheld.bytes)
}

fn text(html: &mut Html, answer: &Answer<'_>) {
    let (text, marks) = (answer.text, answer.marks.as_slice());
    let chars = text.chars().count();
    let class = if chars <= SHORT && !text.trim().contains('\n') {
        "answer is-short"
    } else {
        "answer"
    };
    html.element("div", class, |html| {
        if chars > ANSWER.min(html.budget.left()) {
            html.element("pre", "plain", |html| html.quote(text, ANSWER));
        } else if is_data(text) {
            render_plain(html, text, marks);
        } else {
            render(html, text, marks);
        }
    });
    html.budget.take(text.len());
}

/// Returns whether an answer is JSON of more than one line, whose layout would be lost as Markdown.
fn is_data(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok()
}

fn unfound_quotes(html: &mut Html, answer: &Answer<'_>) {
    if answer.unfound.is_empty() {
        return;
    }
    html.element("div", "problem", |html| {
        let count = counted(answer.unfound.len(), "quote");
        html.label(
            "p",
            "",
            &format!("{count} in the answer, underlined, could not be confirmed in the context:"),
        );
        html.element("ul", "problems small", |html| {
            for unfound in &answer.unfound {
                let why = if unfound.looked_for { "not found" } else { "not checked" };
                let words = shortened(answer.words(&unfound.piece), LINE);
                html.label("li", "", &format!("“{words}”: {why}"));
            }
        });
    });
}
