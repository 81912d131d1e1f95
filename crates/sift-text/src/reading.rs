//! Determines which bytes of the context's sources a text contains.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::origin::{Origin, OriginKind, Provenance, Run, SourceId};
use crate::segment::Segment;
use crate::source::Source;
use crate::text::{Repr, Text};

/// The maximum number of runs that are reported one by one on each read. A larger flattened piece
/// is reported completely, once per reader.
const SHOWN_EACH_TIME: usize = 16;

impl Text {
    /// Calls `visit` with the bytes of the context's sources that a range of the text contains. The
    /// range counts bytes without pending values. Takes a few instructions for a slice of one
    /// source, or if the text contains no bytes of a source.
    ///
    /// A piece that was flattened from more than 16 others is reported completely as soon as a
    /// range spans more than 16 of them, and only once to each `reader`, so that reading the piece
    /// repeatedly is cheap. Readers are numbered from 1.
    ///
    /// ```
    /// use sift_text::{Origin, SourceId, Text};
    ///
    /// let page = Text::with_origin("The roof leaks.".to_owned(), Origin::Source(SourceId(2)));
    /// let prompt = Text::concat(&Text::new("Sum it up: "), &page)?;
    /// let mut looked_at = Vec::new();
    /// prompt.for_each_source(0..19, 1, |source, bytes| looked_at.push((source, bytes)));
    /// assert_eq!(looked_at, [(SourceId(2), 0..8)], "the first bytes are the program's own");
    /// # Ok::<(), sift_text::TextTooLong>(())
    /// ```
    #[inline]
    pub fn for_each_source(&self, bytes: Range<usize>, reader: u64, mut visit: impl FnMut(SourceId, Range<usize>)) {
        match &self.0 {
            Repr::Segment(Segment::Short { .. } | Segment::Pending(_)) => {}
            Repr::Segment(Segment::Slice { source, start, end }) => {
                let range = (start + bytes.start).min(*end)..start.saturating_add(bytes.end).min(*end);
                source.for_each_source(range, reader, &mut visit);
            }
            Repr::Rope(rope) if rope.measure().kinds.contains(OriginKind::Source) => {
                self.for_each_source_of_pieces(bytes, reader, &mut visit);
            }
            Repr::Rope(_) => {}
        }
    }

    fn for_each_source_of_pieces(
        &self,
        bytes: Range<usize>,
        reader: u64,
        visit: &mut impl FnMut(SourceId, Range<usize>),
    ) {
        if bytes.start == 0 && bytes.end >= self.known_bytes() {
            for segment in self.segments() {
                segment.for_each_source(0..usize::MAX, reader, visit);
            }
            return;
        }
        let Repr::Rope(rope) = &self.0 else { return };
        let mut at = bytes.start;
        while at < bytes.end
            && let Some((start, segment)) = rope.segment_at(at)
        {
            let next = start + segment.len_bytes();
            if next <= at {
                return;
            }
            segment.for_each_source(at - start..bytes.end - start, reader, visit);
            at = next;
        }
    }
}

impl Segment {
    fn for_each_source(&self, bytes: Range<usize>, reader: u64, visit: &mut impl FnMut(SourceId, Range<usize>)) {
        if let Self::Slice { source, start, end } = self {
            let range = start.saturating_add(bytes.start).min(*end)..start.saturating_add(bytes.end).min(*end);
            source.for_each_source(range, reader, visit);
        }
    }
}

impl Source {
    #[inline]
    fn for_each_source(&self, bytes: Range<usize>, reader: u64, visit: &mut impl FnMut(SourceId, Range<usize>)) {
        match self.provenance() {
            Provenance::Uniform {
                origin: Origin::Source(id),
                start,
            } if bytes.start < bytes.end => visit(*id, start + bytes.start..start + bytes.end),
            Provenance::Uniform { .. } => {}
            Provenance::Spans { kinds, shown_to, .. } => {
                if kinds.contains(OriginKind::Source) && shown_to.load(Ordering::Relaxed) != reader {
                    self.for_each_source_of_spans(bytes, reader, shown_to, visit);
                }
            }
        }
    }

