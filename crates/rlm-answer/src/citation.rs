//! The places of an answer's words in the context.
//!
//! A citation is found in two ways. A piece that the program cut from the context records its
//! origin. A sentence that was written by a model is searched for verbatim in the text that the run
//! has read: the pieces of the context that sub-calls were given, and the output of programs. Every
//! cited text occurs verbatim in the context.

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;
use rlm_context::{Context, Location, Position};
use rlm_model::SourceRange;
use serde::Serialize;
use sift_text::{Origin, Settled, SourceId};
use smol_str::SmolStr;

/// The maximum number of citations of an answer. If there are more, the longest are kept.
pub const MAX_CITATIONS: usize = 1_000;
/// The minimum length in characters of a sentence that is searched for in the context.
const SHORTEST_QUOTE: usize = 20;
/// The maximum number of an answer's sentences that are searched for.
const TRIED_QUOTES: usize = 100;
/// The maximum bytes of the context that are searched for the sentences of an answer.
const SEARCHED_BYTES: usize = 512 << 20;
/// The maximum bytes of program output that are kept for the search.
const PRINTED_BYTES: usize = 8 << 20;
/// The maximum number of separate ranges that are kept per document; above it, ranges are merged.
const MOST_RANGES: usize = 4_096;

/// A piece of an answer and its place in the context, which contains it verbatim. Whitespace,
/// quotation marks and dashes of quotes may differ.
///
/// ```
/// use rlm_answer::{Attribution, Evidence};
/// use rlm_context::{Context, DEFAULT_SEPARATOR};
/// use sift_text::Text;
///
/// let minutes = [("january.md", "The roof leaks.\n"), ("march.md", "Agreed:\nthe roof is mended in May.\n")];
/// let context = Context::from_documents(minutes, DEFAULT_SEPARATOR)?;
/// // A program printed the line that the answer repeats.
/// let mut evidence = Evidence::default();
/// evidence.print("the roof is mended in May.");
/// let answer = Text::new("the roof is mended in May.");
/// let settled = answer.settled().expect("nothing is pending");
/// let found = Attribution::find(settled, "What was agreed?", &context, &mut evidence);
///
/// assert_eq!(found.citations[0].quote, "the roof is mended in May.");
/// assert_eq!(found.citations[0].location().to_string(), "march.md:2:1-26");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Citation {
    /// The name of the document that contains the piece.
    pub document: SmolStr,
    /// The page of the piece's first character, from 1; `None` if the document has no pages. Line
    /// numbers start over on each page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_start: Option<u64>,
    /// The page of the piece's last character, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_end: Option<u64>,
    /// The section of the piece's first character, such as the name of a sheet or `slide 4`; `None`
    /// if the document has no named sections. Line numbers start over in each section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_start: Option<SmolStr>,
    /// The section of the piece's last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_end: Option<SmolStr>,
    /// The cell of the piece's first character, such as `C12`, if the section is a sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell_start: Option<SmolStr>,
    /// The cell of the piece's last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell_end: Option<SmolStr>,
    /// The line of the piece's first character, from 1.
    pub line_start: u64,
    /// The line of the piece's last character, from 1.
    pub line_end: u64,
    /// The column of the piece's first character, from 1.
    pub column_start: u64,
    /// The column of the piece's last character, from 1.
    pub column_end: u64,
    /// The words of the piece, as they occur in the context.
    pub quote: String,
    /// Whether the context contains the piece at this place; always `true` for a citation.
    pub verified: bool,
    /// The byte offset of the piece in the answer.
    #[serde(skip)]
    pub at: u64,
    /// The byte range of the piece in the context.
    #[serde(skip)]
    pub range: SourceRange,
}

/// The text that a run has read, in which the words of its answer are searched for: pieces of the
/// context that sub-calls were given, and the output of programs.
#[derive(Debug, Default)]
pub struct Evidence {
    given: BTreeMap<u32, Vec<Range<usize>>>,
    printed: Vec<String>,
    printed_bytes: usize,
}

