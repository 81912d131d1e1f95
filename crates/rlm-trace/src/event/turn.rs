//! A turn: its program, what the root model was shown of it, and the answer that may come of it.

use rlm_model::{RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::run_path;

/// A turn began: the root model is about to be asked, or whoever carries the run out gave a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnStarted {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn, counted from 1.
    pub turn: u32,
    /// What it is for.
    #[serde(default, skip_serializing_if = "StepKind::is_usual")]
    pub step: StepKind,
}

/// What a turn is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The root model is asked for a program, or for the answer from what programs showed.
    #[default]
    RootCall,
    /// The root model is asked for the answer, from all of the context in the prompt.
    BaselineCall,
    /// Nobody is asked: whoever carries the run out gives the program.
    GivenProgram,
}

impl StepKind {
    /// Returns the name, as journals hold it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RootCall => "root_call",
            Self::BaselineCall => "baseline_call",
            Self::GivenProgram => "given_program",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    fn is_usual(&self) -> bool {
        *self == Self::RootCall
    }
}

/// The root model summed up its earlier turns, which it is no longer shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compacted {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn that was about to begin.
    pub turn: u32,
    /// The last turn that the summary covers; it begins with the first.
    pub through: u32,
    /// How many tokens the messages had before, as estimated.
    pub tokens_before: u64,
    /// How many they have with the summary in the place of the turns.
    pub tokens_after: u64,
    /// The summary.
    pub summary: String,
}

/// A program was taken from the root model's reply and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramChecked {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn.
    pub turn: u32,
    /// The program.
    pub source: String,
    /// What is wrong with it; it ran only if nothing is.
    pub diagnostics: Vec<ProgramDiagnostic>,
}

/// Something that is wrong with a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramDiagnostic {
    /// The stable code.
    pub code: SmolStr,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in code points, counted from 1.
    pub column: u32,
    /// What is wrong, in one line.
    pub message: String,
    /// What to write instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramEnd {
    /// It ran to its last line.
    Done,
    /// It raised what nothing caught.
    Raised,
    /// It gave its final value.
    Final,
    /// A limit ended it.
    Limit,
    /// The run was cancelled.
    Cancelled,
}

/// A program ran, to whatever end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRan {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn.
    pub turn: u32,
    /// How it ended.
    pub end: ProgramEnd,
    /// What it raised and nothing caught.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ProgramError>,
    /// What it printed, as the machine kept it: head and tail with a marker where it was too much.
    pub stdout: String,
    /// The value of its last line where that was a bare expression, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub echo: Option<String>,
    /// The fuel it used.
    pub fuel: u64,
    /// The most memory it held at once, in nominal bytes.
    pub memory: u64,
    /// What of the context it looked at itself: in order, none touching the next. Journals of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scanned: Vec<SourceRange>,
}

/// What a program raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramError {
    /// The class, such as `KeyError`.
    pub class: SmolStr,
    /// Its message.
    pub message: String,
    /// The line it was raised at, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// What the root model was shown of the turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn.
    pub turn: u32,
    /// The text.
    pub text: String,
}

/// A limit took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitHit {
    /// The run that met it.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn.
    pub turn: u32,
    /// The stable name, such as `MaxStepsExceeded`.
    pub name: SmolStr,
    /// What would have been used, in the limit's own unit.
    pub used: u64,
    /// What is allowed, in the same unit.
    pub allowed: u64,
    /// The program's fuel when the limit took effect; none outside of programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// What happened, in one line.
    pub message: String,
}

impl LimitHit {
    /// Returns what the limit did to a program, in words that follow its name: `ran out of fuel`.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self.name.as_str() {
            "FuelExhausted" => "ran out of fuel",
            "MemoryExceeded" => "ran out of memory",
            "RecursionExceeded" => "nested functions too deep",
            "NestingExceeded" => "nested values too deep",
            "DeadlineExceeded" => "ran out of time",
            "MaxTokensExceeded" => "ran out of tokens",
            "MaxSubcallTokensExceeded" => "ran out of tokens for sub-calls",
            "MaxOutputTokensExceeded" => "ran out of output tokens",
            "CostExceeded" => "ran out of money",
            "MaxSubcallsExceeded" => "ran out of sub-calls",
            _ => "met a limit",
        }
    }
}

/// The run was given its final value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalValue {
    /// The run that the value ends.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn.
    pub turn: u32,
    /// The value, as text.
    pub value: String,
    /// Which of its pieces come from the context, and from where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<RecordedCitation>,
    /// What the value quotes, and whether that stands in the context. Journals of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<CheckedQuote>,
}

/// A quote in an answer that was looked for in the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedQuote {
    /// Its first byte in the answer.
    pub at: u64,
    /// How many bytes of the answer it has.
    pub bytes: u64,
    /// What came of it, by a stable name: `verbatim`, `verified`, `unverified` or `not_looked_for`.
    pub verdict: SmolStr,
    /// Where the words stand; none where they were not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<SourceRange>,
}

/// A piece of an answer that was cut from the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCitation {
    /// The piece's first byte in the answer.
    pub at: u64,
    /// Where it was cut from; as many bytes as the piece has.
    pub range: SourceRange,
    /// The source's name.
    pub name: String,
    /// The page of its first byte, counted from 1, where the source has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The line of its first byte in the source, or on its page, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}
