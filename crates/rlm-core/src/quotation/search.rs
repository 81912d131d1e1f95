//! Looking for many quotes in one pass over the context.

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use rlm_context::{Context, Document};
use rlm_model::SourceRange;
use rlm_text::SourceId;

use super::fold::Folded;

/// What sub-calls read, by document: ranges of bytes.
pub(crate) type Given = BTreeMap<u32, Vec<Range<usize>>>;

/// Bytes that are searched at a time; between two there is a look at what is left to find.
const WINDOW: usize = 1 << 20;

/// What came of looking for a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Found(SourceRange),
    /// All of the context was searched.
    Nowhere,
    /// Not all of it was.
    NotSearched,
}

/// A search for quotes. Each is looked for by its anchor, and compared where that stands.
pub(super) struct Search<'q> {
    quotes: Vec<&'q Folded>,
    /// For the anchors, in the order of the quotes; none if there is nothing to look for, or too much.
    anchors: Option<AhoCorasick>,
    longest_anchor: usize,
    found: Vec<Option<SourceRange>>,
    /// Bytes that may still be read.
    left: usize,
    is_whole: bool,
}

impl<'q> Search<'q> {
    pub(super) fn new(quotes: Vec<&'q Folded>, bytes: usize) -> Self {
        let anchors: Vec<String> = quotes.iter().map(|quote| quote.anchor()).collect();
        Self {
            found: vec![None; quotes.len()],
            longest_anchor: anchors.iter().map(String::len).max().unwrap_or(0),
            anchors: (!anchors.is_empty()).then(|| AhoCorasick::new(&anchors).ok()).flatten(),
            quotes,
            left: bytes,
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
        let missing = if self.is_whole && self.anchors.is_some() {
            Outcome::Nowhere
        } else {
            Outcome::NotSearched
        };
        self.found
            .into_iter()
            .map(move |found| found.map_or(missing, Outcome::Found))
    }

    fn is_done(&self) -> bool {
        self.anchors.is_none() || self.found.iter().all(Option::is_some)
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
            // An anchor may stand across the end of a window.
            let seen = stop.saturating_add(self.longest_anchor.saturating_sub(1)).min(end);
            self.in_window(document.id(), text, start..seen);
            start = stop;
        }
    }

    fn in_window(&mut self, source: SourceId, text: &str, window: Range<usize>) {
        let Some(anchors) = &self.anchors else { return };
        let bytes = text.as_bytes().get(window.clone()).unwrap_or_default();
        for hit in anchors.find_overlapping_iter(bytes) {
            let number = hit.pattern().as_usize();
            let (Some(quote), Some(found)) = (self.quotes.get(number), self.found.get_mut(number)) else {
                continue;
            };
            if found.is_some() {
                continue;
            }
            let (range, read) = quote.around(text, window.start + hit.start()..window.start + hit.end());
            *found = range.map(|range| SourceRange {
                source: source.0,
                start: range.start as u64,
                end: range.end as u64,
            });
            let Some(left) = self.left.checked_sub(read) else {
                self.is_whole = false;
                self.left = 0;
                return;
            };
            self.left = left;
        }
    }
}
