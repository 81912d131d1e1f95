//! The calls of models.

use rlm_model::{
    CallId, Cost, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, RecordedForm, Reply, RequestId,
    SourceRange, Tokens,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::messages::given;
use crate::{Messages, Millis, QuotedPiece};

/// What a model is called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallClass {
    /// To write the next program.
    Root,
    /// To answer a program's question about a piece of text.
    Sub,
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
    /// Where the pieces of the context stand that the messages hold, where some of them are too short for references; see
    /// [`pieces`](crate::pieces). Journals of earlier releases do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<SourceRange>,
}

impl CallIssued {
    /// Returns which of the context the call was given.
    #[must_use]
    pub fn given(&self) -> Vec<SourceRange> {
        given(&self.pieces, self.messages.references())
    }
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
    pub outcome: RecordedOutcome,
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
    /// True if the call failed because its server was out for longer than the run waits. Journals of earlier releases do not say.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outage: bool,
    /// Which pieces of the reply stand in the context that it was given; only said where the journal holds references in their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quoted: Vec<QuotedPiece>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedOutcome {
    /// The model replied.
    Reply(Reply),
    /// The model was asked and gave no reply.
    Failed(ModelError),
    /// The model was not asked.
    Unissued(Unissued),
}

impl RecordedOutcome {
    /// Returns the reply, where there is one.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Reply(reply) => Some(reply),
            Self::Failed(_) | Self::Unissued(_) => None,
        }
    }

    /// Returns whether the call was stopped with its run, by a person, the time limit or an outage: the call itself did not fail.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        match self {
            Self::Reply(_) => false,
            Self::Failed(error) => error.kind == ModelErrorKind::Cancelled,
            Self::Unissued(unissued) => matches!(
                unissued.code.as_str(),
                "cancelled" | "DeadlineExceeded" | "provider_outage"
            ),
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
    /// The last error of the server, for a call that an outage kept from being sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<ModelError>>,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
