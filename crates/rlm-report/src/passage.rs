//! Passages of the context that the answer cites, with the text around them.

use crate::bounds::{ANSWER, LINE};
use crate::citations::Citation;
use crate::figures::shortened;
use crate::html::Html;
use crate::sources::Around;
use crate::view::View;

/// A cited passage of the context, compared with the words of the answer.
pub(crate) struct Passage<'a> {
    place: String,
    words: &'a str,
    around: Option<Around<'a>>,
}

impl<'a> Passage<'a> {
    /// Looks up the passage of a citation, whose text in the answer is `words`, with at most `most`
    /// characters on either side.
    pub(crate) fn of(view: &View<'a>, citation: &Citation, words: &'a str, most: usize) -> Self {
        let place = citation.section.clone();
        Self {
            place: place.unwrap_or_else(|| view.places.name(citation.range)),
            words,
            around: view.sources.around(citation.range, most),
        }
    }

    /// Returns the place of the passage in the context.
    pub(crate) fn place(&self) -> String {
        shortened(&self.place, LINE)
    }

    /// Returns whether the passage has the words of the answer, and the CSS class of this verdict.
    pub(crate) fn verdict(&self, view: &View<'_>) -> (&'static str, &'static str) {
        match &self.around {
            Some(around) if around.words.trim() == self.words => ("pill is-good", "exact quote"),
            Some(around) if alike(around.words, self.words) => {
                ("pill is-good", "exact except for spaces and punctuation")
            }
            Some(_) => ("pill is-bad", "different text"),
            None if view.sources.missing().is_none() => ("pill is-fair", "the text has changed"),
            None => ("pill is-plain", "not checked again"),
        }
    }

    /// Returns whether the text of the passage is available.
    pub(crate) const fn has_text(&self) -> bool {
        self.around.is_some()
    }

    /// Writes the passage with the text around it, or the words of the answer if its text is not
    /// available. The cited words get an anchor, unless `id` is empty.
    pub(crate) fn write(&self, html: &mut Html, id: &str) {
        let (before, words, after) = match self.around {
            Some(around) => (around.before, around.words, around.after),
            None => ("", self.words, ""),
        };
        html.element("blockquote", "passage", |html| {
            html.quote(before, ANSWER);
            let attributes: &[_] = if id.is_empty() { &[] } else { &[("id", id)] };
            html.with("mark", attributes, |html| html.quote(words, ANSWER));
            html.quote(after, ANSWER);
        });
    }
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
