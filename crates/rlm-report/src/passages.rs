//! The answer of a run as pieces, each with the passage of the context that it cites.

use rlm_model::SourceRange;
use rlm_trace::{RecordedRun, Tree};

use crate::citations::Answer;
use crate::sources::{Sources, Texts};

/// The maximum number of characters before and after a cited text.
const AROUND: usize = 160;

/// A piece of an answer. All pieces of an answer, in order, are the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedPiece {
    /// The text of the piece.
    pub text: String,
    /// The passage of the context that the piece cites, if any.
    pub passage: Option<Passage>,
}

/// A passage of the context that an answer cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The range of the cited text.
    pub range: SourceRange,
    /// The page or section of the cited text with the name of its document, if it has any.
    pub section: Option<String>,
    /// The cited text with its surroundings. `None` if the text of the context is not available.
    pub quote: Option<PassageText>,
}

/// The text of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageText {
    /// The line of the cited text in its document, counted from 1.
    pub line: usize,
    /// The text before the cited text.
    pub before: String,
    /// The cited text.
    pub words: String,
    /// The text after the cited text.
    pub after: String,
}

/// Returns the pieces of a run's answer, or no piece if it has no answer.
///
/// ```
/// use rlm_report::{Sources, cited_pieces};
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/minutes.jsonl")?;
/// let pieces = cited_pieces(&run, &Sources::none("the minutes were moved"));
/// assert!(pieces.iter().any(|piece| piece.passage.is_some()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn cited_pieces(run: &RecordedRun, sources: &Sources<'_>) -> Vec<CitedPiece> {
    let tree = Tree::of(&run.records);
    let Some(answer) = Answer::of(&tree) else {
        return Vec::new();
    };
    let texts = Texts::of(sources);
    let mut pieces = Vec::new();
    let mut from = 0;
    for citation in &answer.citations {
        let Some(text) = answer.text.get(citation.piece.clone()) else {
            continue;
        };
        pieces.extend(plain(&answer, from, citation.piece.start));
        let quote = texts.around(citation.range, AROUND).map(|around| PassageText {
            line: around.line,
            before: without_first_word(around.before),
            words: around.words.to_owned(),
            after: without_last_word(around.after),
        });
        pieces.push(CitedPiece {
            text: text.to_owned(),
            passage: Some(Passage {
                range: citation.range,
                section: citation.section.clone(),
                quote,
            }),
        });
        from = citation.piece.end;
    }
    pieces.extend(plain(&answer, from, answer.text.len()));
    pieces
}

/// Returns the text before a quote. If its line was cut, it starts with a whole word.
fn without_first_word(text: &str) -> String {
    match text.split_once(' ') {
        Some((_, rest)) if text.chars().count() >= AROUND => format!("… {rest}"),
        _ => text.to_owned(),
    }
}

/// Returns the text after a quote. If its line was cut, it ends with a whole word.
fn without_last_word(text: &str) -> String {
    match text.rsplit_once(' ') {
        Some((rest, _)) if text.chars().count() >= AROUND => format!("{rest} …"),
        _ => text.to_owned(),
    }
}

/// Returns the piece of an answer between two citations, if there is any text.
fn plain(answer: &Answer<'_>, from: usize, to: usize) -> Option<CitedPiece> {
    let text = answer.text.get(from..to).filter(|text| !text.is_empty())?;
    Some(CitedPiece {
        text: text.to_owned(),
        passage: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_start_and_end_with_whole_words() {
        assert_eq!(without_first_word("a short line"), "a short line");
        let long = "word ".repeat(AROUND);
        assert!(without_first_word(&long).starts_with("… word word"));
        assert!(without_last_word(&format!("{long}wo")).ends_with("word …"));
        assert_eq!(without_last_word("a short line"), "a short line");
    }
}