impl Evidence {
    /// Records a piece of the context that a sub-call was given.
    pub fn give(&mut self, range: SourceRange) {
        let (Ok(start), Ok(end)) = (usize::try_from(range.start), usize::try_from(range.end)) else {
            return;
        };
        let ranges = self.given.entry(range.source).or_default();
        match ranges.last_mut() {
            Some(last) if start <= last.end && end >= last.start => *last = last.start.min(start)..last.end.max(end),
            _ => ranges.push(start..end),
        }
        if ranges.len() > MOST_RANGES {
            merge(ranges);
        }
    }

    /// Returns the byte ranges of the context that sub-calls were given, by document.
    pub(crate) const fn given(&self) -> &BTreeMap<u32, Vec<Range<usize>>> {
        &self.given
    }

    /// Records the output of a program. Once 8 MiB are exceeded, further output is ignored.
    pub fn print(&mut self, text: &str) {
        if !text.is_empty() && self.printed_bytes < PRINTED_BYTES {
            self.printed_bytes = self.printed_bytes.saturating_add(text.len());
            self.printed.push(text.to_owned());
        }
    }
}

fn merge(ranges: &mut Vec<Range<usize>>) {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.drain(..) {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    // If there are still too many, the gaps count as read too, since a citation is verified anyway.
    if merged.len() > MOST_RANGES / 2
        && let (Some(first), Some(last)) = (merged.first(), merged.last())
    {
        let whole = first.start..last.end;
        merged.clear();
        merged.push(whole);
    }
    *ranges = merged;
}

/// Returns the citations of an answer: at most [`MAX_CITATIONS`], in the order of the documents.
pub(crate) fn cite(answer: Settled<'_>, context: &Context, evidence: &mut Evidence) -> Vec<Citation> {
    let flat = answer.to_flat();
    let mut found: Vec<(usize, SourceRange)> = cut_from_context(answer, &flat);
    evidence.given.values_mut().for_each(merge);
    let mut search = Search {
        context,
        evidence,
        budget: SEARCHED_BYTES,
    };
    let covered: Vec<Range<usize>> = found
        .iter()
        .map(|(at, range)| *at..at.saturating_add(length(*range)))
        .collect();
    let quotes = quotes(&flat).filter(|(at, quote)| {
        !covered
            .iter()
            .any(|cut| cut.start <= *at && at + quote.len() <= cut.end)
    });
    for (at, quote) in quotes.take(TRIED_QUOTES) {
        if let Some(range) = search.find(quote) {
            found.push((at, range));
        }
    }
    // The longest pieces are the most significant.
    found.sort_by_key(|(_, range)| std::cmp::Reverse(length(*range)));
    found.dedup_by_key(|(_, range)| *range);
    found.truncate(MAX_CITATIONS);
    found.sort_by_key(|(_, range)| (range.source, range.start));
    found
        .into_iter()
        .filter_map(|(at, range)| citation(at, range, &flat, context))
        .collect()
}

fn length(range: SourceRange) -> usize {
    usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX)
}

/// Returns the pieces of an answer that a program cut from the context, each with its offset in the
/// answer and its range in the context. Leading and trailing whitespace is removed.
fn cut_from_context(answer: Settled<'_>, flat: &str) -> Vec<(usize, SourceRange)> {
    let spans = answer.origins().filter_map(|span| match span.origin {
        Origin::Source(SourceId(source)) => {
            let text = flat.get(span.range.clone())?;
            let lead = text.len() - text.trim_start().len();
            let text = text.trim();
            let start = (span.start + lead) as u64;
            text.chars().any(char::is_alphanumeric).then_some((
                span.range.start + lead,
                SourceRange {
                    source,
                    start,
                    end: start + text.len() as u64,
                },
            ))
        }
        Origin::Program | Origin::Host | Origin::Reply(_) => None,
    });
    spans.collect()
}

