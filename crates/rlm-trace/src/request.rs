//! Journal events about host requests of programs (searches and tool calls) and their answers.

use rlm_model::{RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Millis, run_path};

/// The event of a program's host request, such as a search or a tool call. Written before the host
/// executes the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostAsked {
    /// The path of the run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The number of the host request in the program, counted from 1.
    pub ordinal: u32,
    /// The request that the program made to the host.
    pub request: HostRequest,
}

/// A host request of a program other than a model call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostRequest {
    /// A search for the passages that best match a query.
    Search {
        /// The search query.
        query: String,
        /// The maximum number of passages that the search returns.
        top_k: u64,
        /// The part of a text that the search ranks and returns.
        #[serde(default, skip_serializing_if = "SearchUnit::is_default")]
        unit: SearchUnit,
    },
    /// A call of a tool that the host provides.
    Tool {
        /// The name of the tool.
        name: SmolStr,
        /// The arguments of the tool call, keyed by name: the text of a JSON object, as the program
        /// wrote it.
        arguments: String,
    },
}

/// The part of a text that a search ranks and returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchUnit {
    /// A passage of up to 2,000 characters.
    #[default]
    Passage,
    /// A whole paragraph, or another block of lines.
    Paragraph,
}

impl SearchUnit {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The event of the host's answer to a request of a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostAnswered {
    /// The path of the run that the program belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn, counted from 1.
    pub turn: u32,
    /// The number of the host request in the program, counted from 1.
    pub ordinal: u32,
    /// The answer of the host to the request.
    pub answer: HostAnswer,
    /// The time that the host took to answer the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<Millis>,
}

/// The answer of the host to a request of a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostAnswer {
    /// The passages that a search found, best first.
    Hits(Vec<RecordedHit>),
    /// The result of a tool call: the text of a JSON value.
    Value(String),
    /// The host request failed. Holds the reason.
    Failed(RequestFailed),
}

/// A passage that a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedHit {
    /// The score of the search result, with at most four decimals so that it round-trips.
    pub score: f64,
    /// The passage that was found: a range of the context, or a text from elsewhere.
    #[serde(flatten)]
    pub passage: Passage,
}

impl RecordedHit {
    /// Returns the passage's range in the context, or `None` if the passage is from elsewhere.
    #[must_use]
    pub const fn range(&self) -> Option<&SourceRange> {
        match &self.passage {
            Passage::Context(range) => Some(range),
            Passage::Elsewhere { .. } => None,
        }
    }
}

/// A passage found by a search: a range of the context, or a text from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    /// The range of the context that the passage consists of.
    Context(SourceRange),
    /// A passage that is not in the context.
    Elsewhere {
        /// The name of the document that holds the passage.
        document: String,
        /// The offset of the passage's start, in code points of the document.
        start: u64,
        /// The offset of the passage's end, in code points of the document.
        end: u64,
        /// The text of the passage.
        text: String,
    },
}

/// The reason why a host request of a program failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFailed {
    /// The stable code of the reason.
    pub code: SmolStr,
    /// A description of the failure, in one line.
    pub message: String,
    /// A suggestion for the program on how to avoid the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}
