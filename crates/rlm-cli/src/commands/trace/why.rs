//! `rlm trace --why`: traces the answer back to calls and to ranges of the context.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::outline::Outline;
use rlm_cli_output::run_result::quoted;
use rlm_cli_output::schemas;
use rlm_cli_output::text::{counted, shortened};
use rlm_model::{CallId, RunPath, SourceRange};
use rlm_trace::{AnswerPiece, CallIssued, PieceOrigin, Tree, Why};
use serde_json::json;

use super::call_row::CallRow;
use super::head::run_id;
use super::messages::{ContextText, Place};

/// The maximum number of calls that are shown as the origin of a piece of the answer.
const CALLS: usize = 5;
/// The maximum number of pieces that are shown of an answer.
const PIECES: usize = 60;
/// The maximum depth to which `rlm trace --why` follows child runs.
const DEPTH: usize = 10;
/// The maximum number of characters that are shown of a call's question.
const ASKED_CHARS: usize = 60;

/// Shows the origin of the pieces of a run's answer.
///
/// # Errors
/// [`Failure::NoAnswer`] if the run has no answer.
pub(super) fn show(place: &Place<'_>, with_json: bool, console: Console) -> Result<u8, Failure> {
    let tree = Tree::of(&place.recorded.records);
    let context = ContextText::of(place);
    let why = Why::of(&tree, &RunPath::default()).ok_or_else(|| Failure::NoAnswer {
        run: tree.started.map(|started| started.run.to_string()).unwrap_or_default(),
    })?;
    let shown = Shown {
        tree: &tree,
        rows: CallRow::all(&tree).collect(),
        context: &context,
    };
    if with_json {
        console.json(&shown.json(&why))?;
    } else {
        console.result(&shown.outline(&why, "answer").render(console))?;
    }
    context.warn(console);
    Ok(0)
}

struct Shown<'t, 'a> {
    tree: &'t Tree<'a>,
    /// The rows of all calls, in canonical order.
    rows: Vec<CallRow<'a>>,
    context: &'t ContextText<'t>,
}

impl Shown<'_, '_> {
    fn outline(&self, why: &Why<'_>, what: &str) -> Outline {
        let given = why.turn.map_or_else(
            || ", the best one so far at a limit or a failure".to_owned(),
            |turn| format!(", given in step {turn}"),
        );
        let mut top = Outline::new(format!("{what}{given}: {}", quoted(why.answer)));
        for piece in why.pieces.iter().take(PIECES) {
            top.push(self.piece(why, piece));
        }
        if let Some(more) = why.pieces.len().checked_sub(PIECES).filter(|more| *more > 0) {
            top.push(Outline::new(format!(
                "… and {}; --json lists all",
                counted(more, "more piece")
            )));
        }
        let is_made = |piece: &AnswerPiece| matches!(piece.from, PieceOrigin::Program(_) | PieceOrigin::Output(_));
        if why.pieces.iter().any(is_made) {
            self.asked_before(&why.run).into_iter().for_each(|line| top.push(line));
        }
        top
    }

    /// Returns a line that counts the sub-calls whose replies programs had before the answer. The
    /// journal does not record which replies were used.
    fn asked_before(&self, path: &RunPath) -> Option<Outline> {
        let turns = self.tree.runs.get(path).into_iter().flat_map(|run| &run.turns);
        let asked = turns.filter_map(|(number, turn)| {
            let count = turn.sub_calls().count();
            (count > 0).then(|| format!("{} in step {number}", counted(count, "sub-call")))
        });
        let asked: Vec<String> = asked.collect();
        (!asked.is_empty()).then(|| Outline::new(format!("programs had received the replies of {}", asked.join(", "))))
    }

    fn piece(&self, why: &Why<'_>, piece: &AnswerPiece) -> Outline {
        let words = quoted(why.words(piece));
        match &piece.from {
            PieceOrigin::Cut(citation) => self.of_context(&why.run, citation.range, &words, "cut from the context"),
            PieceOrigin::Quote(range) => self.of_context(&why.run, *range, &words, "found in the context"),
            PieceOrigin::Reply(calls) => match calls.as_slice() {
                [call] => self.call(call, &format!("{words}  from the reply of ")),
                calls => self.calls(calls, &words),
            },
            PieceOrigin::Output(turn) => Outline::new(format!("{words}  printed in step {turn}")),
            PieceOrigin::Program(turn) => Outline::new(format!("{words}  written by the program in step {turn}")),
            PieceOrigin::Unknown => Outline::new(format!("{words}  written by the model")),
        }
    }

