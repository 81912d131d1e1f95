//! Journals: the record of a run as it happens, and the data computed from it.
//!
//! A run writes its events to a [`Journal`], in memory or in a file. [`RunEvents`] is a stream of
//! them while the run is active; [`RecordedRun`] reads a file; [`Trace`], [`Coverage`] and
//! [`Totals`](crate::budgets::Totals) are computed from its records.
//!
//! ```
//! use std::sync::Arc;
//! use rlm::journals::{Journal, JournalOptions, RecordedRun, Trace};
//! use rlm::{Context, FakeModel, Rlm, RunOptions};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("journal.jsonl");
//! let journal = Some(Arc::new(Journal::create(&path, JournalOptions::default())?));
//! let rlm = Rlm::new(FakeModel::new(["```repl\nFINAL(P.count('late'))\n```"]));
//! let options = RunOptions { journal, ..RunOptions::default() };
//! rlm.run_blocking_with("How many?", &Context::from_text("late, late"), options)?;
//!
//! let recorded = RecordedRun::read(&path)?;
//! assert!(!Trace::of(&recorded.records).steps.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[doc(inline)]
pub use rlm_core::{RunEvent, RunEvents};
#[doc(inline)]
pub use rlm_trace::{
    Coverage, Durability, Event, Existing, Journal, JournalOptions, JournalTexts, Millis, ReadError, Record,
    RecordedRun, ResumeError, RunEnded, RunStarted, Template, Times, Trace, TraceKind, TraceStep, TraceUsage,
    WriteError,
};
