//! The parts of the context that a program has read.
//!
//! A program **scans** a stretch of the context when it inspects its content: by searching,
//! comparing, hashing, matching, splitting, counting or parsing it, by iterating over its
//! characters, changing its case, printing it, or using it as the answer. Slicing, taking a length,
//! storing, passing or concatenating texts doesn't scan them, and neither does passing them to a
//! call, because the journal records calls separately. A scan is recorded where it is charged, by
//! the text's known origins. A copy of a stretch counts as the stretch.
//!
//! An operation that ends early scans up to its end: a search, a pattern or a split up to the end
//! of the matches. A comparison scans both texts entirely, even if it ends at the first difference,
//! and so does a pattern that doesn't match at its required position.
//!
//! What speculative execution reads is not noted: the program does it again when it gets there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use sift_text::{SourceId, Text};

/// The maximum number of separate ranges that are recorded as read, in addition to two for each
/// source.
pub(crate) const MOST_RANGES: usize = 1_024;

/// A byte range of a source that a program has read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ScannedRange {
    /// The number of the source that contains the range.
    pub source: SourceId,
    /// The byte range that was read in the source.
    pub bytes: Range<usize>,
}

/// The set of byte ranges in sources that a program has read. Recording a range again has no
/// effect.
///
/// If there are more than `MOST_RANGES`, those with the smallest gaps between them are merged, so
/// that the gaps count as read.
#[derive(Debug, Clone)]
pub struct Scanned {
    /// The number of this program among all that record reads, or 0 if recording is off.
    reader: u64,
    /// The range that was extended last. The next recorded range is usually within it or follows
    /// it.
    last: Last,
    /// The ends of the recorded ranges, keyed by source and start. Ranges don't touch. The end of
    /// the range extended last may be out of date.
    ranges: BTreeMap<(u32, usize), usize>,
    sources: usize,
}

#[derive(Debug, Clone)]
struct Last {
    source: u32,
    start: usize,
    end: usize,
    /// The start of the next recorded range in the same source.
    next: usize,
}

impl Last {
    const NONE: Self = Self {
        source: 0,
        start: usize::MAX,
        end: usize::MAX,
        next: usize::MAX,
    };
}

impl Scanned {
    /// Creates a recorder of reads that ignores everything.
    pub const fn muted() -> Self {
        Self {
            reader: 0,
            last: Last::NONE,
            ranges: BTreeMap::new(),
            sources: 0,
        }
    }

    /// Creates the recorder of the ranges that a program reads.
    pub fn of_program() -> Self {
        static READERS: AtomicU64 = AtomicU64::new(0);
        Self {
            reader: READERS.fetch_add(1, Ordering::Relaxed) + 1,
            ..Self::muted()
        }
    }

    /// Records that a byte range of a text was read.
    #[inline]
    pub fn note(&mut self, text: &Text, bytes: Range<usize>) {
        if self.reader != 0 {
            let reader = self.reader;
            text.for_each_source(bytes, reader, |source, range| self.add(source.0, range));
        }
    }

    /// Removes and returns the recorded ranges, in order. No range is empty or touches the next.
    pub fn take(&mut self) -> Vec<ScannedRange> {
        self.put_back();
        self.last = Last::NONE;
        self.sources = 0;
        let ranges = std::mem::take(&mut self.ranges).into_iter();
        let range = |((source, start), end)| ScannedRange {
            source: SourceId(source),
            bytes: start..end,
        };
        ranges.map(range).collect()
    }

    #[inline]
    fn add(&mut self, source: u32, range: Range<usize>) {
        let last = &mut self.last;
        if source == last.source && last.start <= range.start && range.start <= last.end {
            if range.end <= last.end {
                return;
            }
            if range.end < last.next {
                last.end = range.end;
                return;
            }
        }
        self.add_elsewhere(source, range);
    }

    fn add_elsewhere(&mut self, source: u32, range: Range<usize>) {
        self.put_back();
        let Range { mut start, mut end } = range;
        let before = self.ranges.range(..=(source, start)).next_back();
        if let Some((&(at, from), &to)) = before.filter(|((at, _), to)| *at == source && **to >= start) {
            if to >= end {
                self.look_at(at, from, to);
                return;
            }
            start = from;
        }
        // Ranges that touch it are merged with it.
        let mut is_new = true;
        while let Some((&(at, from), &to)) = self.ranges.range((source, start)..=(source, end)).next() {
            self.ranges.remove(&(at, from));
            end = end.max(to);
            is_new = false;
        }
        if is_new && self.ranges.range((source, 0)..=(source, usize::MAX)).next().is_none() {
            self.sources += 1;
        }
        self.ranges.insert((source, start), end);
        if self.ranges.len() > MOST_RANGES.saturating_add(self.sources.saturating_mul(2)) {
            self.merge_nearest();
            self.last = Last::NONE;
        } else {
            self.look_at(source, start, end);
        }
    }

