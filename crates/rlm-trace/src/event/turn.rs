//! Events about a turn: its program, its output, and its final answer.

use rlm_model::{RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::run_path;

/// The start of a turn: the root model is about to be called, or the host supplied a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnStarted {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The purpose of the turn.
    #[serde(default, skip_serializing_if = "StepKind::is_usual")]
    pub step: StepKind,
}

/// The purpose of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The root model writes a program, or answers from the output of programs.
    #[default]
    RootCall,
    /// The root model answers with the whole context in its prompt.
    BaselineCall,
    /// No model is called: the host supplies the program.
    GivenProgram,
}

impl StepKind {
    /// Returns the name used in journals.
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

/// A summary of earlier turns by the root model, which it is then shown instead of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compacted {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn that was about to begin.
    pub turn: u32,
    /// The last turn that the summary covers. The summary begins with the first turn.
    pub through: u32,
    /// The estimated tokens of the messages before the compaction.
    pub tokens_before: u64,
    /// The estimated tokens of the messages with the summary instead of the turns.
    pub tokens_after: u64,
    /// The summary.
    pub summary: String,
}

/// A program from the root model's reply, with the errors that the check found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramChecked {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The program.
    pub source: String,
    /// The errors in it. The program ran only if there are none.
    pub diagnostics: Vec<ProgramDiagnostic>,
}

/// An error in a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramDiagnostic {
    /// The stable code.
    pub code: SmolStr,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in code points, counted from 1.
    pub column: u32,
    /// The message, in one line.
    pub message: String,
    /// The suggested correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramEnd {
    /// It ran to its last line.
    Done,
    /// It raised an uncaught exception.
    Raised,
    /// It set the final value.
    Final,
    /// A limit ended it.
    Limit,
    /// The run was cancelled.
    Cancelled,
}

/// The result of a program that ran to its end or was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRan {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// How it ended.
    pub end: ProgramEnd,
    /// The uncaught exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ProgramError>,
    /// The printed output, as kept by the machine: head and tail with a marker between them if it
    /// was too long.
    pub stdout: String,
    /// The value of its last line if that was a bare expression, as displayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub echo: Option<String>,
    /// The fuel that it used.
    pub fuel: u64,
    /// Its peak memory, in nominal bytes.
    pub memory: u64,
    /// The ranges of the context that the program looked at, sorted and not adjacent. Absent in
    /// journals of earlier releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scanned: Vec<SourceRange>,
}

/// An exception raised by a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramError {
    /// The exception class, such as `KeyError`.
    pub class: SmolStr,
    /// Its message.
    pub message: String,
    /// The line that raised it, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// The output of a turn, as shown to the root model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The text.
    pub text: String,
}

/// The effect of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitHit {
    /// The run that hit it.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The stable name, such as `MaxStepsExceeded`.
    pub name: SmolStr,
    /// The amount that would have been used, in the limit's own unit.
    pub used: u64,
    /// The allowed amount, in the same unit.
    pub allowed: u64,
    /// The program's fuel when the limit took effect. `None` outside of programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// What happened, in one line.
    pub message: String,
}

impl LimitHit {
    /// Returns the effect of the limit on a program, in words that follow the program's name: `ran
    /// out of fuel`.
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

/// The final value of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinalValue {
    /// The run that ends with the value.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The value, as text.
    pub value: String,
    /// The pieces of the value that come from the context, with their ranges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<RecordedCitation>,
    /// The quotes in the value, and whether they occur in the context. Absent in journals of
    /// earlier releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<CheckedQuote>,
}

/// A quote in an answer that was searched for in the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedQuote {
    /// The offset of its first byte in the answer.
    pub at: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// The result by a stable name: `verbatim`, `verified`, `unverified` or `not_looked_for`.
    pub verdict: SmolStr,
    /// The range of the quoted words. `None` if they were not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<SourceRange>,
}

/// A piece of an answer that was cut from the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedCitation {
    /// The offset of the piece's first byte in the answer.
    pub at: u64,
    /// The range that it was cut from, as long as the piece.
    pub range: SourceRange,
    /// The source's name.
    pub name: String,
    /// The page of its first byte, counted from 1, if the source has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u64>,
    /// The line of its first byte in the source, or on its page, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}
