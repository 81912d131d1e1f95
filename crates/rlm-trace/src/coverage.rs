//! Coverage: the ranges of the context that a run has looked at.

use std::collections::BTreeMap;
use std::ops::Range;

use rlm_model::{CallId, SourceRange};
use serde::Serialize;

use crate::{Event, HostAnswer, Record, RecordedHit, RecordedOutcome};

/// The bytes of the context that a run has looked at. A model has **read** bytes if they were in
/// its prompt, it replied, and the program reached the call. A program has **scanned** bytes if it
/// processed their text (searched, compared, counted or printed it, for example), or received them
/// as passages of a search.
///
/// Journals of earlier releases don't record scanned bytes, and record read pieces only from
/// [`REFERENCE_BYTES`](crate::REFERENCE_BYTES) on.
///
/// ```
/// # use rlm_trace::{Coverage, RecordedRun};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let run = RecordedRun::read(journal)?;
/// let coverage = Coverage::of(&run.records);
/// assert_eq!((coverage.bytes(), coverage.scanned_bytes(), coverage.read_bytes()), (27_852, 27_852, 19_320));
/// // The first piece that a sub-model read, in bytes of the file.
/// assert_eq!(coverage.sources[0].read.first(), Some(&(31..112)));
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// The coverage of each source of the context, in the order of the run's manifest.
    pub sources: Vec<SourceCoverage>,
}

/// The byte ranges of one source of the context that a run has looked at. The ranges are sorted,
/// disjoint and not empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceCoverage {
    /// The length of the source in bytes.
    pub bytes: u64,
    /// The byte ranges of the source that models read in their prompts.
    pub read: Vec<Range<u64>>,
    /// The byte ranges of the source that programs scanned.
    pub scanned: Vec<Range<u64>>,
}

/// The amount of context that a run has looked at. All numbers are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct CoverageSummary {
    /// The size of the context, in bytes.
    pub bytes: u64,
    /// The number of bytes that models read or programs scanned.
    pub covered: u64,
    /// The number of bytes that models read in their prompts.
    pub read: u64,
    /// The number of bytes that programs scanned.
    pub scanned: u64,
}

/// A fold that computes the coverage of a run incrementally, event by event.
///
/// ```
/// # use rlm_trace::{CoverageFold, RecordedRun};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let mut fold = CoverageFold::default();
/// let mut grown = Vec::new();
/// for record in RecordedRun::read(journal)?.records {
///     fold.add(&record);
///     grown.push(fold.coverage().read_bytes());
/// }
/// assert!(grown.is_sorted(), "coverage only grows");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CoverageFold {
    sources: Vec<u64>,
    calls: BTreeMap<CallId, Call>,
    scanned: Vec<SourceRange>,
}

/// The state of a model call, as far as it matters for coverage.
#[derive(Debug, Clone, Default)]
struct Call {
    given: Vec<SourceRange>,
    /// Whether the call was issued early, by speculative execution. The program may never reach it.
    is_ahead: bool,
    is_reached: bool,
    is_replied: bool,
}

/// The number of unmerged ranges at which a list of ranges is merged.
const MERGE_AT: usize = 1 << 14;

impl Coverage {
    /// Computes the coverage of a run from the records of its journal.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut fold = CoverageFold::default();
        for record in records {
            fold.add(record);
        }
        fold.coverage()
    }

    /// Returns the number of bytes that models read.
    #[must_use]
    pub fn read_bytes(&self) -> u64 {
        self.sum(SourceCoverage::read_bytes)
    }

    /// Returns the number of bytes that programs scanned.
    #[must_use]
    pub fn scanned_bytes(&self) -> u64 {
        self.sum(SourceCoverage::scanned_bytes)
    }

    /// Returns the number of bytes that models read or programs scanned.
    #[must_use]
    pub fn covered_bytes(&self) -> u64 {
        self.sum(SourceCoverage::covered_bytes)
    }

    /// Returns the covered, read and scanned bytes, summed over all sources.
    #[must_use]
    pub fn covered(&self) -> CoverageSummary {
        CoverageSummary {
            bytes: self.bytes(),
            covered: self.covered_bytes(),
            read: self.read_bytes(),
            scanned: self.scanned_bytes(),
        }
    }

    /// Returns the size of the context in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.sum(|source| source.bytes)
    }

    fn sum(&self, bytes: impl Fn(&SourceCoverage) -> u64) -> u64 {
        self.sources.iter().map(bytes).fold(0, u64::saturating_add)
    }
}

impl SourceCoverage {
    /// Returns the number of bytes of the source that models read.
    #[must_use]
    pub fn read_bytes(&self) -> u64 {
        length(&self.read)
    }

