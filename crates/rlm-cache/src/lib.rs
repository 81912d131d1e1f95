//! Replies that need not be paid for twice: a memory tier in front of an embedded database on disk.
//!
//! A reply is kept under its [`RequestId`](rlm_model::RequestId): the digest of everything that the model received (adapter,
//! endpoint, model, parameters, messages) and which sample of that request it was. Nothing else can be asked for, so nothing
//! ever has to be invalidated.
//!
//! Five traps of the domain, and what stands here against them:
//!
//! - **A cache must not make anything fail.** A folder that can't be opened, a full disk, a damaged entry: each is a miss, said
//!   in [`CacheStatus`] and [`CacheStats`], never an error of the run.
//! - **A damaged reply would be a wrong answer.** Every entry carries a checksum over its key and its content; one that does
//!   not match is a miss, and is removed.
//! - **A cached failure never heals.** Only replies can be put in; there is no entry for an error.
//! - **The database belongs to one process.** A second one works on its memory tier, says so, and writes its replies to a log
//!   beside the database, which the next owner takes in.
//! - **A cache only grows.** It has a limit of bytes, beyond which the replies that were not used for longest go, and, where it is
//!   asked for, a limit of age.
//!
//! The disk is opened at the first use, not before: a run that makes no sub-call pays nothing. [`Cache::warm`] opens it ahead,
//! on a thread that may block.
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
