//! The beginning and the end of a run, and what it read.

use rlm_model::{CallId, Digest, ModelIdentity, RunId, RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::CallClass;
use crate::messages::given;
use crate::{JournalMessage, JournalTexts, JsonObject, Millis, Totals, run_path};

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
    /// The context's sources; a [`SourceRange`](rlm_model::SourceRange) names one by its place in this list.
    pub context: Vec<ContextSource>,
    /// The text of every template, the language card among them, so that a replay renders what the run rendered.
    pub templates: Vec<Template>,
    /// What whoever started the run needs to carry it on, such as the names by which models were asked for; nothing here reads it. Never
    /// holds a secret.
    #[serde(default, skip_serializing_if = "JsonObject::is_empty")]
    pub host: JsonObject,
    /// The run that this one shares its first turns with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked: Option<Box<Forked>>,
    /// Which texts the journal holds; said by whoever writes it.
    #[serde(default, skip_serializing_if = "JournalTexts::is_full")]
    pub texts: JournalTexts,
}

/// A run shares its first turns with another: what that one was told then was not asked again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forked {
    /// The other run.
    pub run: RunId,
    /// What became otherwise within the shared turns, and what is from the first one on that was not shared.
    pub changes: Vec<Change>,
}

/// What is otherwise from a turn of the root run on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Change {
    /// The turn.
    pub turn: u32,
    /// What the run may use from then on, as in the settings of its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<JsonObject>,
    /// The templates that take the place of those of the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<Template>,
    /// The models that take the place of those that it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<Box<OtherModels>>,
}

/// The models that a run may call from a turn on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherModels {
    /// All of them, as in the list of the run's start.
    pub models: Vec<ModelUse>,
    /// What the settings of the run's start say of its models: how they are sampled, what they cost.
    pub settings: JsonObject,
}

/// A run was gone on with, after its process had ended or the run itself had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resumed {
    /// The release that went on with it.
    pub rlm: SmolStr,
    /// When, in milliseconds since 1970-01-01 00:00 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// The calls that were in flight: what was reserved for them counts as spent, and those that the run comes to are issued again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_doubt: Vec<CallId>,
    /// The lines before this one that no longer count for how the run went, since they were of an end that was not the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<u64>,
    /// What is otherwise from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
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

/// A call of a program started a child run, whose path is the call's. Its end is a [`RunEnded`] of that path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildStarted {
    /// The call.
    pub id: CallId,
    /// The model that writes its programs.
    pub model: ModelIdentity,
    /// True where the program had not come to the call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// The turns that it may take.
    pub steps: u32,
    /// The sub-calls that it was granted.
    pub subcalls: u64,
    /// What is asked.
    pub question: String,
    /// Its context, with references in the place of long pieces of the run's.
    pub context: JournalMessage,
    /// Where the pieces of the run's context stand that its own holds, as in [`CallIssued`](crate::CallIssued).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<SourceRange>,
}

impl ChildStarted {
    /// Returns which of the run's context the child was given.
    #[must_use]
    pub fn given(&self) -> Vec<SourceRange> {
        given(&self.pieces, self.context.references())
    }
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
    /// What programs left in `memory`, where the run is one of a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<JsonObject>,
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
