//! The origins of the pieces of an answer: the context, replies, program output, or the program
//! that assembled it.
//!
//! Pieces cut from the context are known from the journal's citations. All other origins are found
//! by text search: a piece of the answer that occurs in a reply most likely came from it, but this
//! is no proof. A short word may occur by chance.

use std::collections::BTreeMap;
use std::ops::Range;

use rlm_model::{CallId, Position, RunPath, SourceRange};
use serde::Serialize;

use crate::{FinalValue, ProgramEnd, RecordedCitation, RunNode, StepKind, Tree, TurnNode, run_path};

/// The minimum length, in characters, of a reply that is searched for in an answer.
const SHORTEST_REPLY: usize = 3;
/// The minimum length, in characters, of an answer's line that is searched for in the journal.
const SHORTEST_LINE: usize = 16;
/// The maximum number of bytes of replies, output and programs that are searched for one answer.
const SEARCHED_BYTES: usize = 256 << 20;
/// The maximum length, in bytes, of an answer whose pieces are searched for.
const LONGEST_ANSWER: usize = 1 << 20;

/// An explanation of a run's answer: its text with the origins of its pieces.
///
/// ```
/// use rlm_model::RunPath;
/// use rlm_trace::{PieceOrigin, RecordedRun, Tree, Why};
///
/// let run = RecordedRun::read("../../examples/recorded/minutes.jsonl")?;
/// let tree = Tree::of(&run.records);
/// let why = Why::of(&tree, &RunPath::default()).ok_or("no answer")?;
/// let cut = |piece: &&rlm_trace::AnswerPiece| matches!(piece.from, PieceOrigin::Cut(_));
/// let piece = why.pieces.iter().find(cut).ok_or("nothing was cut")?;
/// let PieceOrigin::Cut(citation) = &piece.from else { unreachable!() };
/// assert_eq!(citation.name, "minutes/2024-02.md");
/// assert!(why.answer.contains(why.words(piece)));
/// // Which programs looked at that place themselves?
/// assert_eq!(tree.scanners(&why.run, citation.range), [1, 2, 3, 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why<'a> {
    /// The path of the run that gave the answer.
    #[serde(with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn that set the answer. `None` if a limit ended the run without a final value.
    pub turn: Option<u32>,
    /// The text of the answer that is explained.
    pub answer: &'a str,
    /// The pieces of the answer in order, without overlaps. White space between pieces is omitted.
    pub pieces: Vec<AnswerPiece>,
}

/// A piece of an answer with its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerPiece {
    /// The offset of the piece's first byte in the answer.
    pub at: u64,
    /// The length of the piece in bytes.
    pub bytes: u64,
    /// The origin of the piece.
    pub from: PieceOrigin,
}

/// The origin of a piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceOrigin {
    /// The piece was cut from the context. Holds the recorded citation.
    Cut(RecordedCitation),
    /// The piece is a quote that occurs in the context. Holds the range of the context.
    Quote(SourceRange),
    /// The piece occurs in the replies of these calls: of sub-models, child runs, or the root model
    /// that answered directly.
    Reply(Vec<CallId>),
    /// The piece occurs in the printed output of the program of this turn.
    Output(u32),
    /// The piece occurs in the program of this turn, or the program assembled it.
    Program(u32),
    /// The piece occurs nowhere in the journal.
    Unknown,
}

