//! The events that a run writes to its journal.
//!
//! [`Event`] lists the kinds of events; the structs in the submodules define their fields. Readers
//! ignore unknown fields and keep events of unknown kinds as [`UnknownEvent`], so that a journal of
//! a later release with the same version number stays readable.

mod call;
mod run;
mod turn;

use rlm_model::{CallId, RunPath};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::values::JsonObject;
use crate::{HostAnswered, HostAsked, run_path};

pub use self::call::{
    AttemptAccount, AttemptFailed, CallClass, CallIssued, CallReached, CallSettled, Overrun, RecordedOutcome,
    Reservation, Unissued,
};
pub use self::run::{
    Change, ChildStarted, ContextSource, Forked, ModelUse, OtherModels, Resumed, RunEnded, RunNote, RunStarted,
    SourceRead, Template,
};
pub use self::turn::{
    CheckedQuote, Compacted, FinalValue, LimitHit, Observation, ProgramChecked, ProgramDiagnostic, ProgramEnd,
    ProgramError, ProgramRan, RecordedCitation, StepKind, TurnStarted,
};

/// Defines [`Event`] with its serialization, so that the name of each kind is written once.
macro_rules! events {
    ($($(#[doc = $doc:literal])+ $kind:literal => $variant:ident($body:ty),)+) => {
        /// An event of a run, as written to its journal.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "kind")]
        pub enum Event {
            $($(#[doc = $doc])+ #[serde(rename = $kind)] $variant($body),)+
            /// An event of a kind that this release doesn't support.
            #[serde(untagged)]
            Unknown(UnknownEvent),
        }

        impl Event {
            /// The names of all event kinds that this release supports, in the order of their
            /// definition.
            pub const KINDS: &[&str] = &[$($kind),+];

            /// Returns the name of the event's kind as written in the journal, such as `issued`.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $kind,)+
                    Self::Unknown(event) => &event.kind,
                }
            }

            /// Parses an event from the JSON object in a journal line.
            ///
            /// # Errors
            /// The text is not a JSON object with a `kind`, or an event of a known kind has a
            /// missing or invalid field.
            pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
                // serde would also read a struct from an array.
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
    /// The run started. Records everything that the run depends on except the models' replies.
    "run_started" => RunStarted(Box<RunStarted>),
    /// The run was resumed after its process or the run itself had ended.
    "resumed" => Resumed(Box<Resumed>),
    /// The user changed limits, templates or models of the run.
    "changed" => Changed(Box<Change>),
    /// A turn of the run's loop started.
    "turn_started" => TurnStarted(TurnStarted),
    /// Earlier turns were replaced by a summary, to shorten the root model's prompt.
    "compacted" => Compacted(Compacted),
    /// A model call was issued. Written before the request is sent.
    "issued" => Issued(Box<CallIssued>),
    /// One attempt at a model call failed.
    "attempt_failed" => AttemptFailed(AttemptFailed),
    /// A model call was settled: it has a reply, has failed, or was never sent.
    "settled" => Settled(Box<CallSettled>),
    /// A call in a program started a child run.
    "child_started" => ChildStarted(Box<ChildStarted>),
    /// A program reached a call that had been issued early, by speculative execution.
    "reached" => Reached(CallReached),
    /// A program made a host request other than a model call, such as a search or a tool call.
    "asked" => Asked(HostAsked),
    /// The host answered a request of a program.
    "answered" => Answered(HostAnswered),
    /// A provider reported more usage than was reserved for the model call.
    "overrun" => Overrun(Overrun),
    /// A program was taken from the root model's reply and checked.
    "program_checked" => ProgramChecked(ProgramChecked),
    /// A program ran to its end or was stopped.
    "program_ran" => ProgramRan(ProgramRan),
    /// The output of the turn's program was shown to the root model.
    "observation" => Observation(Observation),
    /// A limit of the run or of a program took effect.
    "limit" => Limit(LimitHit),
    /// The run's final value was set.
    "final" => Final(FinalValue),
    /// A source of the context was read that had not been read when the run started.
    "source_read" => SourceRead(SourceRead),
    /// The run ended with an outcome.
    "outcome" => Outcome(Box<RunEnded>),
    /// A note for the user about the run, without effect on its result.
    "note" => Note(RunNote),
}

impl Event {
    /// Returns the id of the model call that the event is about, if any.
    #[must_use]
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Self::Issued(event) => Some(&event.id),
            Self::AttemptFailed(event) => Some(&event.id),
            Self::Settled(event) => Some(&event.id),
            Self::ChildStarted(event) => Some(&event.id),
            Self::Reached(event) => Some(&event.id),
            Self::Overrun(event) => Some(&event.id),
            Self::RunStarted(_)
            | Self::Resumed(_)
            | Self::Changed(_)
            | Self::TurnStarted(_)
            | Self::Compacted(_)
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

    /// Returns the path of the run that the event belongs to, or `None` for an event of an unknown
    /// kind.
    #[must_use]
    pub fn run(&self) -> Option<&RunPath> {
        const ROOT: &RunPath = &RunPath(Vec::new());
        match self {
            Self::RunStarted(_) | Self::Resumed(_) | Self::Changed(_) | Self::SourceRead(_) => Some(ROOT),
            Self::TurnStarted(event) => Some(&event.run),
            Self::Compacted(event) => Some(&event.run),
            Self::ProgramChecked(event) => Some(&event.run),
            Self::ProgramRan(event) => Some(&event.run),
            Self::Observation(event) => Some(&event.run),
            Self::Limit(event) => Some(&event.run),
            Self::Final(event) => Some(&event.run),
            Self::Outcome(event) => Some(&event.run),
            Self::Asked(event) => Some(&event.run),
            Self::Answered(event) => Some(&event.run),
            Self::Note(event) => Some(&event.run),
            Self::Issued(_)
            | Self::AttemptFailed(_)
            | Self::Settled(_)
            | Self::ChildStarted(_)
            | Self::Reached(_)
            | Self::Overrun(_) => self.call().map(|id| &id.run),
            Self::Unknown(_) => None,
        }
    }

    /// Returns the number of the turn that the event belongs to, if any.
    #[must_use]
    pub fn turn(&self) -> Option<u32> {
        match self {
            Self::TurnStarted(event) => Some(event.turn),
            Self::Compacted(event) => Some(event.turn),
            Self::ProgramChecked(event) => Some(event.turn),
            Self::ProgramRan(event) => Some(event.turn),
            Self::Observation(event) => Some(event.turn),
            Self::Limit(event) => Some(event.turn),
            Self::Final(event) => Some(event.turn),
            Self::Asked(event) => Some(event.turn),
            Self::Answered(event) => Some(event.turn),
            Self::Note(event) => event.turn,
            Self::Issued(_)
            | Self::AttemptFailed(_)
            | Self::Settled(_)
            | Self::ChildStarted(_)
            | Self::Reached(_)
            | Self::Overrun(_) => self.call().map(|id| id.position.turn),
            Self::Changed(event) => Some(event.turn),
            Self::RunStarted(_) | Self::Resumed(_) | Self::SourceRead(_) | Self::Outcome(_) | Self::Unknown(_) => None,
        }
    }

    /// Returns `true` if the event is the outcome of the root run, which ends its child runs too.
    #[must_use]
    pub fn ends_the_run(&self) -> bool {
        matches!(self, Self::Outcome(event) if run_path::is_root(&event.run))
    }
}

#[derive(Deserialize)]
struct Kind {
    kind: SmolStr,
}

/// An event of a kind that this release doesn't support, kept unchanged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnknownEvent {
    /// The name of the unknown event kind.
    pub kind: SmolStr,
    /// All fields of the unknown event except its kind.
    #[serde(flatten)]
    pub fields: JsonObject,
}
