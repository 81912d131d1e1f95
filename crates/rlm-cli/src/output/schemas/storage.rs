//! What commands print about what is kept: sessions, jobs, the cache.

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
pub(crate) struct Session {
    /// Its name.
    pub(crate) session: String,
    /// When it was made, in milliseconds since 1970-01-01 00:00 UTC.
    pub(crate) created: u64,
    /// What it is about.
    pub(crate) context: Vec<String>,
    /// The dollars that it may spend.
    pub(crate) max_cost: Option<f64>,
    /// The tokens that it may use.
    pub(crate) max_tokens: Option<u64>,
    /// What it has spent.
    pub(crate) spent: SessionSpent,
    /// What was asked and answered.
    #[cfg_attr(test, schemars(with = "Vec<shapes::Exchange>"))]
    pub(crate) exchanges: Vec<Value>,
    /// What programs keep from one question to the next.
    #[cfg_attr(test, schemars(with = "shapes::Journaled"))]
    pub(crate) memory: Value,
    /// The ids of its runs.
    pub(crate) runs: Vec<String>,
}

/// What a session has spent.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct SessionSpent {
    /// Input tokens.
    pub(crate) input: u64,
    /// Output tokens.
    pub(crate) output: u64,
    /// Dollars; null where nobody knows.
    pub(crate) cost: Option<f64>,
}

/// All sessions.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Sessions {
    /// The sessions.
    pub(crate) sessions: Vec<SessionSummary>,
}

/// A session in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct SessionSummary {
    /// Its name.
    pub(crate) session: String,
    /// When it was made, in milliseconds since 1970-01-01 00:00 UTC.
    pub(crate) created: u64,
    /// What it is about.
    pub(crate) context: Vec<String>,
    /// The ids of its runs.
    pub(crate) runs: Vec<String>,
}

/// A job.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Job {
    /// Its id.
    pub(crate) job: String,
    /// `PENDING`, `RUNNING`, `COMPLETE`, `FAILED` or `CANCELLED`.
    pub(crate) state: Value,
    /// What is asked.
    pub(crate) question: String,
    /// When it was submitted, in milliseconds since 1970-01-01 00:00 UTC.
    pub(crate) submitted: u64,
    /// When it was over.
    pub(crate) ended: Option<u64>,
    /// The ids of its runs.
    pub(crate) runs: Vec<String>,
    /// The answer.
    pub(crate) answer: Option<String>,
    /// What came of it: an object of the form `rlm/run@1`, or of an earlier release.
    #[cfg_attr(test, schemars(with = "Option<shapes::Journaled>"))]
    pub(crate) result: Option<Value>,
}

/// All jobs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Jobs {
    /// The jobs, newest first.
    pub(crate) jobs: Vec<Job>,
}

/// What is kept between runs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Cache {
    /// Replies of models.
    pub(crate) replies: Replies,
    /// Indexes of contexts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) indexes: Option<Files>,
    /// Texts of documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) texts: Option<Files>,
}

/// Replies that are kept.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Replies {
    /// How many.
    pub(crate) entries: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// The bytes that they take on disk.
    pub(crate) bytes_on_disk: u64,
    /// How many are damaged.
    pub(crate) corrupt: u64,
    /// Where they are.
    pub(crate) folder: PathBuf,
}

/// Files that are kept.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Files {
    /// How many.
    pub(crate) entries: u64,
    /// The bytes that they take.
    pub(crate) bytes_on_disk: u64,
    /// Where they are.
    pub(crate) folder: PathBuf,
}

/// What was removed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct CacheCleared {
    /// The bytes that it took on disk.
    pub(crate) removed_bytes: u64,
}