impl<'a> Why<'a> {
    /// Finds the origins of the pieces of a run's answer. Returns `None` if the run has no answer.
    #[must_use]
    pub fn of(tree: &Tree<'a>, path: &RunPath) -> Option<Self> {
        let run = tree.runs.get(path)?;
        let given = run
            .turns
            .iter()
            .rev()
            .find_map(|(turn, node)| Some((*turn, node, node.final_value?)));
        let ended = run.outcome.and_then(|ended| ended.answer.as_deref());
        let (turn, answer, value) = match (given, ended) {
            (Some((turn, _, value)), Some(ended)) if value.value == ended => (Some(turn), ended, Some(value)),
            (_, Some(ended)) => (None, ended, None),
            (Some((turn, _, value)), None) if run.outcome.is_none() => (Some(turn), &*value.value, Some(value)),
            (_, None) => return None,
        };
        let mut search = Search::new(answer);
        let mut replies = replies(tree, run, path, turn);
        if answer.len() > LONGEST_ANSWER {
            replies.clear();
        }
        // A piece that a child run cut from the context is attributed to that run's answer first.
        search.take_replies(&of_child_runs(tree, &replies));
        if let Some(value) = value {
            search.take_places(value);
        }
        if let Some(value) = tree.final_value().filter(|_| !run_path::is_root(path)) {
            search.take_places_of(value);
        }
        search.take_replies(&replies);
        search.take_lines(run, &replies);
        let rest = turn.map_or(PieceOrigin::Unknown, |turn| rest(run, path, turn));
        Some(Self {
            run: path.clone(),
            turn,
            answer,
            pieces: search.pieces(&rest),
        })
    }

    /// Returns the text of a piece of the answer.
    #[must_use]
    pub fn words(&self, piece: &AnswerPiece) -> &'a str {
        bytes(piece.at, piece.bytes)
            .and_then(|range| self.answer.get(range))
            .unwrap_or_default()
    }
}

impl<'a> Tree<'a> {
    /// Returns the last final value of the root run.
    fn final_value(&self) -> Option<&'a FinalValue> {
        self.root()?.turns.values().rev().find_map(|turn| turn.final_value)
    }

    /// Returns the calls whose prompts held a part of `range` of the context, as recorded in the
    /// journal.
    ///
    /// ```
    /// # use rlm_model::SourceRange;
    /// # use rlm_trace::{RecordedRun, Tree};
    /// # let journal = "../../examples/recorded/reviews.jsonl";
    /// let run = RecordedRun::read(journal)?;
    /// let calls = Tree::of(&run.records).readers(SourceRange { source: 0, start: 40, end: 60 });
    /// assert_eq!(calls, ["1.1.0".parse()?]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn readers(&self, range: SourceRange) -> Vec<CallId> {
        let calls = self.runs.iter().flat_map(|(path, run)| {
            let calls = run.calls().filter(|(_, call)| {
                let issued = call
                    .issued
                    .is_some_and(|issued| issued.given().into_iter().any(|given| overlap(given, range)));
                let child = call
                    .child
                    .is_some_and(|child| child.given().into_iter().any(|given| overlap(given, range)));
                issued || child
            });
            calls.map(|(position, _)| call_id(path, *position))
        });
        calls.collect()
    }

    /// Returns the turns of a run whose programs looked at a part of `range` of the context.
    #[must_use]
    pub fn scanners(&self, path: &RunPath, range: SourceRange) -> Vec<u32> {
        let turns = self.runs.get(path).into_iter().flat_map(|run| &run.turns);
        let scanned = turns.filter(|(_, turn)| {
            turn.ran
                .is_some_and(|ran| ran.scanned.iter().any(|scanned| overlap(*scanned, range)))
        });
        scanned.map(|(turn, _)| *turn).collect()
    }
}

fn overlap(a: SourceRange, b: SourceRange) -> bool {
    a.source == b.source && a.start < b.end && b.start < a.end
}

fn call_id(path: &RunPath, position: Position) -> CallId {
    CallId {
        run: path.clone(),
        position,
    }
}

/// Returns `true` if a turn's program set the run's final value, rather than a reply of the root
/// model.
fn is_of_program(turn: &TurnNode<'_>) -> bool {
    turn.ran.is_some_and(|ran| ran.end != ProgramEnd::Raised)
}

/// Returns the origin of the pieces of an answer that were not found elsewhere: the program of the
/// turn, or its root model's reply.
fn rest(run: &RunNode<'_>, path: &RunPath, turn: u32) -> PieceOrigin {
    let given = run.turns.get(&turn);
    let root = given.and_then(|node| node.calls.first_key_value());
    match (given.is_some_and(is_of_program), root) {
        (true, _) => PieceOrigin::Program(turn),
        (false, Some((position, _))) => PieceOrigin::Reply(vec![call_id(path, *position)]),
        (false, None) => PieceOrigin::Unknown,
    }
}

