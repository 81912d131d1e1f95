//! What commands about recorded runs print.

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
pub(crate) struct Runs {
    /// The runs, newest first.
    pub(crate) runs: Vec<ListedRun>,
}

/// A run in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct ListedRun {
    /// Its id.
    pub(crate) run: String,
    /// When it began, in milliseconds since 1970-01-01 00:00 UTC.
    pub(crate) started: Option<u64>,
    /// Its outcome, or `unfinished`, `torn` or `damaged`.
    pub(crate) outcome: String,
    /// What was asked.
    pub(crate) question: Option<String>,
    /// The root model.
    pub(crate) model: Option<String>,
    /// The answer.
    pub(crate) answer: Option<String>,
    /// What it took, as in journals.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub(crate) totals: Value,
    /// What is wrong with its journal.
    pub(crate) damage: Option<String>,
    /// Where its journal is.
    pub(crate) journal: PathBuf,
}

/// A recorded run, event by event.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Trace {
    /// The run's id.
    pub(crate) run: Option<String>,
    /// How its journal ends: `finished`, `unfinished` or `torn`.
    pub(crate) ending: String,
    /// What it took, as in journals.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub(crate) totals: Value,
    /// How much of the context was looked at.
    #[cfg_attr(test, schemars(with = "shapes::Covered"))]
    pub(crate) coverage: Value,
    /// The events that the filters let through.
    pub(crate) events: Vec<TracedEvent>,
}

/// An event of a journal.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct TracedEvent {
    /// Its line in the journal, from 1.
    pub(crate) seq: u64,
    /// When it was written, in milliseconds since the run's start.
    pub(crate) at: Option<u64>,
    /// The event, as in journals: `kind` says what it is.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub(crate) event: Value,
}

/// The calls of a recorded run.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Calls {
    /// The run's id.
    pub(crate) run: Option<String>,
    /// The calls that the filters let through, in canonical order.
    pub(crate) calls: Vec<ListedCall>,
}

/// A call in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct ListedCall {
    /// Its id, such as `2.1.0`.
    pub(crate) call: String,
    /// `root_call`, `baseline_call`, `compaction`, `subcall` or `recursive_subcall`.
    pub(crate) kind: String,
    /// How many levels it is below the root run.
    pub(crate) depth: usize,
    /// Who was asked.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub(crate) model: Option<Value>,
    /// `replied`, `failed`, `cancelled`, `not sent` or `open`; of a child run its outcome.
    pub(crate) state: String,
    /// Whether a cache answered.
    pub(crate) cached: bool,
    /// The attempts that failed.
    pub(crate) failed_attempts: usize,
    /// When it was issued, in milliseconds since the run's start.
    pub(crate) start_ms: Option<u64>,
    /// How long it took.
    pub(crate) elapsed_ms: Option<u64>,
    /// Its input tokens.
    pub(crate) input: Option<u64>,
    /// Its output tokens.
    pub(crate) output: Option<u64>,
    /// Its cost in dollars; null where nobody knows.
    pub(crate) cost: Option<f64>,
    /// What was asked, long pieces of the context as their places.
    pub(crate) asked: String,
    /// What was replied.
    pub(crate) reply: Option<String>,
    /// Why there is no reply.
    pub(crate) error: Option<String>,
}

/// When what of a recorded run began and how long it took.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Spans {
    /// The run's id.
    pub(crate) run: Option<String>,
    /// Steps, calls and requests, in order.
    pub(crate) spans: Vec<TimeSpan>,
}

/// A stretch of time.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct TimeSpan {
    /// `step 2`, or the call.
    pub(crate) place: String,
    /// What it is, in a few words.
    pub(crate) name: String,
    /// When it began, in milliseconds since the run's start.
    pub(crate) start_ms: Option<u64>,
    /// How long it took.
    pub(crate) elapsed_ms: Option<u64>,
}

/// What a model received and sent.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Messages {
    /// The run's id.
    pub(crate) run: Option<String>,
    /// The call's id.
    pub(crate) call: String,
    /// What it was for, as in `calls`.
    pub(crate) kind: String,
    /// Who was asked.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub(crate) model: Option<Value>,
    /// What was asked beside the messages, as in journals.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub(crate) parameters: Option<Value>,
    /// The form that the reply must have.
    pub(crate) form: Option<Value>,
    /// The messages, in order.
    pub(crate) messages: Vec<Message>,
    /// What came of it, as in `calls`.
    pub(crate) state: String,
    /// The reply, as in journals.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub(crate) reply: Option<Value>,
    /// Why there is none.
    pub(crate) error: Option<String>,
    /// How long it took.
    pub(crate) elapsed_ms: Option<u64>,
}