    /// Returns the outline of a piece of the answer that occurs in the replies of several calls.
    fn calls(&self, calls: &[CallId], words: &str) -> Outline {
        let count = counted(calls.len(), "call");
        let mut node = Outline::new(format!("{words}  from the replies of {count}"));
        for call in calls.iter().take(CALLS) {
            node.push(self.call(call, ""));
        }
        if let Some(more) = calls.len().checked_sub(CALLS).filter(|more| *more > 0) {
            node.push(Outline::new(format!("… and {}", counted(more, "more call"))));
        }
        node
    }

    fn of_context(&self, run: &RunPath, range: SourceRange, words: &str, how: &str) -> Outline {
        let mut node = Outline::new(format!("{words}  {how}: {}", self.context.location(range)));
        let turns = self.tree.scanners(run, range);
        let turns: Vec<String> = turns.iter().map(ToString::to_string).collect();
        if !turns.is_empty() {
            node.push(Outline::new(format!("read by programs in step {}", turns.join(", "))));
        }
        let calls = self.tree.readers(range);
        for call in calls.iter().take(CALLS) {
            node.push(Outline::new(format!("read by {}", self.asked(call))));
        }
        if let Some(more) = calls.len().checked_sub(CALLS).filter(|more| *more > 0) {
            node.push(Outline::new(format!("… and by {}", counted(more, "more call"))));
        }
        node
    }

    /// Returns the outline of a call whose reply occurs in the answer, with its prompt. A call that
    /// started a child run has the pieces of the child's answer as children.
    fn call(&self, id: &CallId, before: &str) -> Outline {
        let child = id.child_run();
        let why = Some(child).filter(|child| child.depth() <= DEPTH);
        if let Some(why) = why.and_then(|child| Why::of(self.tree, &child)) {
            return self.outline(&why, &format!("{before}{}", self.asked(id)));
        }
        let mut node = Outline::new(format!("{before}{}", self.asked(id)));
        for range in self.given(id).into_iter().take(CALLS) {
            node.push(Outline::new(format!("received {}", self.context.location(range))));
        }
        node
    }

    /// Formats a call with what it asked: `call 1.1.0 “Which city? …”`.
    fn asked(&self, id: &CallId) -> String {
        let row = self.rows.binary_search_by(|row| row.id.cmp(id)).ok();
        let row = row.and_then(|row| self.rows.get(row));
        let asked = row.map(CallRow::asked_text).unwrap_or_default();
        format!("call {id} “{}”", shortened(&asked, ASKED_CHARS))
    }

    fn given(&self, id: &CallId) -> Vec<SourceRange> {
        let issued = self.tree.call(id).and_then(|call| call.issued);
        issued.map(CallIssued::given).unwrap_or_default()
    }

    /// Returns the JSON object of `rlm trace --why`: the answers of the run, and of child runs
    /// whose replies occur in it.
    fn json(&self, why: &Why<'_>) -> schemas::Why {
        let mut answers = Vec::new();
        let mut left = vec![why.run.clone()];
        while let Some(path) = left.pop() {
            let Some(why) = Why::of(self.tree, &path) else { continue };
            let pieces = why.pieces.iter().map(|piece| {
                let replies = match &piece.from {
                    PieceOrigin::Reply(calls) => calls.as_slice(),
                    _ => &[],
                };
                left.extend(
                    replies
                        .iter()
                        .map(CallId::child_run)
                        .filter(|path| self.tree.runs.contains_key(path)),
                );
                self.piece_json(&why, piece)
            });
            let pieces = pieces.collect();
            answers.push(schemas::AnsweredFrom {
                run: why.run.to_string(),
                step: why.turn,
                answer: why.answer.to_owned(),
                pieces,
            });
        }
        schemas::Why {
            run: run_id(self.tree),
            answers,
        }
    }

    fn piece_json(&self, why: &Why<'_>, piece: &AnswerPiece) -> schemas::Piece {
        let place = |range: SourceRange| {
            json!({
                "range": range,
                "location": self.context.location(range),
                "read_by": self.tree.readers(range),
                "steps": self.tree.scanners(&why.run, range),
            })
        };
        let (from, details) = match &piece.from {
            PieceOrigin::Cut(citation) => ("cut", place(citation.range)),
            PieceOrigin::Quote(range) => ("quote", place(*range)),
            PieceOrigin::Reply(calls) => {
                let calls = calls
                    .iter()
                    .map(|call| json!({ "call": call, "given": self.given(call) }));
                ("reply", json!({ "calls": calls.collect::<Vec<_>>() }))
            }
            PieceOrigin::Output(turn) => ("output", json!({ "step": turn })),
            PieceOrigin::Program(turn) => ("program", json!({ "step": turn })),
            PieceOrigin::Unknown => ("unknown", json!({})),
        };
        schemas::Piece {
            at: piece.at,
            bytes: piece.bytes,
            words: why.words(piece).to_owned(),
            from: from.to_owned(),
            details: details.as_object().cloned().unwrap_or_default(),
        }
    }
}
