//! The JSON output of commands about recorded runs.

use std::path::PathBuf;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::results::Error;
#[cfg(test)]
use super::shapes;

/// The runs on this machine.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Runs {
    /// The runs, newest first.
    pub runs: Vec<ListedRun>,
}

/// A run in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ListedRun {
    /// The run's id.
    pub run: String,
    /// The start time, in milliseconds since 1970-01-01 00:00 UTC.
    pub started: Option<u64>,
    /// The outcome, or `running`, `interrupted` or `damaged`.
    pub outcome: String,
    /// The question.
    pub question: Option<String>,
    /// The root model.
    pub model: Option<String>,
    /// The answer.
    pub answer: Option<String>,
    /// The total usage, as in journals.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub totals: Value,
    /// The damage in the journal, if any.
    pub damage: Option<String>,
    /// The path of the journal.
    pub journal: PathBuf,
}

/// A recorded run, event by event.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Trace {
    /// The run's id.
    pub run: Option<String>,
    /// The end of the journal: `finished`, `unfinished` or `torn`.
    pub ending: String,
    /// The total usage, as in journals.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub totals: Value,
    /// How much of the context was read.
    #[cfg_attr(test, schemars(with = "shapes::Covered"))]
    pub coverage: Value,
    /// The events that match the filters.
    pub events: Vec<TracedEvent>,
}

/// An event of a journal.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TracedEvent {
    /// The line in the journal, from 1.
    pub seq: u64,
    /// When the event was written, in milliseconds since the run's start.
    pub at: Option<u64>,
    /// The event, as in journals; `kind` is its type.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub event: Value,
}

/// The calls of a recorded run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Calls {
    /// The run's id.
    pub run: Option<String>,
    /// The calls that match the filters, in canonical order.
    pub calls: Vec<ListedCall>,
}

/// A call in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ListedCall {
    /// The id of the call, such as `2.1.0`.
    pub call: String,
    /// `root_call`, `baseline_call`, `compaction`, `subcall` or `recursive_subcall`.
    pub kind: String,
    /// The number of levels below the root run.
    pub depth: usize,
    /// The model.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub model: Option<Value>,
    /// `replied`, `failed`, `cancelled`, `not sent` or `open`; for a child run, its outcome.
    pub state: String,
    /// Whether the call was answered from the cache.
    pub cached: bool,
    /// The number of failed attempts.
    pub failed_attempts: usize,
    /// When the call was issued, in milliseconds since the run's start.
    pub start_ms: Option<u64>,
    /// The duration in milliseconds.
    pub elapsed_ms: Option<u64>,
    /// The input tokens.
    pub input: Option<u64>,
    /// The output tokens.
    pub output: Option<u64>,
    /// The cost in dollars; null if unknown.
    pub cost: Option<f64>,
    /// The prompt, with long pieces of the context replaced by their locations.
    pub asked: String,
    /// The reply.
    pub reply: Option<String>,
    /// The reason why there is no reply.
    pub error: Option<String>,
}

/// The start times and durations of the steps, calls and requests of a recorded run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Spans {
    /// The run's id.
    pub run: Option<String>,
    /// Steps, calls and requests, in order.
    pub spans: Vec<TimeSpan>,
}

/// A time span.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TimeSpan {
    /// `step 2`, or the id of the call.
    pub place: String,
    /// A description in a few words.
    pub name: String,
    /// The start, in milliseconds since the run's start.
    pub start_ms: Option<u64>,
    /// The duration in milliseconds.
    pub elapsed_ms: Option<u64>,
}

/// The messages and the reply of a call.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Messages {
    /// The run's id.
    pub run: Option<String>,
    /// The call's id.
    pub call: String,
    /// The kind of call, as in `calls`.
    pub kind: String,
    /// The model.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub model: Option<Value>,
    /// The request parameters other than the messages, as in journals.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub parameters: Option<Value>,
    /// The required format of the reply.
    pub form: Option<Value>,
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// The state of the call, as in `calls`.
    pub state: String,
    /// The reply, as in journals.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub reply: Option<Value>,
    /// Why there is no reply.
    pub error: Option<String>,
    /// The duration in milliseconds.
    pub elapsed_ms: Option<u64>,
}

