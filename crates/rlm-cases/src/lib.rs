//! Test cases for prompt development: a question about a context, a recorded run, and expectations.
//!
//! This crate reads no files, calls no models and runs no programs. It takes files as texts and
//! runs as the events of their journals. It returns values: cases, unmet expectations, differences
//! between requests, and the texts of snapshots.
//!
//! Pitfalls, and how this crate handles them:
//!
//! - **A test that calls a model is not reproducible.** The replies of a model differ from day to
//!   day. A case is checked with recorded replies, and the machine between them is deterministic.
//!   Rates over many live runs are measured with [`wilson`].
//! - **A changed prompt is not a failure.** The recorded reply answers another prompt, and the
//!   reply to the new one is unknown. Such a case is *stale* instead of passed or failed:
//!   [`RequestDifference`] shows the changed request, and [`changes`] the causes.
//! - **An expectation that is never checked always holds.** Unknown keys are rejected with their
//!   line ([`CaseError`]), and invalid patterns and schemas before anything runs. A case without
//!   expectations expects a complete run.
//! - **A snapshot must not hold random differences.** A [`trajectory`] holds programs, outputs,
//!   calls and the answer, but no times, ids or numbers.
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
