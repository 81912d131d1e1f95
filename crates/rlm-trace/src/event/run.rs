//! Events about a run as a whole: its start, its end, and the sources that it read.

use rlm_model::{CallId, Digest, ModelIdentity, RunId, RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::CallClass;
use crate::messages::given;
use crate::{JournalMessage, JournalTexts, JsonObject, Millis, Totals, run_path};

/// The start of a run. The first event of every journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The run's id.
    pub run: RunId,
    /// The release that wrote the journal, such as `0.1.0`.
    pub rlm: SmolStr,
    /// The start of the run, in milliseconds since 1970-01-01 00:00 UTC. All other times count from
    /// here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// The question.
    pub question: String,
    /// The run's settings: the host's settings struct as a JSON object. Never holds a secret.
    pub settings: JsonObject,
    /// The models that the run may call.
    pub models: Vec<ModelUse>,
    /// The context's sources. A [`SourceRange`](rlm_model::SourceRange) refers to one by its index
    /// in this list.
    pub context: Vec<ContextSource>,
    /// The text of every template, including the language card, so that a replay renders the same
    /// prompts.
    pub templates: Vec<Template>,
    /// Data that the host needs to resume the run, such as the names by which models were
    /// requested. This crate doesn't read it. Never holds a secret.
    #[serde(default, skip_serializing_if = "JsonObject::is_empty")]
    pub host: JsonObject,
    /// The run whose first turns this one shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked: Option<Box<Forked>>,
    /// Which texts the journal holds. Set by the writer.
    #[serde(default, skip_serializing_if = "JournalTexts::is_full")]
    pub texts: JournalTexts,
}

/// The origin of a forked run. Replies in the shared turns were copied, not requested again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forked {
    /// The other run.
    pub run: RunId,
    /// The changes within the shared turns, and those from the first turn on that is not shared.
    pub changes: Vec<Change>,
}

/// A change of the run's settings from a turn of the root run on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Change {
    /// The first turn in which the two runs differ in this.
    pub turn: u32,
    /// The limits from then on, in the form of the settings in [`RunStarted`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<JsonObject>,
    /// Templates that replace those of the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<Template>,
    /// The models that replace the previous ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<Box<OtherModels>>,
}

/// The models that a run may call from a turn on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherModels {
    /// All models, in the form of the list in [`RunStarted`].
    pub models: Vec<ModelUse>,
    /// The settings of the models (sampling and prices), in the format of the settings in
    /// [`RunStarted`].
    pub settings: JsonObject,
}

/// The resumption of a run, after its process or the run itself had ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resumed {
    /// The release that resumed it.
    pub rlm: SmolStr,
    /// The time of the resumption, in milliseconds since 1970-01-01 00:00 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// The calls that were in flight. Their reservations count as spent, and those that the run
    /// reaches are issued again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_doubt: Vec<CallId>,
    /// The earlier lines that the resumed run discards, since they describe an end that was not
    /// final.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<u64>,
    /// The change from now on, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// A model and its role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUse {
    /// The role of the model.
    pub class: CallClass,
    /// The identity of the model.
    pub identity: ModelIdentity,
}

/// One source of the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSource {
    /// The name shown to the root model.
    pub name: String,
    /// The path or URL that it was read from. `None` for text given directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The length in bytes, as programs see it. For a source that was not read yet, the size of its
    /// file.
    pub bytes: u64,
    /// The digest of these bytes. `None` for a source that was not read yet; its digest follows in
    /// a [`SourceRead`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// For a source that was not read yet: the digest of its file's size and its first and last
    /// MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Digest>,
    /// For a source that was not read yet: the modification time of its file, in milliseconds since
    /// 1970-01-01 00:00 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Millis>,
    /// Notes for the user about reading it, such as invalid UTF-8 that was replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The facts about a source that was too large to be read before the run began. Written after it
/// was read, before the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRead {
    /// The source's index in the list of [`RunStarted`].
    pub source: u32,
    /// The length in bytes, as programs saw it.
    pub bytes: u64,
    /// The length in code points.
    pub chars: u64,
    /// The number of lines.
    pub lines: u64,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Notes for the user about reading it, such as invalid UTF-8 that was replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A template used by the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name, such as `system` or `card`.
    pub name: SmolStr,
    /// Its text before rendering.
    pub text: String,
}

/// The start of a child run by a call of a program. The path of the run is that of the call. It
/// ends with a [`RunEnded`] of that path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildStarted {
    /// The id of the call.
    pub id: CallId,
    /// The root model of the child run.
    pub model: ModelIdentity,
    /// Whether the call was issued before the program reached it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// The maximum number of turns.
    pub steps: u32,
    /// The maximum number of sub-calls.
    pub subcalls: u64,
    /// The question.
    pub question: String,
    /// The context of the child run, with references instead of long pieces of the parent run's
    /// context.
    pub context: JournalMessage,
    /// The ranges of the parent run's context that the child's context holds, as in
    /// [`CallIssued`](crate::CallIssued).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<SourceRange>,
}

impl ChildStarted {
    /// Returns the ranges of the run's context that the child was given.
    #[must_use]
    pub fn given(&self) -> Vec<SourceRange> {
        given(&self.pieces, self.context.references())
    }
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunEnded {
    /// The run that ended.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The stable name of the outcome, such as `complete`.
    pub outcome: SmolStr,
    /// The answer, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// The reason why the outcome is not `complete`, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The contents of `memory` that programs left, if the run belongs to a session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<JsonObject>,
    /// The totals of the run, equal to the fold over the events before this one.
    pub totals: Totals,
}

/// A note for the user about how the run went. It never affects the result, so comparisons omit
/// notes.
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