    fn for_each_source_of_spans(
        &self,
        bytes: Range<usize>,
        reader: u64,
        shown_to: &AtomicU64,
        visit: &mut impl FnMut(SourceId, Range<usize>),
    ) {
        let show = |run: Run| {
            if let Origin::Source(id) = run.origin {
                visit(id, run.start..run.start + run.len);
            }
        };
        if self.runs(bytes.clone()).nth(SHOWN_EACH_TIME).is_none() {
            self.runs(bytes).for_each(show);
        } else {
            shown_to.store(reader, Ordering::Relaxed);
            self.runs(0..self.len_bytes()).for_each(show);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::TextBuilder;
    use crate::origin::PendingId;

    /// Returns a text of 2,000 equal letters from source `number`.
    fn source(number: u32) -> Text {
        let content = char::from(b'a' + number as u8).to_string().repeat(2_000);
        Text::with_origin(content, Origin::Source(SourceId(number)))
    }

    fn shown(text: &Text, bytes: Range<usize>, reader: u64) -> BTreeSet<(u32, usize)> {
        let mut shown = BTreeSet::new();
        text.for_each_source(bytes, reader, |source, range| {
            shown.extend(range.map(|byte| (source.0, byte)));
        });
        shown
    }

    fn by_origins(text: &Text, bytes: &Range<usize>) -> BTreeSet<(u32, usize)> {
        let spans = text.settled().unwrap().origins();
        let of_source = spans.filter_map(|span| match span.origin {
            Origin::Source(SourceId(source)) => Some((source, span)),
            _ => None,
        });
        of_source
            .flat_map(|(source, span)| {
                let start = span.start;
                let cut = span.range.start.max(bytes.start)..span.range.end.min(bytes.end);
                cut.map(move |byte| (source, start + byte - span.range.start))
            })
            .collect()
    }

    proptest! {
        #[test]
        fn reported_sources_match_the_origins(
            pieces in proptest::collection::vec((0_u32..3, 0_usize..1_000, 1_usize..600), 1..30),
            flat in any::<bool>(),
            cut in (0_usize..8_000, 0_usize..8_000),
        ) {
            let mut text = TextBuilder::new();
            for (number, start, len) in pieces {
                match number {
                    2 => text.push_str(&"p".repeat(len)),
                    _ => text.push_text(&source(number).settled().unwrap().slice_bytes(start..start + len).unwrap()),
                }
            }
            let mut text = text.finish().unwrap();
            if flat {
                text.flatten().unwrap();
            }
            let bytes = cut.0.min(text.known_bytes())..cut.1.min(text.known_bytes());
            let exact = by_origins(&text, &bytes);
            let found = shown(&text, bytes.clone(), 1);
            prop_assert!(exact.is_subset(&found), "{bytes:?}");
            // Other bytes that are reported are in the same text, which was flattened from many
            // pieces.
            let whole = by_origins(&text, &(0..text.known_bytes()));
            prop_assert!(found.is_subset(&whole), "{bytes:?}");
            if text.settled().unwrap().origins().count() <= SHOWN_EACH_TIME {
                prop_assert_eq!(&found, &exact);
            }
            prop_assert_eq!(shown(&text, 0..usize::MAX, 2), whole);
        }
    }

    #[test]
    fn flattened_texts_are_reported_once_to_each_reader() {
        let mut text = TextBuilder::new();
        for at in 0..500 {
            text.push_text(&source(0).settled().unwrap().slice_bytes(at * 3..at * 3 + 2).unwrap());
        }
        let mut text = text.finish().unwrap();
        text.flatten().unwrap();
        let part = text.settled().unwrap().slice_bytes(10..20).unwrap();
        assert_eq!(shown(&part, 0..10, 1).len(), 10);
        assert_eq!(shown(&text, 0..1_000, 1).len(), 1_000);
        assert_eq!(shown(&text, 0..1_000, 1).len(), 0);
        assert_eq!(shown(&part, 0..10, 1).len(), 0);
        assert_eq!(shown(&text, 0..40, 2).len(), 1_000);
    }

    #[test]
    fn pending_values_and_program_texts_have_no_sources() {
        let text = Text::concat(&Text::pending(PendingId(1)), &source(1)).unwrap();
        assert_eq!(shown(&text, 0..3, 1), [(1, 0), (1, 1), (1, 2)].into());
        assert_eq!(shown(&Text::pending(PendingId(1)), 0..10, 1), [].into());
        assert_eq!(shown(&Text::from_string("x".repeat(5_000)), 0..10, 1), [].into());
    }
}
