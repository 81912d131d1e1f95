//! The search for many quotations in one pass over the context.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem::Finder;
use rlm_context::{Context, Document};
use rlm_model::SourceRange;
use sift_text::SourceId;

use super::fold::Folded;

/// The byte ranges of the context that sub-calls were given, by document.
pub(crate) type Given = BTreeMap<u32, Vec<Range<usize>>>;

/// The number of bytes that are searched at a time. All quotations are searched for in one window
/// before the next, while it is in the processor's cache.
const WINDOW: usize = 256 << 10;

/// The result of the search for a quotation in the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Found(SourceRange),
    /// The quotation was not found in the whole context.
    Nowhere,
    /// The quotation was not found in the part of the context that was searched.
    NotSearched,
}

/// The maximum work of a search for quotations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The maximum bytes of the context that are searched.
    pub(super) bytes: usize,
    /// The maximum bytes that one quotation is compared with, plus [`PLACE`](super::fold::PLACE)
    /// for each occurrence of its anchor. It stops the search for a quotation with a very frequent
    /// anchor.
    pub(super) compared: usize,
}

/// A search for quotations in the context. It finds the anchor of each quotation, and compares the
/// text around it.
pub(super) struct Search<'q> {
    quotes: Vec<Sought<'q>>,
    /// The bytes of the context that may still be searched.
    left: usize,
    is_whole: bool,
}

/// The state of the search for one quotation.
struct Sought<'q> {
    quote: &'q Folded,
    /// The finder of the quotation's anchor. It takes linear time on any text.
    anchor: Finder<'static>,
    found: Option<SourceRange>,
    /// The bytes that the quotation may still be compared with.
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

    /// Searches the ranges of the context that sub-calls were given.
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

    /// Searches all documents of the context. Skips a document that was not read yet if its size
    /// exceeds the remaining bytes.
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

    /// Searches a range of a document for anchors, window by window. The quotations around them may
    /// extend beyond the range.
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

    /// Compares a quotation at each anchor that begins in a window of a text. The search ends at
    /// `end`.
    fn in_window(&mut self, number: usize, source: SourceId, text: &str, window: Range<usize>, end: usize) {
        let Some(sought) = self.quotes.get_mut(number).filter(|sought| sought.is_open()) else {
            return;
        };
        let len = sought.anchor.needle().len();
        // An anchor may extend beyond the end of the window.
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