/// A message.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Message {
    /// Who speaks.
    #[cfg_attr(test, schemars(with = "shapes::Role"))]
    pub(crate) role: Value,
    /// What is said.
    pub(crate) parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Part {
    /// The text; null where it is of a context that is not at hand.
    pub(crate) text: Option<String>,
    /// Where in the context it was cut from.
    #[cfg_attr(test, schemars(with = "Option<shapes::SourceRange>"))]
    pub(crate) from: Option<Value>,
}

/// Where the answer of a recorded run comes from.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Why {
    /// The run's id.
    pub(crate) run: Option<String>,
    /// The answer, and those of child runs whose replies stand in it.
    pub(crate) answers: Vec<AnsweredFrom>,
}

/// An answer in pieces.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct AnsweredFrom {
    /// The call that started the run; empty for the run itself.
    pub(crate) run: String,
    /// The step that gave it.
    pub(crate) step: Option<u32>,
    /// The answer.
    pub(crate) answer: String,
    /// Its pieces, in order.
    pub(crate) pieces: Vec<Piece>,
}

/// A piece of an answer.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Piece {
    /// Its first byte in the answer.
    pub(crate) at: u64,
    /// How many bytes it has.
    pub(crate) bytes: u64,
    /// Its words.
    pub(crate) words: String,
    /// `cut`, `quote`, `reply`, `output`, `program` or `unknown`.
    pub(crate) from: String,
    /// What is known of that: `range`, `location`, `read_by` and `steps` of a place, `calls`, or `step`.
    pub(crate) details: Map<String, Value>,
}

/// A call that was asked again, beside the reply that it had.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct CallAgain {
    /// The run's id.
    pub(crate) run: String,
    /// The call's id.
    pub(crate) call: String,
    /// Whether the replies are the same but for white space around them.
    pub(crate) same: bool,
    /// The call as it was.
    pub(crate) old: Asked,
    /// The call as it is now.
    pub(crate) new: Asked,
}

/// A call with its reply.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Asked {
    /// Who was asked.
    #[cfg_attr(test, schemars(with = "Option<shapes::ModelIdentity>"))]
    pub(crate) model: Option<Value>,
    /// The reply.
    pub(crate) reply: Option<String>,
    /// Why there is none.
    pub(crate) error: Option<String>,
    /// Its input tokens.
    pub(crate) input: Option<u64>,
    /// Its output tokens.
    pub(crate) output: Option<u64>,
    /// Its cost in dollars; null where nobody knows.
    pub(crate) cost: Option<f64>,
    /// How long it took.
    pub(crate) elapsed_ms: Option<u64>,
    /// How many attempts at it failed.
    pub(crate) failed_attempts: usize,
}

/// Whether a recorded run went the same again.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Replay {
    /// Whether every step was as recorded.
    pub(crate) same: bool,
    /// What was compared, where it was.
    #[cfg_attr(test, schemars(with = "Option<shapes::ReplayReport>"))]
    pub(crate) replay: Option<Value>,
    /// The run's id.
    pub(crate) run: String,
    /// Where it went otherwise.
    pub(crate) error: Option<Error>,
}

/// Where two recorded runs part.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Diff {
    /// The runs' ids.
    pub(crate) runs: [String; 2],
    /// How each ended; null where it has not.
    pub(crate) ends: [Option<RunEnd>; 2],
    /// The settings that are not the same, with both values.
    pub(crate) settings: Map<String, Value>,
    /// The first event that is not the same; null where all are.
    pub(crate) parting: Option<Parting>,
}

/// How a run ended.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct RunEnd {
    /// Its outcome.
    pub(crate) outcome: String,
    /// Its answer.
    pub(crate) answer: Option<String>,
}

/// The first event that is not the same.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Parting {
    /// How many events before it are the same.
    pub(crate) same: usize,
    /// The event, such as `settled 2.1.0`.
    pub(crate) event: String,
    /// The field that differs.
    pub(crate) field: Option<String>,
    /// What stands there in each.
    pub(crate) sides: [Option<Value>; 2],
}

/// The pieces of the context that an answer cites.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Bundled {
    /// The run's id.
    pub(crate) run: String,
    /// The pieces.
    pub(crate) cited: Vec<CitedText>,
}

/// A piece of the context.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct CitedText {
    /// Its bytes.
    #[cfg_attr(test, schemars(with = "shapes::SourceRange"))]
    pub(crate) range: Value,
    /// Its place, such as `a.md:12:5-19`.
    pub(crate) location: String,
    /// Its text; null where the context is not at hand.
    pub(crate) text: Option<String>,
}
