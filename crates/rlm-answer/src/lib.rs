//! Answers: which are accepted, where their words stand in the context, and which of their quotes do not stand there.
//!
//! - [`AnswerChecks`] validates an answer against a [`Finalization`]: a JSON Schema, required texts and patterns. What is
//!   wrong with it is a list of [`Remark`]s, which keep our own words apart from the words of others.
//! - [`Attribution`] finds the places of an answer's words: a [`Citation`] for each piece that stands in the context
//!   verbatim, and a [`Quote`] with a [`Verdict`] for everything that the answer puts between quotation marks.
//! - [`heuristics`] recognize an answer that is none, or that came too soon.
//!
//! Everything here is a function of its arguments: an answer, a context, and the [`Evidence`] that a run has collected.
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
