//! The answer of a run as pieces, each with the passage of the context that it cites.

use rlm_model::SourceRange;
use rlm_trace::{RecordedRun, Tree};

use crate::citations::Answer;
use crate::sources::{Sources, Texts};

/// The maximum number of characters before and after a cited text.
const AROUND: usize = 400;

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
            before: around.before.to_owned(),
            words: around.words.to_owned(),
            after: around.after.to_owned(),
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

/// Returns the piece of an answer between two citations, if there is any text.
fn plain(answer: &Answer<'_>, from: usize, to: usize) -> Option<CitedPiece> {
    let text = answer.text.get(from..to).filter(|text| !text.is_empty())?;
    Some(CitedPiece {
        text: text.to_owned(),
        passage: None,
    })
}
