//! A cache of model replies: a memory tier in front of an embedded database on disk.
//!
//! A reply is keyed by its [`RequestId`](rlm_model::RequestId): the digest of all data that the
//! model received (adapter, endpoint, model, parameters, messages) and the number of the sample.
//! Different requests have different keys, so entries never need to be invalidated.
//!
//! Pitfalls of caching, and how this crate handles them:
//!
//! - **A cache must not cause failures.** A folder that can't be opened, a full disk and a damaged
//!   entry are cache misses. They are reported in [`CacheStatus`] and [`CacheStats`], but never
//!   fail the run.
//! - **A damaged reply would be a wrong answer.** Every entry has a checksum over its key and
//!   content. An entry that doesn't match is a miss and is removed.
//! - **A cached failure never heals.** Only replies are stored, never errors.
//! - **The database belongs to one process.** A second process uses its memory tier, reports this,
//!   and writes its replies to a log next to the database, which the next owner imports.
//! - **A cache only grows.** It has a size limit, beyond which the least recently used replies are
//!   evicted, and optionally an age limit.
//!
//! The disk is opened on first use: a run without sub-calls has no overhead. [`Cache::warm`] opens
//! it ahead of time, on a thread that may block.
//!
//! ```
//! use std::sync::Arc;
//! use rlm_cache::Cache;
//! use rlm_model::{Digest, Reply, RequestId, Usage};
//!
//! let cache = Cache::memory();
//! let first = RequestId { digest: Digest::of(b"How many errors are there?"), occurrence: 0 };
//! cache.put(&first, Arc::new(Reply::new("Three.", Usage::default())));
//! assert_eq!(cache.get(&first).map(|reply| reply.text.clone()).as_deref(), Some("Three."));
//!
//! let second = RequestId { occurrence: 1, ..first };
//! assert_eq!(cache.get(&second), None, "the second sample of a request is asked for anew");
//! ```

mod cache;
mod disk;
mod entry;
mod maintenance;
mod memory;
mod side_log;
mod status;

pub use cache::Cache;
pub use maintenance::{CacheContents, clear, count, verify};
pub use status::{CacheError, CacheStats, CacheStatus};
