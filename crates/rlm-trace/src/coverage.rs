//! Which of the context some model has read.

use std::collections::BTreeSet;
use std::ops::Range;

use rlm_model::{CallId, SourceRange};

use crate::{CallOutcome, Event, Record};

/// Which bytes of the context stood in a prompt that a model replied to and that its program came to.
///
/// It counts what a journal keeps as references: pieces of at least [`REFERENCE_BYTES`](crate::REFERENCE_BYTES). What a
/// program itself read or searched is no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// The context's sources, in the order of the run's manifest.
    pub sources: Vec<SourceCoverage>,
}

/// Which bytes of one source some model has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCoverage {
    /// The source's length in bytes.
    pub bytes: u64,
    /// The ranges of bytes that were read: in order, apart from each other, none empty.
    pub read: Vec<Range<u64>>,
}

impl Coverage {
    /// Collects what the calls of a journal were given to read.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record> + Clone) -> Self {
        let unreached = crate::unreached(records.clone());
        let replied = events(records.clone()).filter_map(replied);
        let replied: BTreeSet<&CallId> = replied.filter(|id| !unreached.contains(id)).collect();
        let mut coverage = Self::default();
        let mut given: Vec<SourceRange> = Vec::new();
        for event in events(records) {
            match event {
                Event::RunStarted(started) => {
                    let source = |bytes| SourceCoverage {
                        bytes,
                        read: Vec::new(),
                    };
                    coverage.sources = started.context.iter().map(|context| source(context.bytes)).collect();
                }
                // What is not UTF-8 in its file has another length as text.
                Event::SourceRead(read) => {
                    let source = usize::try_from(read.source).ok();
                    if let Some(source) = source.and_then(|source| coverage.sources.get_mut(source)) {
                        source.bytes = read.bytes;
                    }
                }
                Event::Issued(call) if replied.contains(&call.id) => given.extend(call.messages.references()),
                _ => {}
            }
        }
        given.sort_unstable();
        for range in given {
            let source = usize::try_from(range.source).ok();
            if let Some(source) = source.and_then(|source| coverage.sources.get_mut(source)) {
                source.add_in_order(range.start..range.end);
            }
        }
        coverage
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn read_bytes(&self) -> u64 {
        self.sources
            .iter()
            .map(SourceCoverage::read_bytes)
            .fold(0, u64::saturating_add)
    }

    /// Returns how many bytes the context has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.sources
            .iter()
            .map(|source| source.bytes)
            .fold(0, u64::saturating_add)
    }
}

impl SourceCoverage {
    /// Returns how many bytes were read.
    #[must_use]
    pub fn read_bytes(&self) -> u64 {
        self.read
            .iter()
            .map(|range| range.end.saturating_sub(range.start))
            .fold(0, u64::saturating_add)
    }

    /// Adds a range that begins no earlier than those before it. What lies outside of the source is left out.
    fn add_in_order(&mut self, range: Range<u64>) {
        let end = range.end.min(self.bytes);
        if range.start >= end {
            return;
        }
        match self.read.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(end),
            _ => self.read.push(range.start..end),
        }
    }
}

fn events<'a>(records: impl IntoIterator<Item = &'a Record>) -> impl Iterator<Item = &'a Event> {
    records.into_iter().map(|record| &record.event)
}

fn replied(event: &Event) -> Option<&CallId> {
    match event {
        Event::Settled(call) if matches!(call.outcome, CallOutcome::Reply(_)) => Some(&call.id),
        _ => None,
    }
}