    /// Returns the number of bytes of the source that programs scanned.
    #[must_use]
    pub fn scanned_bytes(&self) -> u64 {
        length(&self.scanned)
    }

    /// Returns the merged byte ranges of the source that models read or programs scanned.
    #[must_use]
    pub fn covered(&self) -> Vec<Range<u64>> {
        let mut all: Vec<Range<u64>> = self.read.iter().chain(&self.scanned).cloned().collect();
        all.sort_unstable_by_key(|range| range.start);
        let mut covered = Vec::new();
        for range in all {
            add_in_order(&mut covered, range, self.bytes);
        }
        covered
    }

    /// Returns the number of bytes of the source that models read or programs scanned.
    #[must_use]
    pub fn covered_bytes(&self) -> u64 {
        length(&self.covered())
    }
}

impl CoverageFold {
    /// Adds an event of the journal to the coverage.
    pub fn add(&mut self, record: &Record) {
        match &record.event {
            Event::RunStarted(started) => self.sources = started.context.iter().map(|source| source.bytes).collect(),
            // Bytes that are not UTF-8 in the file change its length as text.
            Event::SourceRead(read) => {
                let source = usize::try_from(read.source).ok();
                if let Some(bytes) = source.and_then(|source| self.sources.get_mut(source)) {
                    *bytes = read.bytes;
                }
            }
            Event::Issued(issued) => {
                let call = self.calls.entry(issued.id.clone()).or_default();
                call.given.extend(issued.given());
                call.is_ahead = issued.early;
            }
            // A resumed run may issue a call again long after it was reached.
            Event::Reached(call) => self.calls.entry(call.id.clone()).or_default().is_reached = true,
            Event::Settled(call) => {
                if matches!(call.outcome, RecordedOutcome::Reply(_)) {
                    self.calls.entry(call.id.clone()).or_default().is_replied = true;
                }
            }
            Event::ProgramRan(ran) => self.scan(&ran.scanned),
            Event::Answered(answered) => {
                if let HostAnswer::Hits(hits) = &answered.answer {
                    self.scan(hits.iter().filter_map(RecordedHit::range));
                }
            }
            _ => {}
        }
    }

    fn scan<'a>(&mut self, ranges: impl IntoIterator<Item = &'a SourceRange>) {
        self.scanned.extend(ranges);
        if self.scanned.len() > MERGE_AT {
            merge(&mut self.scanned);
        }
    }

    /// Returns the coverage of the events so far.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let counts = |call: &&Call| call.is_replied && (call.is_reached || !call.is_ahead);
        let given = self.calls.values().filter(counts).flat_map(|call| &call.given);
        let (mut read, mut scanned) = (given.copied().collect(), self.scanned.clone());
        let mut sources: Vec<SourceCoverage> = self
            .sources
            .iter()
            .map(|bytes| SourceCoverage {
                bytes: *bytes,
                ..SourceCoverage::default()
            })
            .collect();
        for (ranges, of) in [
            (
                &mut read,
                (|source| &mut source.read) as fn(&mut SourceCoverage) -> &mut Vec<Range<u64>>,
            ),
            (&mut scanned, |source| &mut source.scanned),
        ] {
            merge(ranges);
            for range in ranges {
                let source = usize::try_from(range.source).ok();
                if let Some(source) = source.and_then(|source| sources.get_mut(source)) {
                    let bytes = source.bytes;
                    add_in_order(of(source), range.start..range.end, bytes);
                }
            }
        }
        Coverage { sources }
    }
}

/// Sorts ranges and merges those that overlap or touch.
fn merge(ranges: &mut Vec<SourceRange>) {
    ranges.sort_unstable();
    ranges.dedup_by(|next, kept| {
        let joins = next.source == kept.source && next.start <= kept.end;
        if joins {
            kept.end = kept.end.max(next.end);
        }
        joins
    });
}

/// Appends a range to a sorted list, merging it with the last one if they touch. The part beyond
/// the end of the source is dropped.
fn add_in_order(ranges: &mut Vec<Range<u64>>, range: Range<u64>, bytes: u64) {
    let end = range.end.min(bytes);
    if range.start >= end {
        return;
    }
    match ranges.last_mut() {
        Some(last) if range.start <= last.end => last.end = last.end.max(end),
        _ => ranges.push(range.start..end),
    }
}

fn length(ranges: &[Range<u64>]) -> u64 {
    let lengths = ranges.iter().map(|range| range.end.saturating_sub(range.start));
    lengths.fold(0, u64::saturating_add)
}
