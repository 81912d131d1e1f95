//! Journal events about a turn: its program, its output, and its final answer.

use rlm_model::{RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::run_path;

/// The event of a turn that starts: the root model is about to be called, or the host supplied a
/// program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnStarted {
    /// The path of the run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The purpose of the turn: which model call or program it consists of.
    #[serde(default, skip_serializing_if = "StepKind::is_usual")]
    pub step: StepKind,
}

/// The purpose of a turn: which model call or program it consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The root model is called to write a program, or to answer from the output of programs.
    #[default]
    RootCall,
    /// The root model is called with the whole context in its prompt, to answer directly.
    BaselineCall,
    /// The host supplies the program, and no model is called.
    GivenProgram,
}

impl StepKind {
    /// Returns the name of the step kind used in journals.
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

/// The event of a compaction: the root model summarized earlier turns, and is then shown the
/// summary instead of these turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compacted {
    /// The path of the run whose turns were summarized.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn before which the compaction took place.
    pub turn: u32,
    /// The number of the last turn that the summary covers. The first one is always turn 1.
    pub through: u32,
    /// The estimated tokens of the root model's messages before the compaction.
    pub tokens_before: u64,
    /// The estimated tokens of the root model's messages after the compaction.
    pub tokens_after: u64,
    /// The text of the summary that replaces the earlier turns.
    pub summary: String,
}

/// The event of a program that was taken from the root model's reply and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramChecked {
    /// The path of the run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The source code of the program.
    pub source: String,
    /// The errors that the check found in the program. The program ran only if there are none.
    pub diagnostics: Vec<ProgramDiagnostic>,
}

/// An error that the check found in a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramDiagnostic {
    /// The stable code of the error.
    pub code: SmolStr,
    /// The line of the error in the program, counted from 1.
    pub line: u32,
    /// The column of the error in code points, counted from 1.
    pub column: u32,
    /// The error message, in one line.
    pub message: String,
    /// The suggested correction of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How the execution of a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramEnd {
    /// The program ran to its last line.
    Done,
    /// The program raised an exception that it did not catch.
    Raised,
    /// The program set the run's final value.
    Final,
    /// A limit stopped the program.
    Limit,
    /// The program was stopped because the run was cancelled.
    Cancelled,
}

/// The event of a program that ran to its end or was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRan {
    /// The path of the run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// How the execution of the program ended.
    pub end: ProgramEnd,
    /// The exception that the program raised and did not catch, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ProgramError>,
    /// The printed output of the program. If it was too long, its head and tail with a marker
    /// between them.
    pub stdout: String,
    /// The displayed value of the program's last line, if that line was a bare expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub echo: Option<String>,
    /// The fuel that the program used.
    pub fuel: u64,
    /// The program's peak memory, in nominal bytes.
    pub memory: u64,
    /// The ranges of the context that the program looked at, sorted and not adjacent. Absent in
    /// journals of earlier releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scanned: Vec<SourceRange>,
}

/// An uncaught exception that ended a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramError {
    /// The exception class, such as `KeyError`.
    pub class: SmolStr,
    /// The message of the exception.
    pub message: String,
    /// The line of the program that raised the exception, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// The event of a turn's output that was shown to the root model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The path of the run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The text of the output, as shown to the root model.
    pub text: String,
}

/// The event of a limit that took effect on a run or a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitHit {
    /// The path of the run that hit the limit.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The stable name of the limit's error, such as `MaxStepsExceeded`.
    pub name: SmolStr,
    /// The amount that would have been used without the limit, in the limit's own unit.
    pub used: u64,
    /// The amount that the limit allows, in the limit's own unit.
    pub allowed: u64,
    /// The fuel that the program had used when the limit took effect. `None` outside of programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// A description of the limit that was hit, in one line.
    pub message: String,
}

impl LimitHit {
    /// Describes the effect of the limit on a program as a predicate that follows the program's
    /// name: `ran out of fuel`.
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
            "MaxInputTokensExceeded" => "ran out of input tokens",
            "MaxOutputTokensExceeded" => "ran out of output tokens",
            "CostExceeded" => "ran out of money",
            "MaxSubcallsExceeded" => "ran out of sub-calls",
            _ => "reached a limit",
        }
    }
}

/// The event of a run's final value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalValue {
    /// The path of the run that ends with the final value.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The final value as text.
    pub value: String,
    /// The pieces of the final value that were cut from the context, with their ranges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<RecordedCitation>,
    /// The quotes in the final value, and whether they occur in the context. Absent in journals of
    /// earlier releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<CheckedQuote>,
}

/// A quote in an answer, with the result of searching for it in the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedQuote {
    /// The offset of the quote's first byte in the answer.
    pub at: u64,
    /// The length of the quote in bytes.
    pub bytes: u64,
    /// The stable name of the search result: `verbatim`, `verified`, `unverified` or
    /// `not_looked_for`.
    pub verdict: SmolStr,
    /// The range of the quoted words in the context. `None` if they were not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<SourceRange>,
}

/// A citation of the context: a piece of an answer that was cut from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCitation {
    /// The offset of the piece's first byte in the answer.
    pub at: u64,
    /// The range of the context that the piece was cut from, as long as the piece.
    pub range: SourceRange,
    /// The name of the context's source that the piece was cut from.
    pub name: String,
    /// The page of the cited range's first byte, counted from 1, if the source has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The named section or the cell of the cited range's first byte, such as `slide 4` or
    /// `Costs!C12`, if the source has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The line of the cited range's first byte in the source, or in its page or section, counted
    /// from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}