/// Yields the parts of an answer to search for, longer units first: lines, sentences, and text
/// between quotation marks.
fn quotes(answer: &str) -> impl Iterator<Item = (usize, &str)> {
    let units = lines(answer).flat_map(|(at, line)| {
        let sentences = split(line, &['.', '!', '?', ';']).map(move |(inner, text)| (at + inner, text));
        let quoted = split(line, &['"', '“', '”', '«', '»']).map(move |(inner, text)| (at + inner, text));
        std::iter::once((at, line)).chain(sentences).chain(quoted)
    });
    let mut seen = std::collections::BTreeSet::new();
    units
        .map(|(at, text)| {
            const MARKS: &[char] = &[
                '"', '“', '”', '\'', '«', '»', '*', '-', '>', '`', ' ', '\t', '\r', '\n', '(', ')',
            ];
            let trimmed = text.trim_start_matches(MARKS);
            let at = at + (text.len() - trimmed.len());
            (at, trimmed.trim_end_matches(MARKS))
        })
        .filter(|(_, text)| text.chars().nth(SHORTEST_QUOTE - 1).is_some())
        .filter(move |(at, text)| seen.insert((*at, text.len())))
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// Splits a line after each of the given punctuation marks, which are kept.
fn split<'t>(line: &'t str, marks: &'static [char]) -> impl Iterator<Item = (usize, &'t str)> {
    let mut at = 0;
    line.split_inclusive(marks).map(move |piece| {
        let start = at;
        at += piece.len();
        (start, piece)
    })
}

/// A search for parts of an answer in the text that the run has read.
struct Search<'a> {
    context: &'a Context,
    evidence: &'a Evidence,
    budget: usize,
}

impl Search<'_> {
    fn find(&mut self, quote: &str) -> Option<SourceRange> {
        self.in_given(quote).or_else(|| self.in_printed(quote))
    }

    fn in_given(&mut self, quote: &str) -> Option<SourceRange> {
        for (source, ranges) in &self.evidence.given {
            let Some(document) = self.context.document(SourceId(*source)) else {
                continue;
            };
            for range in ranges {
                let Some(text) = document.as_str().get(range.clone()) else {
                    continue;
                };
                self.budget = self.budget.checked_sub(text.len())?;
                if let Some(at) = memmem::find(text.as_bytes(), quote.as_bytes()) {
                    return Some(place(*source, range.start + at, quote));
                }
            }
        }
        None
    }

    fn in_printed(&mut self, quote: &str) -> Option<SourceRange> {
        self.evidence.printed.iter().find(|text| text.contains(quote))?;
        for document in self.context.documents() {
            self.budget = self.budget.checked_sub(document.as_str().len())?;
            if let Some(at) = memmem::find(document.as_str().as_bytes(), quote.as_bytes()) {
                return Some(place(document.id().0, at, quote));
            }
        }
        None
    }
}

fn place(source: u32, start: usize, quote: &str) -> SourceRange {
    SourceRange {
        source,
        start: start as u64,
        end: (start + quote.len()) as u64,
    }
}

fn citation(at: usize, range: SourceRange, answer: &str, context: &Context) -> Option<Citation> {
    let bytes = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
    let source = context.document(SourceId(range.source))?;
    let quote = source.as_str().get(bytes.clone())?;
    // Both kinds of places should guarantee this; a wrong citation is worse than none.
    if answer.get(at..at.checked_add(quote.len())?)? != quote {
        return None;
    }
    let location = source.locate(bytes)?;
    Some(Citation::of(location, quote.to_owned(), at as u64, range))
}

impl Citation {
    /// Returns the location of the cited piece, which displays as `name:line:columns`.
    #[must_use]
    pub fn location(&self) -> Location {
        Location {
            document: self.document.clone(),
            start: Position {
                page: self.page_start,
                section: self.section_start.clone(),
                cell: self.cell_start.clone(),
                line: self.line_start,
                column: self.column_start,
            },
            end: Position {
                page: self.page_end,
                section: self.section_end.clone(),
                cell: self.cell_end.clone(),
                line: self.line_end,
                column: self.column_end,
            },
        }
    }

    /// Creates a citation from the cited words, their location in the context, and their offset in
    /// the answer.
    pub(crate) fn of(location: Location, quote: String, at: u64, range: SourceRange) -> Self {
        Self {
            document: location.document,
            page_start: location.start.page,
            page_end: location.end.page,
            section_start: location.start.section,
            section_end: location.end.section,
            cell_start: location.start.cell,
            cell_end: location.end.cell,
            line_start: location.start.line,
            line_end: location.end.line,
            column_start: location.start.column,
            column_end: location.end.column,
            quote,
            verified: true,
            at,
            range,
        }
    }
}
