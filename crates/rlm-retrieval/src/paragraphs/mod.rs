//! Ranks the paragraphs of retrieved passages.
//!
//! The index ranks passages of up to 2,000 characters. A reader wants the paragraph in them. Its
//! score counts the words of the query in the paragraph, how close together they are, and, with a
//! lower weight, the words in its headings, its neighbours and the name of its document.

mod score;
mod split;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use rlm_context::Document;

use self::score::Scorer;
use self::split::{Paragraph, paragraphs};
use crate::query::Query;

/// The text before and after a passage that is searched for headings and for the ends of
/// paragraphs, in bytes.
const MARGIN: usize = 8 << 10;
/// The extensions of files whose lines with a `#` are comments, not headings.
const CODE: [&str; 41] = [
    "bash", "c", "cc", "cfg", "conf", "cpp", "cs", "css", "ex", "go", "h", "hpp", "hs", "ini", "java", "jl", "js",
    "json", "jsx", "kt", "lua", "ml", "nix", "php", "pl", "proto", "py", "r", "rb", "rs", "scala", "sh", "sql",
    "swift", "tf", "toml", "ts", "tsx", "yaml", "yml", "zig",
];

/// A paragraph with its score.
pub(crate) struct ScoredParagraph {
    /// The byte range of the paragraph in its document.
    pub(crate) range: Range<usize>,
    /// The score, higher is better.
    pub(crate) score: f64,
}

/// Ranks paragraphs of passages by the words of a query.
pub(crate) struct ParagraphRanker<'q> {
    scorer: Scorer<'q>,
}

impl<'q> ParagraphRanker<'q> {
    /// Creates a ranker for a query. `weights` has the inverse document frequency of each term.
    pub(crate) fn new(query: &'q Query, weights: Vec<f64>) -> Self {
        Self {
            scorer: Scorer::new(query, weights),
        }
    }

    /// Returns the paragraphs of a passage that are relevant to the query, in text order.
    pub(crate) fn paragraphs_of(&mut self, document: &Document, passage: &Range<usize>) -> Vec<ScoredParagraph> {
        let text = document.as_str();
        let start = line_start(text, passage.start.saturating_sub(MARGIN));
        let end = line_end(text, (passage.end + MARGIN).min(text.len()));
        let Some(region) = text.get(start..end) else {
            return Vec::new();
        };
        let all = paragraphs(region, is_prose(document.name()));
        let is_inside = |paragraph: &Paragraph| {
            paragraph.range.start + start < passage.end && passage.start < paragraph.range.end + start
        };
        let title = format!("{} {}", document.name(), first_line(text));
        let mut scored = Vec::new();
        for (at, paragraph) in all.iter().enumerate() {
            if !is_inside(paragraph) {
                continue;
            }
            let text_of = |paragraph: &Paragraph| region.get(paragraph.range.clone()).unwrap_or_default();
            let headings = paragraph.headings.iter().filter_map(|range| region.get(range.clone()));
            let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
            let neighbours = neighbours
                .filter_map(|at| all.get(at))
                .filter(|other| other.headings == paragraph.headings);
            let score = self.scorer.score(
                text_of(paragraph),
                &headings.collect::<Vec<_>>().join("\n"),
                &neighbours.map(text_of).collect::<Vec<_>>().join("\n"),
                &title,
            );
            scored.extend(score.map(|score| ScoredParagraph {
                range: paragraph.range.start + start..paragraph.range.end + start,
                score,
            }));
        }
        scored
    }
}

/// Keeps the best paragraphs of all passages, best first; equal scores are in text order.
pub(crate) fn best<P: Ord + Clone>(scored: Vec<(P, ScoredParagraph)>, top_k: usize) -> Vec<(P, ScoredParagraph)> {
    // Neighbouring passages share a paragraph that spans their border.
    let distinct: BTreeMap<(P, usize), ScoredParagraph> = scored
        .into_iter()
        .map(|(document, paragraph)| ((document, paragraph.range.start), paragraph))
        .collect();
    let mut ranked: Vec<_> = distinct
        .into_iter()
        .map(|((document, _), paragraph)| (document, paragraph))
        .collect();
    ranked.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    ranked.truncate(top_k);
    ranked
}

fn is_prose(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_none_or(|extension| !CODE.contains(&extension.to_ascii_lowercase().as_str()))
}

fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// Returns the start of the first line that begins at or after an offset; 0 for 0.
fn line_start(text: &str, from: usize) -> usize {
    let from = text.ceil_char_boundary(from);
    if from == 0 {
        return 0;
    }
    let rest = text.get(from..).unwrap_or_default();
    rest.find('\n').map_or(from, |newline| from + newline + 1)
}

/// Returns the end of the line that contains an offset.
fn line_end(text: &str, from: usize) -> usize {
    let from = text.floor_char_boundary(from);
    let rest = text.get(from..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |newline| from + newline + 1)
}
