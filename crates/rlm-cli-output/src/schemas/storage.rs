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
    /// Its name.
    pub session: String,
    /// When it was made, in milliseconds since 1970-01-01 00:00 UTC.
    pub created: u64,
    /// What it is about.
    pub context: Vec<String>,
    /// The dollars that it may spend.
    pub max_cost: Option<f64>,
    /// The tokens that it may use.
    pub max_tokens: Option<u64>,
    /// What it has spent.
    pub spent: SessionSpent,
    /// What was asked and answered.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Exchange>"))]
    pub exchanges: Vec<Value>,
    /// What programs keep from one question to the next.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub memory: Value,
    /// The ids of its runs.
    pub runs: Vec<String>,
}

/// What a session has spent.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct SessionSpent {
    /// Input tokens.
    pub input: u64,
    /// Output tokens.
    pub output: u64,
    /// Dollars; null where nobody knows.
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
    /// Its name.
    pub session: String,
    /// When it was made, in milliseconds since 1970-01-01 00:00 UTC.
    pub created: u64,
    /// What it is about.
    pub context: Vec<String>,
    /// The ids of its runs.
    pub runs: Vec<String>,
}

/// A job.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Job {
    /// Its id.
    pub job: String,
    /// `PENDING`, `RUNNING`, `COMPLETE`, `FAILED` or `CANCELLED`.
    pub state: Value,
    /// What is asked.
    pub question: String,
    /// When it was submitted, in milliseconds since 1970-01-01 00:00 UTC.
    pub submitted: u64,
    /// When it was over.
    pub ended: Option<u64>,
    /// The ids of its runs.
    pub runs: Vec<String>,
    /// The answer.
    pub answer: Option<String>,
    /// What came of it: an object of the form `rlm/run@1`, or of an earlier release.
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

/// What is kept between runs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Cache {
    /// Replies of models.
    pub replies: Replies,
    /// Indexes of contexts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indexes: Option<Files>,
    /// Texts of documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub texts: Option<Files>,
}

/// Replies that are kept.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Replies {
    /// How many.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The bytes that they take on disk.
    pub bytes_on_disk: u64,
    /// How many are damaged.
    pub corrupt: u64,
    /// Where they are.
    pub folder: PathBuf,
}

/// Files that are kept.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Files {
    /// How many.
    pub entries: u64,
    /// The bytes that they take.
    pub bytes_on_disk: u64,
    /// Where they are.
    pub folder: PathBuf,
}

/// What was removed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct CacheCleared {
    /// The bytes that it took on disk.
    pub removed_bytes: u64,
}