/// Returns the replies that may be the origin of a piece of an answer, keyed by text. Several calls
/// may have the same reply.
fn replies<'a>(
    tree: &Tree<'a>,
    run: &RunNode<'a>,
    path: &RunPath,
    given: Option<u32>,
) -> BTreeMap<&'a str, Vec<CallId>> {
    let mut replies: BTreeMap<&'a str, Vec<CallId>> = BTreeMap::new();
    for (turn, node) in &run.turns {
        let answers_itself = given == Some(*turn) && !is_of_program(node) || node.step == StepKind::BaselineCall;
        for (position, call) in &node.calls {
            if position.ordinal == 0 && !answers_itself {
                continue;
            }
            let id = call_id(path, *position);
            let reply = call.settled.and_then(|settled| settled.outcome.reply());
            let child = || tree.started_by(&id)?.outcome?.answer.as_deref();
            if let Some(text) = reply.map(|reply| &*reply.text).or_else(child) {
                replies.entry(text.trim()).or_default().push(id);
            }
        }
    }
    replies
}

fn of_child_runs<'a>(tree: &Tree<'_>, replies: &BTreeMap<&'a str, Vec<CallId>>) -> BTreeMap<&'a str, Vec<CallId>> {
    let is_child = |calls: &[CallId]| calls.iter().any(|call| tree.started_by(call).is_some());
    let of_child_runs = replies.iter().filter(|(_, calls)| is_child(calls));
    of_child_runs.map(|(text, calls)| (*text, calls.clone())).collect()
}

/// A search for the origins of an answer's pieces.
struct Search<'a> {
    answer: &'a str,
    /// The pieces whose origin was found, without overlaps: each end and origin, keyed by the
    /// offset of the piece's first byte.
    found: BTreeMap<usize, (usize, PieceOrigin)>,
}

impl<'a> Search<'a> {
    const fn new(answer: &'a str) -> Self {
        Self {
            answer,
            found: BTreeMap::new(),
        }
    }

    /// Records the origin of the answer's pieces with recorded citations and quotes.
    fn take_places(&mut self, value: &FinalValue) {
        let mut cut: Vec<&RecordedCitation> = value.citations.iter().collect();
        cut.sort_by_key(|citation| std::cmp::Reverse(citation.range.end.saturating_sub(citation.range.start)));
        for citation in cut {
            let length = citation.range.end.saturating_sub(citation.range.start);
            self.take(bytes(citation.at, length), PieceOrigin::Cut(citation.clone()));
        }
        for quote in &value.quotes {
            if let Some(range) = quote.range {
                self.take(bytes(quote.at, quote.bytes), PieceOrigin::Quote(range));
            }
        }
    }

    /// Records the origin of pieces that a child run's answer shares with `value`, the root run's
    /// answer, from the citations of `value`. Journals record citations only for the root run.
    fn take_places_of(&mut self, value: &FinalValue) {
        for citation in &value.citations {
            let length = citation.range.end.saturating_sub(citation.range.start);
            let words = bytes(citation.at, length).and_then(|range| value.value.get(range));
            let at = words.and_then(|words| self.answer.find(words));
            let range = at
                .and_then(|at| bytes(at as u64, length))
                .filter(|range| self.stands_alone(range));
            self.take(range, PieceOrigin::Quote(citation.range));
        }
    }

    /// Records the origin of the answer's pieces that are whole replies, the longest first.
    fn take_replies(&mut self, replies: &BTreeMap<&str, Vec<CallId>>) {
        let mut longest: Vec<_> = replies
            .iter()
            .filter(|(text, _)| text.chars().nth(SHORTEST_REPLY - 1).is_some())
            .collect();
        longest.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        for (text, calls) in longest {
            for (at, _) in self.answer.match_indices(text) {
                let range = at..at + text.len();
                if self.stands_alone(&range) {
                    self.take(Some(range), PieceOrigin::Reply(calls.clone()));
                }
            }
        }
    }

