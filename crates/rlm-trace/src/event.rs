//! What happens in a run, one event for each thing.
//!
//! [`Event`] lists the kinds; the structs under it say what each holds. A field that a reader does not know is ignored,
//! a kind that it does not know is kept as [`UnknownEvent`]: a journal of a later release with the same version number
//! stays readable.

use std::fmt;

use rlm_model::{
    CallId, Cost, Digest, ModelError, ModelIdentity, Money, Parameters, RecordedForm, Reply, RequestId, RunId, RunPath,
    SourceRange, Tokens,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use smol_str::SmolStr;

use crate::{HostAnswered, HostAsked, Messages, Totals, run_path};

/// A JSON object, in the order in which it was written.
pub type JsonObject = Map<String, Value>;

/// A length of time, or a time since the run's start, in whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}

/// Defines [`Event`] with the name of each kind standing once.
macro_rules! events {
    ($($(#[doc = $doc:literal])+ $kind:literal => $variant:ident($body:ty),)+) => {
        /// Something that happened in a run.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "kind")]
        pub enum Event {
            $($(#[doc = $doc])+ #[serde(rename = $kind)] $variant($body),)+
            /// An event of a kind that this release does not know.
            #[serde(untagged)]
            Unknown(UnknownEvent),
        }

        impl Event {
            /// The names of all kinds that this release knows, in the order of their definition.
            pub const KINDS: &[&str] = &[$($kind),+];

            /// Returns the name of the event's kind, as it stands in the journal.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)+
                    Self::Unknown(event) => &event.kind,
                }
            }

            /// Reads an event from its JSON object.
            ///
            /// # Errors
            /// The text is no JSON object with a `kind`, or an event of a known kind lacks a field or holds a wrong one.
            pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
                // A struct could be read from an array too.
                if !text.trim_start().starts_with('{') {
                    return Err(serde::de::Error::custom("an event is a JSON object with a `kind`"));
                }
                let Kind { kind } = serde_json::from_str(text)?;
                match kind.as_str() {
                    $($kind => serde_json::from_str(text).map(Self::$variant),)+
                    _ => {
                        let mut fields: JsonObject = serde_json::from_str(text)?;
                        fields.shift_remove("kind");
                        Ok(Self::Unknown(UnknownEvent { kind, fields }))
                    }
                }
            }
        }
    };
}

events! {
    /// The run began: everything that it depends on besides the models' replies.
    "run_started" => RunStarted(Box<RunStarted>),
    /// A turn of the loop began.
    "turn_started" => TurnStarted(TurnStarted),
    /// A call got its request; written before the request leaves.
    "issued" => Issued(Box<CallIssued>),
    /// One attempt at a call failed.
    "attempt_failed" => AttemptFailed(AttemptFailed),
    /// A call has its reply, or will have none.
    "settled" => Settled(Box<CallSettled>),
    /// The strict run reached a call that had been issued early.
    "reached" => Reached(CallReached),
    /// A program asked the host for something beside calls of models.
    "asked" => Asked(HostAsked),
    /// The host answered.
    "answered" => Answered(HostAnswered),
    /// A provider reported more usage than was reserved for the call.
    "overrun" => Overrun(Overrun),
    /// A program was taken from the root model's reply and checked.
    "program_checked" => ProgramChecked(ProgramChecked),
    /// A program ran, to whatever end.
    "program_ran" => ProgramRan(ProgramRan),
    /// What the root model was shown of the turn.
    "observation" => Observation(Observation),
    /// A limit took effect.
    "limit" => Limit(LimitHit),
    /// The run was given its final value.
    "final" => Final(FinalValue),
    /// A source that was not read when the run began has been read.
    "source_read" => SourceRead(SourceRead),
    /// The run ended.
    "outcome" => Outcome(Box<RunEnded>),
    /// Something a person should know about how the run went.
    "note" => Note(RunNote),
}

impl Event {
    /// Returns the call that the event is about.
    #[must_use]
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Self::Issued(event) => Some(&event.id),
            Self::AttemptFailed(event) => Some(&event.id),
            Self::Settled(event) => Some(&event.id),
            Self::Reached(event) => Some(&event.id),
            Self::Overrun(event) => Some(&event.id),
            Self::RunStarted(_)
            | Self::TurnStarted(_)
            | Self::Asked(_)
            | Self::Answered(_)
            | Self::ProgramChecked(_)
            | Self::ProgramRan(_)
            | Self::Observation(_)
            | Self::Limit(_)
            | Self::Final(_)
            | Self::SourceRead(_)
            | Self::Outcome(_)
            | Self::Note(_)
            | Self::Unknown(_) => None,
        }
    }

    /// Returns the run that the event belongs to; none for an event of an unknown kind.
    #[must_use]
    pub fn run(&self) -> Option<&RunPath> {
        const ROOT: &RunPath = &RunPath(Vec::new());
        match self {
            Self::RunStarted(_) | Self::SourceRead(_) => Some(ROOT),
            Self::TurnStarted(event) => Some(&event.run),
            Self::ProgramChecked(event) => Some(&event.run),
            Self::ProgramRan(event) => Some(&event.run),
            Self::Observation(event) => Some(&event.run),
            Self::Limit(event) => Some(&event.run),
            Self::Final(event) => Some(&event.run),
            Self::Outcome(event) => Some(&event.run),
            Self::Asked(event) => Some(&event.run),
            Self::Answered(event) => Some(&event.run),
            Self::Note(event) => Some(&event.run),
            Self::Issued(_) | Self::AttemptFailed(_) | Self::Settled(_) | Self::Reached(_) | Self::Overrun(_) => {
                self.call().map(|id| &id.run)
            }
            Self::Unknown(_) => None,
        }
    }

    /// Returns the turn that the event belongs to, where it belongs to one.
    #[must_use]
    pub fn turn(&self) -> Option<u32> {
        match self {
            Self::TurnStarted(event) => Some(event.turn),
            Self::ProgramChecked(event) => Some(event.turn),
            Self::ProgramRan(event) => Some(event.turn),
            Self::Observation(event) => Some(event.turn),
            Self::Limit(event) => Some(event.turn),
            Self::Final(event) => Some(event.turn),
            Self::Asked(event) => Some(event.turn),
            Self::Answered(event) => Some(event.turn),
            Self::Note(event) => event.turn,
            Self::Issued(_) | Self::AttemptFailed(_) | Self::Settled(_) | Self::Reached(_) | Self::Overrun(_) => {
                self.call().map(|id| id.position.turn)
            }
            Self::RunStarted(_) | Self::SourceRead(_) | Self::Outcome(_) | Self::Unknown(_) => None,
        }
    }

    /// Tells whether this event ends the whole run, children included.
    #[must_use]
    pub fn ends_the_run(&self) -> bool {
        matches!(self, Self::Outcome(event) if run_path::is_root(&event.run))
    }
}

