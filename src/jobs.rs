//! Jobs: questions that a folder holds until a worker answers them.
//!
//! Workers are processes. Each holds a [`Lease`] on its job, which ends with the process, so the job
//! of a killed worker is taken by the next one.
//!
//! ```
//! use rlm::jobs::{JobRecord, JobState, JobStore, new_run_id};
//!
//! let folder = tempfile::tempdir()?;
//! let store = JobStore::open(folder.path())?;
//! let id = new_run_id(std::time::SystemTime::now(), 42)?.to_string();
//! let record = JobRecord { question: "What is the code?".to_owned(), ..JobRecord::default() };
//! store.create(&id, &record)?;
//! assert_eq!(store.ids()?, [id.clone()]);
//! assert_eq!(store.read(&id)?.state, JobState::Pending);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[doc(inline)]
pub use rlm_store::{Holder, JobRecord, JobState, JobStore, Lease, StoreError, new_run_id};