    /// Records the origin of the answer's remaining lines that occur in a reply, in program output
    /// or in a program.
    fn take_lines(&mut self, run: &RunNode<'_>, replies: &BTreeMap<&str, Vec<CallId>>) {
        let mut budget = if self.answer.len() > LONGEST_ANSWER {
            0
        } else {
            SEARCHED_BYTES
        };
        for range in self.gaps().into_iter().flat_map(|gap| lines(self.answer, gap)) {
            let Some(line) = self.answer.get(range.clone()) else {
                continue;
            };
            if line.chars().nth(SHORTEST_LINE - 1).is_none() {
                continue;
            }
            let mut holds = |text: &str| {
                let searched = budget.checked_sub(text.len());
                budget = searched.unwrap_or(0);
                searched.is_some() && text.contains(line)
            };
            let reply = replies.iter().find(|(text, _)| holds(text));
            let from = reply.map(|(_, calls)| PieceOrigin::Reply(calls.clone())).or_else(|| {
                run.turns
                    .iter()
                    .rev()
                    .find_map(|(number, turn)| match (turn.ran, turn.program) {
                        (Some(ran), _) if holds(&ran.stdout) => Some(PieceOrigin::Output(*number)),
                        (_, Some(program)) if holds(&program.source) => Some(PieceOrigin::Program(*number)),
                        _ => None,
                    })
            });
            if let Some(from) = from {
                self.take(Some(range), from);
            }
        }
    }

    fn take(&mut self, range: Option<Range<usize>>, from: PieceOrigin) {
        let Some(range) = range.filter(|range| !range.is_empty() && self.answer.get(range.clone()).is_some()) else {
            return;
        };
        let before = self.found.range(..range.end).next_back();
        if before.is_none_or(|(_, (end, _))| *end <= range.start) {
            self.found.insert(range.start, (range.end, from));
        }
    }

    /// Returns `true` if a range of the answer neither begins nor ends within a word.
    fn stands_alone(&self, range: &Range<usize>) -> bool {
        let before = self.answer.get(..range.start).and_then(|text| text.chars().next_back());
        let after = self.answer.get(range.end..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    }

    fn gaps(&self) -> Vec<Range<usize>> {
        let mut gaps = Vec::new();
        let mut at = 0;
        for (start, (end, _)) in &self.found {
            gaps.push(at..*start);
            at = *end;
        }
        gaps.push(at..self.answer.len());
        gaps.retain(|gap| !gap.is_empty());
        gaps
    }

    /// Returns all pieces of the answer with their origins. The gaps between found pieces get the
    /// origin `rest`.
    fn pieces(mut self, rest: &PieceOrigin) -> Vec<AnswerPiece> {
        for gap in self.gaps() {
            if let Some(range) = trimmed(self.answer, gap) {
                self.take(Some(range), rest.clone());
            }
        }
        let pieces = self.found.into_iter().map(|(start, (end, from))| AnswerPiece {
            at: start as u64,
            bytes: (end - start) as u64,
            from,
        });
        pieces.collect()
    }
}

fn bytes(at: u64, length: u64) -> Option<Range<usize>> {
    let start = usize::try_from(at).ok()?;
    Some(start..start.checked_add(usize::try_from(length).ok()?)?)
}

/// Returns the ranges of the lines in a range of a text, without white space at their ends.
fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let Some(within) = text.get(range.clone()) else {
        return Vec::new();
    };
    let mut at = range.start;
    let lines = within.split_inclusive('\n').filter_map(|line| {
        let start = at;
        at += line.len();
        trimmed(text, start..at)
    });
    lines.collect()
}

/// Returns a range of a text without white space at its ends, or `None` if it is only white space.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let within = text.get(range.clone())?;
    let start = range.start + (within.len() - within.trim_start().len());
    let end = start + within.trim().len();
    (start < end).then_some(start..end)
}
