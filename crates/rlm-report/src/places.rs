//! Names ranges of the context as a person finds them: `minutes/2024-02.md:101-104`.

use std::collections::{BTreeMap, BTreeSet};

use rlm_model::SourceRange;
use rlm_trace::Tree;

use crate::bounds::LINE;
use crate::figures::shortened;
use crate::sources::Texts;

/// The maximum number of offsets whose lines are counted.
const OFFSETS: usize = 40_000;

/// The names of the context's sources, and the lines of the ranges that the run refers to.
#[derive(Debug, Default)]
pub(crate) struct Places<'a> {
    sources: Vec<(&'a str, u64)>,
    is_private: bool,
    lines: BTreeMap<(u32, u64), u64>,
}

impl<'a> Places<'a> {
    /// Counts the lines of all ranges that calls were given or the answer cites.
    pub(crate) fn of(tree: &Tree<'a>, texts: &Texts<'_>, is_private: bool) -> Self {
        let sources = tree
            .started
            .map(|started| started.context.as_slice())
            .unwrap_or_default();
        let mut offsets: BTreeSet<(u32, u64)> = BTreeSet::new();
        for range in ranges(tree) {
            if offsets.len() >= OFFSETS {
                break;
            }
            // The last byte of a range may be the end of its last line.
            offsets.extend([
                (range.source, range.start),
                (range.source, range.end.saturating_sub(1).max(range.start)),
            ]);
        }
        let mut lines = BTreeMap::new();
        let (mut source, mut at, mut line) = (None, 0, 1);
        for (of, offset) in offsets {
            if source != Some(of) {
                (source, at, line) = (Some(of), 0, 1);
            }
            let Some(text) = texts.words(SourceRange {
                source: of,
                start: at,
                end: offset,
            }) else {
                continue;
            };
            line += text.bytes().filter(|byte| *byte == b'\n').count() as u64;
            at = offset;
            lines.insert((of, offset), line);
        }
        Self {
            sources: sources.iter().map(|source| (&*source.name, source.bytes)).collect(),
            is_private,
            lines,
        }
    }

    /// Returns the name of a source of the context by its index, in one line. Sources of a private
    /// page are numbered.
    pub(crate) fn source(&self, source: u32) -> String {
        match self.get(source) {
            _ if self.is_private => format!("document {}", u64::from(source) + 1),
            Some((name, _)) => shortened(name, LINE),
            None => "?".to_owned(),
        }
    }

    fn get(&self, source: u32) -> Option<&(&'a str, u64)> {
        self.sources.get(usize::try_from(source).ok()?)
    }

    /// Returns a range of the context by its source and its lines, by its bytes if its text is not
    /// available, or by its source alone if it is all of it.
    pub(crate) fn name(&self, range: SourceRange) -> String {
        let source = self.source(range.source);
        if range.start == 0 && self.get(range.source).is_some_and(|(_, bytes)| range.end >= *bytes) {
            return source;
        }
        let last = range.end.saturating_sub(1).max(range.start);
        let line = |at| self.lines.get(&(range.source, at));
        match (line(range.start), line(last)) {
            (Some(first), Some(last)) if first == last => format!("{source}:{first}"),
            (Some(first), Some(last)) => format!("{source}:{first}-{last}"),
            _ => format!("{source}, bytes {} to {}", range.start, range.end),
        }
    }

    /// Returns the name of several ranges: from the first to the last if they are of one source,
    /// else the first and a count.
    pub(crate) fn names(&self, ranges: &[SourceRange]) -> Option<String> {
        let (first, more) = ranges.split_first()?;
        if more.iter().all(|range| range.source == first.source) {
            let start = ranges.iter().map(|range| range.start).min()?;
            let end = ranges.iter().map(|range| range.end).max()?;
            return Some(self.name(SourceRange { start, end, ..*first }));
        }
        let name = self.name(*first);
        Some(match more.len() {
            0 => name,
            more => format!("{name} and {more} more"),
        })
    }
}

/// Returns the ranges of the context that calls were given or the answer cites.
fn ranges<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = SourceRange> + 't {
    let turns = tree.runs.values().flat_map(|run| run.turns.values());
    turns.flat_map(|turn| {
        let calls = turn.calls.values().flat_map(|call| {
            let issued = call.issued.map(rlm_trace::CallIssued::given);
            issued
                .or_else(|| call.child.map(rlm_trace::ChildStarted::given))
                .unwrap_or_default()
        });
        let value = turn.final_value.into_iter().flat_map(|value| {
            let quotes = value.quotes.iter().filter_map(|quote| quote.range);
            value.citations.iter().map(|citation| citation.range).chain(quotes)
        });
        calls.chain(value)
    })
}
