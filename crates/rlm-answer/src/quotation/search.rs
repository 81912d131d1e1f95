//! Looking for many quotes in one pass over the context.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem::Finder;
use rlm_context::{Context, Document};
use rlm_model::SourceRange;
use sift_text::SourceId;

use super::fold::Folded;

/// What sub-calls read, by document: ranges of bytes.
pub(crate) type Given = BTreeMap<u32, Vec<Range<usize>>>;

/// Bytes that are searched at a time, for one quote after the other while they are in a cache near the processor.
const WINDOW: usize = 256 << 10;

/// What came of looking for a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Found(SourceRange),
    /// All of the context was searched.
    Nowhere,
    /// Not all of it was.
    NotSearched,
}

/// How much work a search may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The bytes that are searched.
    pub(super) bytes: usize,
    /// The bytes that one quote is compared with, a place where its anchor stands counted as [`PLACE`](super::fold::PLACE) more: where the anchor stands
    /// everywhere, the quote is given up.
    pub(super) compared: usize,
}

/// A search for quotes. Each is looked for by its anchor, and compared where that stands.
pub(super) struct Search<'q> {
    quotes: Vec<Sought<'q>>,
    /// Bytes that may still be searched.
    left: usize,
    is_whole: bool,
}

/// A quote that is looked for.
struct Sought<'q> {
    quote: &'q Folded,
    /// Finds its anchor; in time in proportion to what it reads, whatever stands there.
    anchor: Finder<'static>,
    found: Option<SourceRange>,
    /// What it may still be compared with.
    compared: usize,
}

impl Sought<'_> {
    const fn is_open(&self) -> bool {
        self.found.is_none() && self.compared > 0
    }
}

impl<'q> Search<'q> {
    pub(super) fn new(quotes: Vec<&'q Folded>, bounds: Bounds) -> Self {
        let sought = quotes.into_iter().map(|quote| Sought {
            quote,
            anchor: Finder::new(quote.anchor().as_str()).into_owned(),
            found: None,
            compared: bounds.compared,
        });
        Self {
            quotes: sought.collect(),
            left: bounds.bytes,
            is_whole: true,
        }
    }

    /// Searches what sub-calls read.
    pub(super) fn in_given(&mut self, context: &Context, given: &Given) {
        for (source, ranges) in given {
            let Some(document) = context.document(SourceId(*source)) else {
                continue;
            };
            for range in ranges {
                self.in_range(document, range.clone());
            }
        }
    }

    /// Searches all documents. One that was not read yet and is longer than what may still be searched is left out.
    pub(super) fn everywhere(&mut self, context: &Context) {
        for document in context.documents() {
            if self.is_done() {
                return;
            }
            let size = usize::try_from(document.size()).unwrap_or(usize::MAX);
            if !document.is_counted() && size > self.left {
                self.is_whole = false;
                continue;
            }
            self.in_range(document, 0..usize::MAX);
        }
    }

    pub(super) fn into_found(self) -> impl Iterator<Item = Outcome> {
        let is_whole = self.is_whole;
        self.quotes.into_iter().map(move |sought| match sought.found {
            Some(range) => Outcome::Found(range),
            None if is_whole && sought.is_open() => Outcome::Nowhere,
            None => Outcome::NotSearched,
        })
    }

    fn is_done(&self) -> bool {
        !self.quotes.iter().any(Sought::is_open)
    }

    /// Looks for anchors in a range of a document, window by window; the quotes around them may reach out of it.
    fn in_range(&mut self, document: &Document, range: Range<usize>) {
        let text = document.as_str();
        let (mut start, end) = (range.start, range.end.min(text.len()));
        while start < end && !self.is_done() {
            let stop = start.saturating_add(WINDOW).min(end);
            if self.left < stop - start {
                self.is_whole = false;
                return;
            }
            self.left -= stop - start;
            for number in 0..self.quotes.len() {
                self.in_window(number, document.id(), text, start..stop, end);
            }
            start = stop;
        }
    }

    /// Compares a quote wherever its anchor begins in a window of what is searched up to `end`.
    fn in_window(&mut self, number: usize, source: SourceId, text: &str, window: Range<usize>, end: usize) {
        let Some(sought) = self.quotes.get_mut(number).filter(|sought| sought.is_open()) else {
            return;
        };
        let len = sought.anchor.needle().len();
        // An anchor may stand across the end of the window.
        let end = window.end.saturating_add(len.saturating_sub(1)).min(end);
        let range = sought
            .quote
            .find(&sought.anchor, text, window.start..end, &mut sought.compared);
        sought.found = range.map(|range| SourceRange {
            source: source.0,
            start: range.start as u64,
            end: range.end as u64,
        });
    }
}
