//! Cases that a prompt is developed against: a question over a context, the recording of a run, and what is expected of it.
//!
//! Nothing here reads a file, asks a model or runs a program. Files are given as texts, runs as the events of their journals; what comes
//! back are values: cases, what they expect and did not get, where a request parts from the one that was recorded, texts of snapshots.
//!
//! The traps of the domain, and what stands here against them:
//!
//! - **A test that asks a model tests the weather.** What a model says differs from day to day. A case is judged by the replies that were
//!   recorded, and the machine between them is deterministic; what may differ is measured instead, by [`wilson`], over many runs.
//! - **A changed prompt is no failure.** The recorded reply answers another question then. Nobody knows what the model would say, so that
//!   such a case is *stale*: [`RequestDifference`] shows what is asked otherwise, [`changes`] why, and no verdict is made up.
//! - **An expectation that is never judged always holds.** Keys that are not known are refused with their line ([`CaseError`]), a pattern or
//!   schema that is none is refused before anything runs, and a case that expects nothing expects that the run is complete.
//! - **Text that is compared must not hold what differs by chance.** A [`trajectory`] holds programs, outputs, calls and the answer, and no
//!   times, no ids and no figures.
//!
//! ```
//! use rlm_cases::{CaseFile, ContextOf};
//!
//! let file = CaseFile::read(
//!     r#"
//!     question = "Who signed it?"
//!     context = ["contract.txt"]
//!     [expect]
//!     contains = "Ada"
//!     max_steps = 4
//!     "#,
//! )?;
//! let case = &file.cases[0];
//! assert_eq!(case.context, ContextOf::Files(vec!["contract.txt".to_owned()]));
//! assert_eq!(case.expect.contains, ["Ada"]);
//!
//! let wrong = CaseFile::read("question = \"Who?\"\n[expect]\ncontain = \"Ada\"").unwrap_err();
//! assert_eq!(wrong.to_string(), "line 3: unknown key `contain`; did you mean `contains`?");
//! # Ok::<(), rlm_cases::CaseError>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod case;
mod difference;
mod expectations;
mod facts;
mod judge;
mod junit;
mod report;
mod snapshot;
mod statistics;
mod trajectory;

pub use case::{Case, CaseError, CaseFile, ContextOf, Flag, SnapshotKind};
pub use difference::{RequestDifference, changes, unified};
pub use expectations::{CitationExpectations, Expectations, SchemaOf};
pub use facts::Facts;
pub use judge::{Checks, Unmet};
pub use junit::junit;
pub use report::{CaseReport, Means, Rate, Status, Summary};
pub use snapshot::{Snapshot, SnapshotState};
pub use statistics::wilson;
pub use trajectory::{prompts, trajectory};
