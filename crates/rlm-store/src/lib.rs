//! Runs, sessions, jobs and batches kept on disk: one folder each, found by id or name.
//!
//! A [`RunStore`] is a folder with a folder for each run, `runs/<id>/journal.jsonl`. It holds no index: what is shown of a
//! run is a fold over its journal, so that nothing can disagree with it.
//!
//! The traps of the domain, and what stands here against them:
//!
//! - **Two runs must not share a folder.** An id holds the millisecond and 20 random bits, and making the folder fails
//!   where it is there already; nothing is ever overwritten.
//! - **Listing must not fail because one run did.** A journal that was altered, torn or made unreadable is listed with what
//!   could be read of it and with the [damage](RunEntry::damage) named.
//! - **Two processes must not go on with one session or batch, or work on one job.** Each has a [`Lease`], a lock that is gone with its process;
//!   records are replaced as a whole, by a rename.
//! - **People type few characters.** [`RunStore::find`] takes `last`, an id, the beginning of one, or a path, and names what
//!   it could have meant where it finds nothing or too much.
//! - **What a run has read is its owner's business.** Folders are made for their owner alone (mode 0700), journals too.
//!
//! The store reads neither clock nor randomness nor environment: whoever opens it says where it is, and what time it is.
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
mod error;
mod id;
mod jobs;
mod lease;
mod records;
mod sessions;
mod store;

pub use batches::{Batch, BatchRun, BatchStore};
pub use error::{Kind, StoreError};
pub use id::new_run_id;
pub use jobs::{JobRecord, JobState, JobStore};
pub use lease::{Holder, Lease};
pub use sessions::{SessionRecord, SessionStore};
pub use store::{FoundRun, RunEntry, RunStore};