#[derive(Deserialize)]
struct Kind {
    kind: SmolStr,
}

/// An event of a kind that this release does not know, kept as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnknownEvent {
    /// The kind's name.
    pub kind: SmolStr,
    /// All other fields.
    #[serde(flatten)]
    pub fields: JsonObject,
}

/// The run began. The first event of every journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run's name.
    pub run: RunId,
    /// The release that wrote the journal, such as `0.1.0`.
    pub rlm: SmolStr,
    /// When the run began, in milliseconds since 1970-01-01 00:00 UTC. Every other time is counted from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// What is asked.
    pub question: String,
    /// The run's settings: the host's settings struct as a JSON object. Never holds a secret.
    pub settings: JsonObject,
    /// The models that the run may call.
    pub models: Vec<ModelUse>,
    /// The context's sources; a [`SourceRange`] names one by its place in this list.
    pub context: Vec<ContextSource>,
    /// The text of every template, the language card among them, so that a replay renders what the run rendered.
    pub templates: Vec<Template>,
}

/// What a model is called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallClass {
    /// To write the next program.
    Root,
    /// To answer a program's question about a piece of text.
    Sub,
}

/// A model with what it is called for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUse {
    /// What it is called for.
    pub class: CallClass,
    /// Who answers.
    pub identity: ModelIdentity,
}

/// One source of the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSource {
    /// The name that the root model is shown.
    pub name: String,
    /// Where it was read from: a path or an address. None for text given directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its length in bytes, as programs see it; of one that was not read yet, the size of its file.
    pub bytes: u64,
    /// The digest of these bytes; none of one that was not read yet, whose digest follows as a [`SourceRead`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Of one that was not read yet: the digest of its file's size and its first and last MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Digest>,
    /// Of one that was not read yet: when its file was last changed, in milliseconds since 1970-01-01 00:00 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Millis>,
    /// What a person should know about how it was read, such as invalid UTF-8 that was replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A source that was too large to be read before the run began has been read. Stands before the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRead {
    /// The source's place in the list of the run's start.
    pub source: u32,
    /// Its length in bytes, as programs saw it.
    pub bytes: u64,
    /// Its length in code points.
    pub chars: u64,
    /// How many lines it has.
    pub lines: u64,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What a person should know about how it was read, such as invalid UTF-8 that was replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A template as the run used it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name, such as `system` or `card`.
    pub name: SmolStr,
    /// Its text before rendering.
    pub text: String,
}

