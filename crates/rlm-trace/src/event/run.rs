//! Journal events about a run as a whole: its start, its end, and the sources that it read.

use rlm_model::{CallId, Digest, ModelIdentity, RunId, RunPath, SourceRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::CallClass;
use crate::messages::given;
use crate::{JournalMessage, JournalTexts, JsonObject, Millis, Totals, TraceParent, run_path};

/// The event of the start of a run: the first event of every journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The id of the run.
    pub run: RunId,
    /// The version of the release that started the run, such as `0.1.0`.
    pub rlm: SmolStr,
    /// The start of the run, in milliseconds since 1970-01-01 00:00 UTC. All other times in the
    /// journal are relative to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// The question that the run answers.
    pub question: String,
    /// The run's settings: the host's settings struct as a JSON object. It never holds a secret.
    pub settings: JsonObject,
    /// The models that the run may call.
    pub models: Vec<ModelUse>,
    /// The sources of the run's context. A [`SourceRange`](rlm_model::SourceRange) refers to one by
    /// its index in this list.
    pub context: Vec<ContextSource>,
    /// All prompt templates, including the language card, so that a replay renders the same
    /// prompts.
    pub templates: Vec<Template>,
    /// Data that the host needs to resume the run, such as the names by which models were
    /// requested. This crate only stores the data, which never include a secret.
    #[serde(default, skip_serializing_if = "JsonObject::is_empty")]
    pub host: JsonObject,
    /// The origin of a forked run: the run whose first turns it shares. `None` if the run is not a
    /// fork.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked: Option<Box<Forked>>,
    /// Which texts the journal stores in full. Set by the journal's writer.
    #[serde(default, skip_serializing_if = "JournalTexts::is_full")]
    pub texts: JournalTexts,
    /// The span of another service that started the run. `None` if the run has a trace of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_parent: Option<TraceParent>,
}

/// The origin of a forked run. Replies in the shared turns were copied from it, not requested
/// again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forked {
    /// The id of the run that was forked.
    pub run: RunId,
    /// The changes of settings within the shared turns and at the fork.
    pub changes: Vec<Change>,
}

/// A change of a run's settings that applies from a turn of the root run on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Change {
    /// The first turn to which the change applies.
    pub turn: u32,
    /// The new limits, in the format of the settings in [`RunStarted`]. `None` if they are
    /// unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<JsonObject>,
    /// The changed prompt templates. Each replaces the previous template of the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<Template>,
    /// The models that replace the previous ones. `None` if the models are unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub models: Option<Box<OtherModels>>,
}

/// The changed models of a run, which replace the previous ones from a turn on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherModels {
    /// All models that the run may call from then on, in the format of the list in [`RunStarted`].
    pub models: Vec<ModelUse>,
    /// The model settings (sampling and prices), in the format of the settings in [`RunStarted`].
    pub settings: JsonObject,
}

/// The event of a run that is resumed, after its process or the run itself had ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resumed {
    /// The version of the release that resumed the run, such as `0.1.0`.
    pub rlm: SmolStr,
    /// The time of the resumption, in milliseconds since 1970-01-01 00:00 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Millis>,
    /// The calls that were in flight when the process ended. Their reservations count as spent, and
    /// those that the resumed run reaches are issued again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_doubt: Vec<CallId>,
    /// The numbers of the earlier journal lines that the resumed run discards, since they describe
    /// an end that was not final.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_back: Vec<u64>,
    /// The change of settings that the resumed run applies, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// A model that a run may call, with its role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUse {
    /// The role of the model: root or sub.
    pub class: CallClass,
    /// The identity of the model: its adapter, endpoint and name.
    pub identity: ModelIdentity,
}

/// One source of a run's context, such as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSource {
    /// The name of the source, as shown to the root model.
    pub name: String,
    /// The path or URL that the source was read from. `None` for text given directly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The length of the source in bytes, as programs see it. For a source that was not read yet,
    /// the size of its file.
    pub bytes: u64,
    /// The digest of the source's bytes. `None` for a source that was not read yet; its digest
    /// follows in a [`SourceRead`] event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// The digest of the file's size and its first and last MiB, for a source that was not read
    /// yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Digest>,
    /// The modification time of the source's file, in milliseconds since 1970-01-01 00:00 UTC, for
    /// a source that was not read yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Millis>,
    /// Notes for the user about reading the source, such as invalid UTF-8 that was replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The event of a source that was too large to be read before the run started and has been read
/// since. Written before the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRead {
    /// The index of the source in the context of [`RunStarted`].
    pub source: u32,
    /// The length of the source in bytes, as programs saw it.
    pub bytes: u64,
    /// The length of the source in code points.
    pub chars: u64,
    /// The number of lines of the source.
    pub lines: u64,
    /// The digest of the source's bytes.
    pub digest: Digest,
    /// Notes for the user about reading the source, such as invalid UTF-8 that was replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A prompt template used by a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The name of the template, such as `system` or `card`.
    pub name: SmolStr,
    /// The text of the template before rendering.
    pub text: String,
}

/// The event of a child run started by a call in a program. The path of the child run is that of
/// the call; its end is a [`RunEnded`] event with the same path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildStarted {
    /// The id of the call that started the child run.
    pub id: CallId,
    /// The identity of the child run's root model.
    pub model: ModelIdentity,
    /// Whether the call was issued early, before the program reached it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// The number of calls that the program makes together, if more than one. Absent in journals of
    /// earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<u32>,
    /// The maximum number of turns of the child run.
    pub steps: u32,
    /// The maximum number of sub-calls of the child run.
    pub subcalls: u64,
    /// The question that the child run answers.
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
    /// Returns the ranges of the parent run's context that the child run was given.
    #[must_use]
    pub fn given(&self) -> Vec<SourceRange> {
        given(&self.pieces, self.context.references())
    }
}

/// The event of a run that has ended, with its outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunEnded {
    /// The path of the run that ended.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The stable name of the run's outcome, such as `complete`.
    pub outcome: SmolStr,
    /// The answer of the run, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// The reason why the run's outcome is not `complete`, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The session state that programs left in the variable `memory`, if the run belongs to a
    /// session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<JsonObject>,
    /// The variables that programs set, if the run belongs to a session that keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<JsonObject>,
    /// The totals of the run, equal to the fold over all events before this one.
    pub totals: Totals,
}

/// The event of a note for the user about the run. A note never affects the result, so comparisons
/// omit notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunNote {
    /// The path of the run that the note is about.
    #[serde(default, with = "run_path", skip_serializing_if = "run_path::is_root")]
    pub run: RunPath,
    /// The number of the turn that the note is about, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
    /// The stable code of the note, such as `cache_in_memory`.
    pub code: SmolStr,
    /// The text of the note, in one line.
    pub text: String,
}