    /// Stores the end of the range that was extended last in the map of ranges.
    fn put_back(&mut self) {
        let Last { source, start, end, .. } = self.last;
        if let Some(known) = self.ranges.get_mut(&(source, start)) {
            *known = end;
        }
    }

    fn look_at(&mut self, source: u32, start: usize, end: usize) {
        let next = self.ranges.range((source, end)..=(source, usize::MAX)).next();
        self.last = Last {
            source,
            start,
            end,
            next: next.map_or(usize::MAX, |((_, next), _)| *next),
        };
    }

    /// Merges half of the recorded ranges with the preceding range in the same source. The smallest
    /// gaps are closed first, and the leftmost of equal ones.
    fn merge_nearest(&mut self) {
        let neighbours = self.ranges.iter().zip(self.ranges.iter().skip(1));
        let mut gaps: Vec<(usize, (u32, usize))> = neighbours
            .filter(|((left, _), (right, _))| left.0 == right.0)
            .map(|((_, end), (right, _))| (right.1.saturating_sub(*end), *right))
            .collect();
        let half = gaps.len() / 2;
        if half > 0 {
            gaps.select_nth_unstable(half);
        }
        for (_, key) in gaps.into_iter().take(half) {
            let before = self.ranges.range(..key).next_back().map(|(before, _)| *before);
            if let Some(end) = self.ranges.remove(&key)
                && let Some(known) = before.and_then(|before| self.ranges.get_mut(&before))
            {
                *known = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn all(mut scanned: Scanned) -> Vec<(u32, usize, usize)> {
        let ranges = scanned.take().into_iter();
        ranges
            .map(|range| (range.source.0, range.bytes.start, range.bytes.end))
            .collect()
    }

    proptest! {
        #[test]
        fn scanned_ranges_are_the_union_of_all_notes(
            notes in proptest::collection::vec((0_u32..3, 0_usize..60, 1_usize..12), 0..40),
        ) {
            let mut scanned = Scanned::of_program();
            let mut bytes = BTreeSet::new();
            for (source, start, len) in notes {
                // Recording is idempotent, because an op may be run again from its start.
                scanned.add(source, start..start + len);
                scanned.add(source, start..start + len);
                bytes.extend((start..start + len).map(|byte| (source, byte)));
            }
            let found = all(scanned);
            for pair in found.windows(2) {
                prop_assert!((pair[0].0, pair[0].2) < (pair[1].0, pair[1].1), "{found:?}");
            }
            let noted: BTreeSet<_> = found
                .iter()
                .flat_map(|(source, start, end)| (*start..*end).map(move |byte| (*source, byte)))
                .collect();
            prop_assert_eq!(noted, bytes);
        }
    }

    #[test]
    fn excess_scanned_ranges_are_merged_by_smallest_gap() {
        let mut scanned = Scanned::of_program();
        // Pairs of near ranges, with large gaps between the pairs.
        let starts = (0..400).map(|block| block * 10_000);
        for start in starts.clone() {
            scanned.add(0, start..start + 10);
            scanned.add(0, start + 12..start + 20);
            scanned.add(0, start + 1_000..start + 1_010);
        }
        let found = all(scanned);
        assert!(found.len() <= MOST_RANGES + 2, "{}", found.len());
        // Of the first 1,027 ranges, the 513 smallest gaps are closed: all those of two bytes, and
        // some of the next size.
        assert_eq!(found[0], (0, 0, 1_010));
        assert!(found.contains(&(0, 3_990_000, 3_990_010)), "{:?}", found.last());
        let read: usize = found.iter().map(|(_, start, end)| end - start).sum();
        let noted = 400 * 28;
        assert!((noted..noted + 400 * 1_000).contains(&read), "{read}");
    }

    #[test]
    fn every_source_keeps_at_least_one_scanned_range() {
        let mut scanned = Scanned::of_program();
        for source in 0..10_000 {
            scanned.add(source, 0..100);
            scanned.add(source, 500..600);
        }
        let found = all(scanned);
        assert_eq!(found.len(), 20_000);
        let mut scanned = Scanned::of_program();
        for note in 0..100_000 {
            scanned.add(note % 50, note as usize * 10..note as usize * 10 + 3);
            assert!(scanned.ranges.len() <= MOST_RANGES + 100);
        }
    }
}
