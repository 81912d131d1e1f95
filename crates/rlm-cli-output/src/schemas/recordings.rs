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
    /// Its id.
    pub run: String,
    /// When it began, in milliseconds since 1970-01-01 00:00 UTC.
    pub started: Option<u64>,
    /// Its outcome, or `unfinished`, `torn` or `damaged`.
    pub outcome: String,
    /// What was asked.
    pub question: Option<String>,
    /// The root model.
    pub model: Option<String>,
    /// The answer.
    pub answer: Option<String>,
    /// What it took, as in journals.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub totals: Value,
    /// What is wrong with its journal.
    pub damage: Option<String>,
    /// Where its journal is.
    pub journal: PathBuf,
}

/// A recorded run, event by event.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Trace {
    /// The run's id.
    pub run: Option<String>,
    /// How its journal ends: `finished`, `unfinished` or `torn`.
    pub ending: String,
    /// What it took, as in journals.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub totals: Value,
    /// How much of the context was looked at.
    #[cfg_attr(test, schemars(with = "shapes::Covered"))]
    pub coverage: Value,
    /// The events that the filters let through.
    pub events: Vec<TracedEvent>,
}

/// An event of a journal.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TracedEvent {
    /// Its line in the journal, from 1.
    pub seq: u64,
    /// When it was written, in milliseconds since the run's start.
    pub at: Option<u64>,
    /// The event, as in journals: `kind` says what it is.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub event: Value,
}

/// The calls of a recorded run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Calls {
    /// The run's id.
    pub run: Option<String>,
    /// The calls that the filters let through, in canonical order.
    pub calls: Vec<ListedCall>,
}

/// A call in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ListedCall {
    /// Its id, such as `2.1.0`.
    pub call: String,
    /// `root_call`, `baseline_call`, `compaction`, `subcall` or `recursive_subcall`.
    pub kind: String,
    /// How many levels it is below the root run.
    pub depth: usize,
    /// Who was asked.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub model: Option<Value>,
    /// `replied`, `failed`, `cancelled`, `not sent` or `open`; of a child run its outcome.
    pub state: String,
    /// Whether a cache answered.
    pub cached: bool,
    /// The attempts that failed.
    pub failed_attempts: usize,
    /// When it was issued, in milliseconds since the run's start.
    pub start_ms: Option<u64>,
    /// How long it took.
    pub elapsed_ms: Option<u64>,
    /// Its input tokens.
    pub input: Option<u64>,
    /// Its output tokens.
    pub output: Option<u64>,
    /// Its cost in dollars; null where nobody knows.
    pub cost: Option<f64>,
    /// What was asked, long pieces of the context as their places.
    pub asked: String,
    /// What was replied.
    pub reply: Option<String>,
    /// Why there is no reply.
    pub error: Option<String>,
}

/// When what of a recorded run began and how long it took.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Spans {
    /// The run's id.
    pub run: Option<String>,
    /// Steps, calls and requests, in order.
    pub spans: Vec<TimeSpan>,
}

/// A stretch of time.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct TimeSpan {
    /// `step 2`, or the call.
    pub place: String,
    /// What it is, in a few words.
    pub name: String,
    /// When it began, in milliseconds since the run's start.
    pub start_ms: Option<u64>,
    /// How long it took.
    pub elapsed_ms: Option<u64>,
}

/// What a model received and sent.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Messages {
    /// The run's id.
    pub run: Option<String>,
    /// The call's id.
    pub call: String,
    /// What it was for, as in `calls`.
    pub kind: String,
    /// Who was asked.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub model: Option<Value>,
    /// What was asked beside the messages, as in journals.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub parameters: Option<Value>,
    /// The form that the reply must have.
    pub form: Option<Value>,
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// What came of it, as in `calls`.
    pub state: String,
    /// The reply, as in journals.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub reply: Option<Value>,
    /// Why there is none.
    pub error: Option<String>,
    /// How long it took.
    pub elapsed_ms: Option<u64>,
}

/// A message.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Message {
    /// Who speaks.
    #[cfg_attr(test, schemars(with = "shapes::Role"))]
    pub role: Value,
    /// What is said.
    pub parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Part {
    /// The text; null where it is of a context that is not at hand.
    pub text: Option<String>,
    /// Where in the context it was cut from.
    #[cfg_attr(test, schemars(with = "Option<shapes::SourceRange>"))]
    pub from: Option<Value>,
}

/// Where the answer of a recorded run comes from.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Why {
    /// The run's id.
    pub run: Option<String>,
    /// The answer, and those of child runs whose replies stand in it.
    pub answers: Vec<AnsweredFrom>,
}

/// An answer in pieces.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct AnsweredFrom {
    /// The call that started the run; empty for the run itself.
    pub run: String,
    /// The step that gave it.
    pub step: Option<u32>,
    /// The answer.
    pub answer: String,
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of an answer.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Piece {
    /// Its first byte in the answer.
    pub at: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its words.
    pub words: String,
    /// `cut`, `quote`, `reply`, `output`, `program` or `unknown`.
    pub from: String,
    /// What is known of that: `range`, `location`, `read_by` and `steps` of a place, `calls`, or `step`.
    pub details: Map<String, Value>,
}

/// A call that was asked again, beside the reply that it had.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CallAgain {
    /// The run's id.
    pub run: String,
    /// The call's id.
    pub call: String,
    /// Whether the replies are the same but for white space around them.
    pub same: bool,
    /// The call as it was.
    pub old: Asked,
    /// The call as it is now.
    pub new: Asked,
}

/// A call with its reply.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Asked {
    /// Who was asked.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub model: Option<Value>,
    /// The reply.
    pub reply: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// Its input tokens.
    pub input: Option<u64>,
    /// Its output tokens.
    pub output: Option<u64>,
    /// Its cost in dollars; null where nobody knows.
    pub cost: Option<f64>,
    /// How long it took.
    pub elapsed_ms: Option<u64>,
    /// How many attempts at it failed.
    pub failed_attempts: usize,
}

/// Whether a recorded run went the same again.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Replay {
    /// Whether every step was as recorded.
    pub same: bool,
    /// What was compared, where it was.
    #[cfg_attr(test, schemars(with = "Option<shapes::ReplayReport>"))]
    pub replay: Option<Value>,
    /// The run's id.
    pub run: String,
    /// Where it went otherwise.
    pub error: Option<Error>,
}

/// Where two recorded runs part.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Diff {
    /// The runs' ids.
    pub runs: [String; 2],
    /// How each ended; null where it has not.
    pub ends: [Option<RunEnd>; 2],
    /// The settings that are not the same, with both values.
    pub settings: Map<String, Value>,
    /// The first event that is not the same; null where all are.
    pub parting: Option<Parting>,
}

/// How a run ended.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct RunEnd {
    /// Its outcome.
    pub outcome: String,
    /// Its answer.
    pub answer: Option<String>,
}

/// The first event that is not the same.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Parting {
    /// How many events before it are the same.
    pub same: usize,
    /// The event, such as `settled 2.1.0`.
    pub event: String,
    /// The field that differs.
    pub field: Option<String>,
    /// What stands there in each.
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
    /// Its bytes.
    #[cfg_attr(test, schemars(with = "shapes::SourceRange"))]
    pub range: Value,
    /// Its place, such as `a.md:12:5-19`.
    pub location: String,
    /// Its text; null where the context is not at hand.
    pub text: Option<String>,
}