/// A message.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Message {
    /// The sender.
    #[cfg_attr(test, schemars(with = "shapes::Role"))]
    pub role: Value,
    /// The text, in parts.
    pub parts: Vec<Part>,
}

/// A part of a message.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Part {
    /// The text; null if it is from a context that is not available.
    pub text: Option<String>,
    /// The range of the context that the part was taken from.
    #[cfg_attr(test, schemars(with = "Option<shapes::SourceRange>"))]
    pub from: Option<Value>,
}

/// The origin of the answer of a recorded run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Why {
    /// The run's id.
    pub run: Option<String>,
    /// The answer, and the answers of child runs whose replies it contains.
    pub answers: Vec<AnsweredFrom>,
}

/// An answer, split into pieces by origin.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct AnsweredFrom {
    /// The call that started the run; empty for the root run.
    pub run: String,
    /// The step that gave the answer.
    pub step: Option<u32>,
    /// The answer.
    pub answer: String,
    /// The pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of an answer.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Piece {
    /// The first byte of the piece in the answer.
    pub at: u64,
    /// The length in bytes.
    pub bytes: u64,
    /// The text.
    pub words: String,
    /// `cut`, `quote`, `reply`, `output`, `program` or `unknown`.
    pub from: String,
    /// Details of the origin: `range`, `location`, `read_by` and `steps` of a place in the context, `calls`, or `step`.
    pub details: Map<String, Value>,
}

/// A repeated call, with the recorded and the new reply.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CallAgain {
    /// The run's id.
    pub run: String,
    /// The call's id.
    pub call: String,
    /// Whether the replies are equal, apart from surrounding white space.
    pub same: bool,
    /// The recorded call.
    pub old: Asked,
    /// The repeated call.
    pub new: Asked,
}

/// A call with its reply.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Asked {
    /// The model.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub model: Option<Value>,
    /// The reply.
    pub reply: Option<String>,
    /// Why there is no reply.
    pub error: Option<String>,
    /// The input tokens.
    pub input: Option<u64>,
    /// The output tokens.
    pub output: Option<u64>,
    /// The cost in dollars; null if unknown.
    pub cost: Option<f64>,
    /// The duration in milliseconds.
    pub elapsed_ms: Option<u64>,
    /// The number of failed attempts.
    pub failed_attempts: usize,
}

/// The result of a replay.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Replay {
    /// Whether every step is as recorded.
    pub same: bool,
    /// The comparison, if there was one.
    #[cfg_attr(test, schemars(with = "Option<shapes::ReplayReport>"))]
    pub replay: Option<Value>,
    /// The run's id.
    pub run: String,
    /// The first difference, or why the run could not be replayed.
    pub error: Option<Error>,
}

/// The differences of two recorded runs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Diff {
    /// The ids of the runs.
    pub runs: [String; 2],
    /// The end of each run; null if the run has not ended.
    pub ends: [Option<RunEnd>; 2],
    /// The settings that differ, with both values.
    pub settings: Map<String, Value>,
    /// The first event that differs; null if all are equal.
    pub parting: Option<Parting>,
}

/// The end of a run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct RunEnd {
    /// The outcome.
    pub outcome: String,
    /// The answer.
    pub answer: Option<String>,
}

/// The first event that differs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Parting {
    /// The number of equal events before it.
    pub same: usize,
    /// The event, such as `settled 2.1.0`.
    pub event: String,
    /// The field that differs.
    pub field: Option<String>,
    /// The value of the field in each run.
    pub sides: [Option<Value>; 2],
}

/// The pieces of the context that an answer cites.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Bundled {
    /// The run's id.
    pub run: String,
    /// The pieces.
    pub cited: Vec<CitedText>,
}

/// A piece of the context.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CitedText {
    /// The byte range.
    #[cfg_attr(test, schemars(with = "shapes::SourceRange"))]
    pub range: Value,
    /// The location, such as `a.md:12:5-19`.
    pub location: String,
    /// The text; null if the context is not available.
    pub text: Option<String>,
}