/// A turn began: the root model is about to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnStarted {
    /// The run that the turn belongs to.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn, counted from 1.
    pub turn: u32,
}

/// A call got its request. Written before the request leaves, and also where a cache answers in the model's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallIssued {
    /// Its place in the run.
    pub id: CallId,
    /// Which sample of which request it is.
    pub request_id: RequestId,
    /// Who is asked.
    pub model: ModelIdentity,
    /// What the model is called for.
    pub class: CallClass,
    /// True where the program was still waiting for an earlier reply when this call left.
    #[serde(default, skip_serializing_if = "is_false")]
    pub early: bool,
    /// What was reserved for the call; what it counts for if nothing is ever heard of it.
    pub reserved: Reservation,
    /// What is asked beside the messages.
    pub parameters: Parameters,
    /// The form that the reply must have; any where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<RecordedForm>,
    /// The messages, with references in the place of long pieces of the context.
    pub messages: Messages,
}

/// An upper bound of what a call uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// Input tokens.
    pub input: Tokens,
    /// Output tokens.
    pub output: Tokens,
    /// The cost of both.
    pub cost: Cost,
}

/// One attempt at a call failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFailed {
    /// The call.
    pub id: CallId,
    /// The attempt, counted from 1.
    pub attempt: u32,
    /// What happened.
    pub error: ModelError,
    /// How long the next attempt is put off; none where there is no next one, or where `next` says what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Millis>,
    /// What follows, where that is not the same after a pause: `after_outage`, `with_more_room` or `by_fallback`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<SmolStr>,
    /// Who was asked; none where that was the call's own model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<ModelIdentity>,
    /// What it took. Journals of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<AttemptAccount>>,
}

/// What an attempt took, and what the run had left then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptAccount {
    /// The time that the call had waited by then: for its budget, for rates and slots, and between attempts.
    pub waited: Millis,
    /// What is counted for it.
    pub spent: Reservation,
    /// The sub-calls that the run could still make.
    pub calls_left: u64,
    /// The attempts that could still be made again.
    pub retries_left: u32,
    /// The tokens beside what was reserved; none where they are not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_left: Option<Tokens>,
    /// The money beside what was reserved; none where it is not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_left: Option<Money>,
}

/// A call has its reply, or will have none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallSettled {
    /// The call.
    pub id: CallId,
    /// What came of it.
    pub outcome: CallOutcome,
    /// True where a cache answered: nothing was spent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cached: bool,
    /// What it cost.
    pub cost: Cost,
    /// How long it took from its issue, waits and failed attempts included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<Millis>,
    /// The attempts that were made; none where nobody was asked. Journals of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// What all its attempts took together, where it was answered. Journals of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<AttemptAccount>>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// The model replied.
    Reply(Reply),
    /// The model was asked and gave no reply.
    Failed(ModelError),
    /// The model was not asked.
    Unissued(Unissued),
}

impl CallOutcome {
    /// Returns the reply, where there is one.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Reply(reply) => Some(reply),
            Self::Failed(_) | Self::Unissued(_) => None,
        }
    }

    /// Returns what went wrong, in one line, where something did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Reply(_) => None,
            Self::Failed(error) => Some(&error.message),
            Self::Unissued(unissued) => Some(&unissued.message),
        }
    }
}

/// Why a call was never sent. A call that never got a request has no `issued` event either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unissued {
    /// The stable name of the reason, such as `MaxSubcallsExceeded`.
    pub code: SmolStr,
    /// What happened, in one line.
    pub message: String,
}

/// The strict run reached a call that had been issued early. One that is never reached was a bet lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallReached {
    /// The call.
    pub id: CallId,
}

/// A provider reported more usage than was reserved; nothing more is issued after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrun {
    /// The call.
    pub id: CallId,
    /// What was reserved.
    pub reserved: Reservation,
    /// What was used.
    pub used: Reservation,
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
    pub citations: Vec<Citation>,
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
pub struct Citation {
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

/// The run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunEnded {
    /// The run that ended.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The stable name of the outcome, such as `complete`.
    pub outcome: SmolStr,
    /// The answer, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why the outcome is not `complete`, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What the run took; equal to the fold over the events before this one.
    pub totals: Totals,
}

/// Something a person should know about how the run went. Says how, never what: comparisons leave notes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunNote {
    /// The run that it is about.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The turn that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
    /// A stable name, such as `cache_in_memory`.
    pub code: SmolStr,
    /// The text, in one line.
    pub text: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
