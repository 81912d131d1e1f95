//! Journal events about model calls.

use rlm_model::{
    CallId, Cost, ModelError, ModelErrorKind, ModelIdentity, Money, Parameters, RecordedForm, RecordedImage, Reply,
    RequestId, SourceRange, Tokens,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::messages::given;
use crate::{Messages, Millis, QuotedPiece};

/// The class of a model call: the role of the called model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallClass {
    /// A call of a root model, which writes the next program.
    Root,
    /// A call of a sub-model, which answers a program's question about a piece of text.
    Sub,
}

/// The event of a model call that is issued, with its request. Written before the request is sent,
/// and also if a cache answers instead of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallIssued {
    /// The id of the call, derived from its position in the run.
    pub id: CallId,
    /// The digest of the request and the sample number.
    pub request_id: RequestId,
    /// The model that is called.
    pub model: ModelIdentity,
    /// The role of the called model: root or sub.
    pub class: CallClass,
    /// Whether the call was issued early, while the program was still waiting for an earlier reply.
    #[serde(default, skip_serializing_if = "is_false")]
    pub early: bool,
    /// The number of calls that the program makes together, if more than one. Absent in journals of
    /// earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<u32>,
    /// The tokens and cost reserved for the call. They count as spent if the call is never settled.
    pub reserved: Reservation,
    /// The request's parameters other than its messages.
    pub parameters: Parameters,
    /// The required output format of the reply. `None` if any format is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<RecordedForm>,
    /// The images that the model sees, without their bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<RecordedImage>,
    /// The request's messages, with references instead of long pieces of the context.
    pub messages: Messages,
    /// The ranges of the context that the messages hold, if some pieces are too short for
    /// references; see [`pieces`](crate::pieces). Absent in journals of earlier releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<SourceRange>,
}

impl CallIssued {
    /// Returns the ranges of the context that the request's messages hold.
    #[must_use]
    pub fn given(&self) -> Vec<SourceRange> {
        given(&self.pieces, self.messages.references())
    }
}

/// The tokens and cost reserved for a call: an upper bound of its usage. Also used for actual
/// usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// The number of input tokens.
    pub input: Tokens,
    /// The number of output tokens.
    pub output: Tokens,
    /// The cost of the input and output tokens.
    pub cost: Cost,
}

/// The event of a failed attempt at a model call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptFailed {
    /// The id of the call.
    pub id: CallId,
    /// The number of the attempt, counted from 1.
    pub attempt: u32,
    /// The error that the attempt failed with.
    pub error: ModelError,
    /// The pause before the next attempt. `None` if there is no next attempt, or if `next` names
    /// another way to continue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Millis>,
    /// How the call continues, unless the same request is retried after a pause: `after_outage`,
    /// `with_more_room` or `by_fallback`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<SmolStr>,
    /// The fallback model that the attempt used. `None` if it used the call's own model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<ModelIdentity>,
    /// The usage of the attempt and the budget left after it. Absent in journals of earlier
    /// releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<AttemptAccount>>,
}

/// The usage of an attempt at a model call, and the run's remaining budget after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptAccount {
    /// The total time that the call had waited so far: for its budget, for rate limits and slots,
    /// and between attempts.
    pub waited: Millis,
    /// The tokens and cost charged for the attempt.
    pub spent: Reservation,
    /// The number of sub-calls that the run could still make.
    pub calls_left: u64,
    /// The number of retries that the run could still make.
    pub retries_left: u32,
    /// The run's remaining tokens, with reservations subtracted. `None` if tokens are not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_left: Option<Tokens>,
    /// The run's remaining money, with reservations subtracted. `None` if the cost is not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_left: Option<Money>,
}

/// The event of a model call that is settled: it has a reply, has failed, or was never sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallSettled {
    /// The id of the call.
    pub id: CallId,
    /// The result of the call: a reply, a failure, or the reason why it was never sent.
    pub outcome: RecordedOutcome,
    /// Whether a cache answered the call, so that nothing was spent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cached: bool,
    /// The cost of the call.
    pub cost: Cost,
    /// The time since the call was issued, including waits and failed attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<Millis>,
    /// The number of attempts at the call. `None` if no request was sent, and in journals of
    /// earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u32>,
    /// The usage of all attempts together and the budget left, if the call was answered. Absent in
    /// journals of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<AttemptAccount>>,
    /// Whether the call failed because its server was out for longer than the run waits. Absent in
    /// journals of earlier releases.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outage: bool,
    /// The pieces of the reply that are copied from the context that the call was given. Recorded
    /// only if the journal stores these pieces as references.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quoted: Vec<QuotedPiece>,
}

/// The result of a model call as recorded in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedOutcome {
    /// The model replied. Holds the reply.
    Reply(Reply),
    /// The model was called and gave no reply. Holds the error.
    Failed(ModelError),
    /// The request was never sent. Holds the reason.
    Unissued(Unissued),
}

impl RecordedOutcome {
    /// Returns the model's reply, if the call has one.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Reply(reply) => Some(reply),
            Self::Failed(_) | Self::Unissued(_) => None,
        }
    }

    /// Returns `true` if the call was stopped together with its run by a user, the time limit or an
    /// outage, and did not fail itself.
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

    /// Returns the error message in one line, if the call failed.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Reply(_) => None,
            Self::Failed(error) => Some(&error.message),
            Self::Unissued(unissued) => Some(&unissued.message),
        }
    }
}

/// The reason why a model call was never sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unissued {
    /// The stable name of the reason, such as `MaxSubcallsExceeded`.
    pub code: SmolStr,
    /// A description of the reason, in one line.
    pub message: String,
    /// The last error of the server, if an outage prevented the call from being sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Box<ModelError>>,
}

/// The event of a program that reaches a call that was issued early, by speculative execution. The
/// cost of a call that is never reached is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallReached {
    /// The id of the call.
    pub id: CallId,
}

/// The event of a provider's usage report that exceeds the call's reservation. No call is issued
/// after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrun {
    /// The id of the call.
    pub id: CallId,
    /// The tokens and cost reserved for the call.
    pub reserved: Reservation,
    /// The tokens and cost that the provider reported.
    pub used: Reservation,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
