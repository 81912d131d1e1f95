//! Answers: acceptance checks, citations, and the verification of quotes.
//!
//! - [`AnswerChecks`] validates an answer against a [`Finalization`]: a JSON Schema, required texts
//!   and patterns. It reports faults as a list of [`Remark`]s, which separate the wording of this
//!   crate from quoted text.
//! - [`Attribution`] finds the places of an answer's words: a [`Citation`] for each piece that
//!   occurs verbatim in the context, and a [`Quote`] with a [`Verdict`] for each text between
//!   quotation marks.
//! - [`heuristics`] recognize empty and premature answers.
//!
//! All functions here are pure: they depend only on an answer, a context, and the [`Evidence`] that
//! a run has collected.
//!
//! ```
//! use rlm_answer::{Attribution, Evidence, Verdict};
//! use rlm_context::Context;
//! use sift_text::Text;
//!
//! let context = Context::from_text("The board agreed to mend\nthe roof in May.\n");
//! let answer = Text::new("It agreed to \"mend the roof in May\", and \"nobody was against it at all\".");
//! let settled = answer.settled().expect("nothing is pending");
//! let found = Attribution::find(settled, "What was agreed?", &context, &mut Evidence::default());
//!
//! let verdicts: Vec<_> = found.quotes.iter().map(|quote| quote.verdict).collect();
//! assert_eq!(verdicts, [Verdict::Verified, Verdict::Unverified]);
//! assert_eq!(found.places[0].quote, "mend\nthe roof in May");
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod attribution;
mod citation;
mod finalization;
pub mod heuristics;
mod quotation;
mod remark;

pub use attribution::Attribution;
pub use citation::{Citation, Evidence, MAX_CITATIONS};
pub use finalization::{AnswerChecks, AnswerForm, Finalization, InvalidSetting, SuccessCriteria};
pub use quotation::{MAX_QUOTES, Quote, Verdict};
pub use remark::Remark;
