//! The JSON output of commands about stored sessions, jobs and caches.

use std::path::PathBuf;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

#[cfg(test)]
use super::shapes;

/// A session.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Session {
    /// The session's name.
    pub session: String,
    /// The creation time, in milliseconds since 1970-01-01 00:00 UTC.
    pub created: u64,
    /// The context: files, folders and globs.
    pub context: Vec<String>,
    /// The cost limit in dollars.
    pub max_cost: Option<f64>,
    /// The token limit.
    pub max_tokens: Option<u64>,
    /// The limit of input tokens.
    pub max_input_tokens: Option<u64>,
    /// The limit of output tokens.
    pub max_output_tokens: Option<u64>,
    /// The spending so far.
    pub spent: SessionSpent,
    /// The questions and answers.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Exchange>"))]
    pub exchanges: Vec<Value>,
    /// The values that programs keep from one question to the next.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub memory: Value,
    /// The variables that programs set; null unless the session keeps them.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub variables: Option<Value>,
    /// The ids of the runs.
    pub runs: Vec<String>,
}

/// The spending of a session.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SessionSpent {
    /// The number of input tokens.
    pub input: u64,
    /// The number of output tokens.
    pub output: u64,
    /// The cost in dollars; null if unknown.
    pub cost: Option<f64>,
}

/// All sessions.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Sessions {
    /// The sessions.
    pub sessions: Vec<SessionSummary>,
}

/// A session in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SessionSummary {
    /// The session's name.
    pub session: String,
    /// The creation time, in milliseconds since 1970-01-01 00:00 UTC.
    pub created: u64,
    /// The context: files, folders and globs.
    pub context: Vec<String>,
    /// The ids of the runs.
    pub runs: Vec<String>,
}

/// A job.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Job {
    /// The job's id.
    pub job: String,
    /// `PENDING`, `RUNNING`, `COMPLETE`, `FAILED` or `CANCELLED`.
    pub state: Value,
    /// The question.
    pub question: String,
    /// The submission time, in milliseconds since 1970-01-01 00:00 UTC.
    pub submitted: u64,
    /// When the job ended, in milliseconds since 1970-01-01 00:00 UTC.
    pub ended: Option<u64>,
    /// The ids of the runs.
    pub runs: Vec<String>,
    /// The answer.
    pub answer: Option<String>,
    /// The result: an object of the schema `rlm/run@1`, or of an earlier release.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub result: Option<Value>,
}

/// All jobs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Jobs {
    /// The jobs, newest first.
    pub jobs: Vec<Job>,
}

/// The contents of the cache.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Cache {
    /// Cached replies of models.
    pub replies: Replies,
    /// Cached search indexes of contexts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indexes: Option<Files>,
    /// Cached texts of documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub texts: Option<Files>,
}

/// The cached replies.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Replies {
    /// The number of entries.
    pub entries: u64,
    /// The size of the replies in bytes.
    pub bytes: u64,
    /// The size on disk in bytes.
    pub bytes_on_disk: u64,
    /// The number of damaged entries.
    pub corrupt: u64,
    /// The folder.
    pub folder: PathBuf,
}

/// The cached files.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Files {
    /// The number of entries.
    pub entries: u64,
    /// The size on disk in bytes.
    pub bytes_on_disk: u64,
    /// The folder.
    pub folder: PathBuf,
}

/// The removed cache.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CacheCleared {
    /// The size of the removed files on disk, in bytes.
    pub removed_bytes: u64,
}
