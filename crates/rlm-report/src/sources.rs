//! Looks up the text of the context, if it is available.

use std::fmt;
use std::ops::Range;

use rlm_model::SourceRange;

/// The texts of the context's sources. The report page quotes them, and compares quotes with them.
///
/// ```
/// use rlm_report::{Sources, render};
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/minutes.jsonl")?;
/// let page = render(&run, &Sources::none("the minutes were moved"));
/// assert!(page.contains("the minutes were moved"), "the page says why it shows places alone");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
pub struct Sources<'a> {
    text: Box<dyn Fn(u32) -> Option<&'a str> + 'a>,
    missing: Option<String>,
}

impl<'a> Sources<'a> {
    /// Creates sources from a function that returns the text of a source by its index in the run's
    /// list. The function returns `None` if the text is not the one that the run read.
    pub fn new(text: impl Fn(u32) -> Option<&'a str> + 'a) -> Self {
        Self {
            text: Box::new(text),
            missing: None,
        }
    }

    /// Creates sources without text. The page shows the reason `why`, in one line.
    #[must_use]
    pub fn none(why: impl Into<String>) -> Self {
        Self {
            text: Box::new(|_| None),
            missing: Some(why.into()),
        }
    }
}

/// Looks up texts of the context by source. The trait hides the lifetime of the borrowed text.
trait Lookup {
    fn text(&self, source: u32) -> Option<&str>;
}

impl Lookup for Sources<'_> {
    fn text(&self, source: u32) -> Option<&str> {
        (self.text)(source)
    }
}

/// The texts of the context's sources, for the sections of the page.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    sources: &'a dyn Lookup,
    missing: Option<&'a str>,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(sources: &'a Sources<'_>) -> Self {
        Self {
            sources,
            missing: sources.missing.as_deref(),
        }
    }

    /// Returns the reason why no text of the context is available at all, or `None`.
    pub(crate) const fn missing(&self) -> Option<&'a str> {
        self.missing
    }

    /// Returns the words of the context in a range.
    pub(crate) fn words(&self, range: SourceRange) -> Option<&'a str> {
        self.sources.text(range.source)?.get(bytes(range)?)
    }

    /// Returns a range of the context with the text around it and its first line, counted from 1.
    /// On either side are at most `most` characters, and whole lines if they fit.
    pub(crate) fn around(&self, range: SourceRange, most: usize) -> Option<Around<'a>> {
        let text = self.sources.text(range.source)?;
        let Range { start, end } = bytes(range)?;
        let (before, after) = (text.get(..start)?, text.get(end..)?);
        Some(Around {
            before: last_lines(before, most),
            words: text.get(start..end)?,
            after: first_lines(after, most),
            line: before.matches('\n').count().saturating_add(1),
        })
    }
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources")
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}

/// A piece of the context with the text before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Around<'a> {
    pub(crate) before: &'a str,
    pub(crate) words: &'a str,
    pub(crate) after: &'a str,
    pub(crate) line: usize,
}

fn bytes(range: SourceRange) -> Option<Range<usize>> {
    Some(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
}

fn last_lines(text: &str, most: usize) -> &str {
    let from = text
        .char_indices()
        .rev()
        .nth(most)
        .map(|(at, char)| at + char.len_utf8());
    let Some(from) = from else { return text };
    let piece = text.get(from..).unwrap_or_default();
    // A line that exceeds the limit is cut.
    piece.split_once('\n').map_or(piece, |(_, lines)| lines)
}

fn first_lines(text: &str, most: usize) -> &str {
    let Some((to, _)) = text.char_indices().nth(most) else {
        return text;
    };
    let piece = text.get(..to).unwrap_or_default();
    piece.rsplit_once('\n').map_or(piece, |(lines, _)| lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_are_shown_within_whole_lines() {
        let text = "erste Zeile\nzweite Zeile\nwörtlich hier\nvierte Zeile\nfünfte\n";
        let sources = Sources::new(|source| (source == 3).then_some(text));
        let sources = Texts::of(&sources);
        let start = text.find("wört").map(|at| at as u64).unwrap();
        let range = SourceRange {
            source: 3,
            start,
            end: start + 9,
        };
        let around = |most| sources.around(range, most).unwrap();
        assert_eq!(
            around(15),
            Around {
                before: "zweite Zeile\n",
                words: "wörtlich",
                after: " hier",
                line: 3
            }
        );
        assert_eq!((around(4).before, around(4).after), ("", " hie"));
        assert_eq!(around(1_000).before, text.get(..range.start as usize).unwrap());
        assert_eq!(sources.words(SourceRange { source: 0, ..range }), None);
        assert_eq!(
            sources.words(SourceRange {
                end: start + 2,
                ..range
            }),
            None
        );
    }
}
