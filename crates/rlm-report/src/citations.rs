//! The answer of a run with its citations and the quotes that were not found.

use std::ops::Range;

use rlm_model::SourceRange;
use rlm_trace::{FinalValue, RecordedCitation, Tree};

use crate::bounds::SOURCES;
use crate::markdown::{Mark, MarkKind};

/// The answer of a run, with the pieces of it that occur in the context.
pub(crate) struct Answer<'a> {
    pub(crate) text: &'a str,
    /// The citations in the order of the answer. Their numbers are their positions, from 1.
    pub(crate) citations: Vec<Citation>,
    /// The quotes that were not found in the context.
    pub(crate) unfound: Vec<Unfound>,
    /// The marks of both, sorted and disjoint.
    pub(crate) marks: Vec<Mark>,
}

/// A piece of the answer that occurs in the context.
pub(crate) struct Citation {
    pub(crate) number: usize,
    pub(crate) piece: Range<usize>,
    pub(crate) range: SourceRange,
    /// The page or the named section of the piece with its document, if it has any.
    pub(crate) section: Option<String>,
}

/// A quote in the answer that was not found in the context.
pub(crate) struct Unfound {
    pub(crate) piece: Range<usize>,
    /// Whether the quote was searched for.
    pub(crate) looked_for: bool,
}

/// A piece of the answer, with its place in the context or whether it was searched for.
type Piece = (Range<usize>, Result<(SourceRange, Option<String>), bool>);

impl<'a> Answer<'a> {
    /// Returns the answer of a run, or `None` if there is none.
    pub(crate) fn of(tree: &Tree<'a>) -> Option<Self> {
        let root = tree.root()?;
        let text = root.outcome?.answer.as_deref()?;
        let value = root.turns.values().rev().find_map(|turn| turn.final_value);
        let pieces = value
            .filter(|value| value.value == text)
            .map(pieces)
            .unwrap_or_default();
        let mut answer = Self {
            text,
            citations: Vec::new(),
            unfound: Vec::new(),
            marks: Vec::new(),
        };
        for (piece, found) in pieces {
            let kind = match found {
                Ok((range, section)) => {
                    let number = answer.citations.len() + 1;
                    answer.citations.push(Citation {
                        number,
                        piece: piece.clone(),
                        range,
                        section,
                    });
                    MarkKind::Source(number)
                }
                Err(looked_for) => {
                    answer.unfound.push(Unfound {
                        piece: piece.clone(),
                        looked_for,
                    });
                    MarkKind::Unfound
                }
            };
            answer.marks.push(Mark { piece, kind });
        }
        Some(answer)
    }

    /// Returns the text of a piece of the answer, without white space at its ends.
    pub(crate) fn words(&self, piece: &Range<usize>) -> &'a str {
        self.text.get(piece.clone()).unwrap_or_default().trim()
    }
}

/// Returns the cited and quoted pieces of an answer, sorted and disjoint. If pieces overlap,
/// citations take precedence over quotes.
fn pieces(value: &FinalValue) -> Vec<Piece> {
    let cited = value.citations.iter().filter_map(|citation| {
        let length = citation.range.end.checked_sub(citation.range.start)?;
        Some((piece(citation.at, length)?, Ok((citation.range, section(citation)))))
    });
    let quoted = value.quotes.iter().filter_map(|quote| {
        let found = match (quote.verdict.as_str(), quote.range) {
            ("verbatim" | "verified", Some(range)) => Ok((range, None)),
            ("unverified", _) => Err(true),
            ("not_looked_for", _) => Err(false),
            _ => return None,
        };
        Some((piece(quote.at, quote.bytes)?, found))
    });
    let mut pieces: Vec<Piece> = Vec::new();
    for (piece, found) in cited.chain(quoted).take(SOURCES) {
        let is_apart = |(other, _): &Piece| piece.end <= other.start || other.end <= piece.start;
        let words = value.value.get(piece.clone()).unwrap_or_default();
        if !words.trim().is_empty() && pieces.iter().all(is_apart) {
            pieces.push((piece, found));
        }
    }
    pieces.sort_by_key(|(piece, _)| piece.start);
    pieces
}

/// Returns the page or the named section of a citation, such as `costs.xlsx, Costs!C12`.
fn section(citation: &RecordedCitation) -> Option<String> {
    match (&citation.section, citation.page) {
        (Some(section), _) => Some(format!("{}, {section}", citation.name)),
        (None, Some(page)) => Some(format!("{}, page {page}", citation.name)),
        (None, None) => None,
    }
}

fn piece(at: u64, bytes: u64) -> Option<Range<usize>> {
    let at = usize::try_from(at).ok()?;
    Some(at..at.checked_add(usize::try_from(bytes).ok()?)?)
}
