//! Stores runs, sessions, jobs and batches on disk: one folder each, found by id or name.
//!
//! A [`RunStore`] is a folder with one folder per run, `runs/<id>/journal.jsonl`. There is no
//! index: all data shown about a run is folded from its journal, so it can't get out of sync.
//!
//! Pitfalls of storing runs, and how this crate handles them:
//!
//! - **Two runs must not share a folder.** An id contains the millisecond and 20 random bits, and
//!   creating a folder fails if it already exists. Nothing is ever overwritten.
//! - **Listing must not fail because of one run.** An altered, truncated or unreadable journal is
//!   listed with its readable part and the [damage](RunEntry::damage).
//! - **Two processes must not resume one session or batch, or work on one job.** Each record has a
//!   [`Lease`], a lock that is released when its process ends. Records are replaced atomically, by
//!   a rename.
//! - **Users type few characters.** [`RunStore::find`] accepts `last`, an id, a unique prefix of an
//!   id, or a path. If there is no match or more than one, the error lists candidates.
//! - **The data that a run has read is private.** Folders (mode 0700) and journals are accessible
//!   by their owner only.
//!
//! The store uses no clock, randomness or environment variables: the caller passes the location and
//! the time.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use rlm_store::{RunStore, new_run_id};
//! use rlm_trace::JournalOptions;
//!
//! let folder = tempfile::tempdir()?;
//! let store = RunStore::open(folder.path())?;
//! let id = new_run_id(UNIX_EPOCH + Duration::from_secs(1_795_232_875), 42)?;
//! assert_eq!(id.as_str(), "20261121-034755-00002b");
//!
//! let journal = store.create(&id, JournalOptions::default())?;
//! assert_eq!(journal.path(), Some(store.journal_path(&id).as_path()));
//! assert_eq!(store.find("202611")?.id, Some(id));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batches;
mod copies;
mod error;
mod id;
mod jobs;
mod lease;
mod private;
mod records;
mod sessions;
mod shared;
mod shipping;
mod store;

pub use batches::{Batch, BatchRun, BatchStore};
pub use error::{RecordKind, StoreError};
pub use id::new_run_id;
pub use jobs::{JobRecord, JobState, JobStore};
pub use lease::{Holder, Lease};
pub use sessions::{SessionRecord, SessionStore};
pub use shared::{Hold, JournalLog, SharedError};
pub use store::{FoundRun, RunEntry, RunStore};
