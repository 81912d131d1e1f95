//! Events about calls of models.

use rlm_model::{
    CallId, Cost, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, RecordedForm, Reply, RequestId,
    SourceRange, Tokens,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::messages::given;
use crate::{Messages, Millis, QuotedPiece};

/// The role of the model in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallClass {
    /// The root model writes the next program.
    Root,
    /// A sub-model answers a program's question about a piece of text.
    Sub,
}

/// The request of an issued call. Written before it is sent, and also if a cache answers instead of
/// the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallIssued {
    /// The call's id, which is its place in the run.
    pub id: CallId,
    /// The digest of the request, with the number of the sample.
    pub request_id: RequestId,
    /// The model that is called.
    pub model: ModelIdentity,
    /// The role of the model.
    pub class: CallClass,
    /// Whether the call was issued while the program was still waiting for an earlier reply.
    #[serde(default, skip_serializing_if = "is_false")]
    pub early: bool,
    /// The tokens and cost reserved for the call. They count as spent if the call is never settled.
    pub reserved: Reservation,
    /// The request's parameters other than its messages.
    pub parameters: Parameters,
    /// The required format of the reply. `None` if any format is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<RecordedForm>,
    /// The messages, with references instead of long pieces of the context.
    pub messages: Messages,
    /// The ranges of the context that the messages hold, if some pieces are too short for
    /// references; see [`pieces`](crate::pieces). Absent in journals of earlier releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<SourceRange>,
}

impl CallIssued {
    /// Returns the ranges of the context that the call was given.
    #[must_use]
    pub fn given(&self) -> Vec<SourceRange> {
        given(&self.pieces, self.messages.references())
    }
}

/// An upper bound of the usage of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// Input tokens.
    pub input: Tokens,
    /// Output tokens.
    pub output: Tokens,
    /// The cost of both.
    pub cost: Cost,
}

/// A failed attempt at a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFailed {
    /// The id of the call.
    pub id: CallId,
    /// The attempt, counted from 1.
    pub attempt: u32,
    /// The error.
    pub error: ModelError,
    /// The pause before the next attempt. `None` if there is no next attempt, or if `next`
    /// describes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Millis>,
    /// What follows, unless it is the same request after a pause: `after_outage`, `with_more_room`
    /// or `by_fallback`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<SmolStr>,
    /// The model of this attempt. `None` if it was the call's own model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<ModelIdentity>,
    /// The usage of the attempt. Absent in journals of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<AttemptAccount>>,
}

/// The usage of an attempt, and the budget that the run had left after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptAccount {
    /// The time that the call had waited by then: for its budget, for rate limits and slots, and
    /// between attempts.
    pub waited: Millis,
    /// The tokens and cost charged for it.
    pub spent: Reservation,
    /// The sub-calls that the run could still make.
    pub calls_left: u64,
    /// The retries that the run could still make.
    pub retries_left: u32,
    /// The tokens left after reservations. `None` if they are not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_left: Option<Tokens>,
    /// The money left after reservations. `None` if it is not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_left: Option<Money>,
}

/// The end of a call: it has its reply, or will have none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallSettled {
    /// The id of the call.
    pub id: CallId,
    /// The result of the call.
    pub outcome: RecordedOutcome,
    /// Whether a cache answered, so that nothing was spent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cached: bool,
    /// The cost of the call.
    pub cost: Cost,
    /// The time since the call was issued, waits and failed attempts included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<Millis>,
    /// The number of attempts. `None` if no request was sent. Absent in journals of earlier
    /// releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// The usage of all its attempts together, if it was answered. Absent in journals of earlier
    /// releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<AttemptAccount>>,
    /// Whether the call failed because its server was out for longer than the run waits. Absent in
    /// journals of earlier releases.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outage: bool,
    /// The pieces of the reply that are copies of the context that the call was given. Empty unless
    /// the journal holds references instead of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quoted: Vec<QuotedPiece>,
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedOutcome {
    /// The model replied.
    Reply(Reply),
    /// The model was called and gave no reply.
    Failed(ModelError),
    /// The request was never sent.
    Unissued(Unissued),
}

impl RecordedOutcome {
    /// Returns the reply, if there is one.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Reply(reply) => Some(reply),
            Self::Failed(_) | Self::Unissued(_) => None,
        }
    }

    /// Returns `true` if the call was stopped together with its run, by a user, the time limit or
    /// an outage. The call itself did not fail.
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

    /// Returns the error in one line, if the call failed.
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
    /// The last error of the server, if an outage prevented the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<ModelError>>,
}

/// The point at which the program reaches a call that had been issued early, by speculative
/// execution. The cost of a call that is never reached is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallReached {
    /// The id of the call.
    pub id: CallId,
}

/// A usage report of a provider that exceeds the reservation. No call is issued after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrun {
    /// The id of the call.
    pub id: CallId,
    /// The reservation of the call.
    pub reserved: Reservation,
    /// The reported usage.
    pub used: Reservation,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
