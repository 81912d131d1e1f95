//! What programs ask of the host beside calls of models, and what it says.

use rlm_model::{RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Millis, run_path};

/// A program asked the host for something. Written before the host begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostAsked {
    /// The run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn.
    pub turn: u32,
    /// Which of the program's requests it is, counted from 1.
    pub ordinal: u32,
    /// What is asked.
    pub request: HostRequest,
}

/// What a program asks of the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostRequest {
    /// The passages that fit a query best.
    Search {
        /// What is looked for.
        query: String,
        /// The most passages that are wanted.
        top_k: u64,
    },
    /// What a tool of the host gives.
    Tool {
        /// The tool's name.
        name: SmolStr,
        /// The arguments by name: the text of a JSON object, as the program wrote it.
        arguments: String,
    },
}

/// The host answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostAnswered {
    /// The run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn.
    pub turn: u32,
    /// Which of the program's requests it answers.
    pub ordinal: u32,
    /// What it says.
    pub answer: HostAnswer,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<Millis>,
}

/// What the host says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostAnswer {
    /// The passages that were found, best first.
    Hits(Vec<RecordedHit>),
    /// What a tool gave: the text of a JSON value.
    Value(String),
    /// There is no answer.
    Failed(RequestFailed),
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedHit {
    /// How well it fits: at most four decimals, which are the same when they are read again.
    pub score: f64,
    /// Where it stands, or what it says.
    #[serde(flatten)]
    pub passage: Passage,
}

impl RecordedHit {
    /// Returns where in the context it stands; none where it is from elsewhere.
    #[must_use]
    pub const fn range(&self) -> Option<&SourceRange> {
        match &self.passage {
            Passage::Context(range) => Some(range),
            Passage::Elsewhere { .. } => None,
        }
    }
}

/// Where a passage stands, or what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// In the context.
    Context(SourceRange),
    /// Elsewhere.
    Elsewhere {
        /// The name of its document.
        document: String,
        /// Where it begins, in code points of the document.
        start: u64,
        /// Where it ends.
        end: u64,
        /// The passage.
        text: String,
    },
}

/// Why a host gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFailed {
    /// The stable name of the reason.
    pub code: SmolStr,
    /// What happened, in one line.
    pub message: String,
    /// What the program can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
