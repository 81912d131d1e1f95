//! Host requests of programs other than model calls, and their answers.

use rlm_model::{RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Millis, run_path};

/// A host request of a program. Written before the host executes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostAsked {
    /// The run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The number of the request in the program, counted from 1.
    pub ordinal: u32,
    /// The request.
    pub request: HostRequest,
}

/// A request of a program to the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostRequest {
    /// A search for the passages that best match a query.
    Search {
        /// The query.
        query: String,
        /// The maximum number of passages.
        top_k: u64,
    },
    /// A call of a tool of the host.
    Tool {
        /// The tool's name.
        name: SmolStr,
        /// The arguments, keyed by name: the text of a JSON object, as the program wrote it.
        arguments: String,
    },
}

/// The answer of the host to a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostAnswered {
    /// The run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The number of the request in the program, counted from 1.
    pub ordinal: u32,
    /// The answer.
    pub answer: HostAnswer,
    /// The duration of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<Millis>,
}

/// An answer of the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostAnswer {
    /// The passages that were found, best first.
    Hits(Vec<RecordedHit>),
    /// The result of a tool: the text of a JSON value.
    Value(String),
    /// The request failed.
    Failed(RequestFailed),
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedHit {
    /// The score, with at most four decimals so that it round-trips.
    pub score: f64,
    /// The range or the text of the passage.
    #[serde(flatten)]
    pub passage: Passage,
}

impl RecordedHit {
    /// Returns its range in the context, or `None` if the passage is from elsewhere.
    #[must_use]
    pub const fn range(&self) -> Option<&SourceRange> {
        match &self.passage {
            Passage::Context(range) => Some(range),
            Passage::Elsewhere { .. } => None,
        }
    }
}

/// The range of a passage in the context, or a text from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// A range of the context.
    Context(SourceRange),
    /// A text that is not in the context.
    Elsewhere {
        /// The name of the document.
        document: String,
        /// The offset of its start, in code points of the document.
        start: u64,
        /// The offset of its end, in code points of the document.
        end: u64,
        /// The text.
        text: String,
    },
}

/// The reason why a host request failed.
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
