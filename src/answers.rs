//! Answers: their citations and quotes, the criteria for accepting one, and the route to it.
//!
//! A [`RunResult`](crate::RunResult) holds a [`Citation`] for each piece of the answer that the
//! context contains verbatim, and a [`Quote`] with a [`Verdict`] for each text between quotation
//! marks.
//!
//! ```
//! use rlm::answers::SuccessCriteria;
//! use rlm::{Context, FakeModel, Outcome, Rlm};
//!
//! // The first answer is rejected, and the model is told why.
//! let model = FakeModel::new(["```repl\nFINAL('soon')\n```", "```repl\nFINAL(P[18:23])\n```"]);
//! let criteria = SuccessCriteria { required_regex: vec!["^[0-9-]+$".to_owned()], ..SuccessCriteria::default() };
//! let rlm = Rlm::new(model).configure(|runner| runner.success_criteria(criteria));
//! let result = rlm.run_blocking("What is the code?", &Context::from_text("The vault code is 7-4-1."))?;
//! assert_eq!((result.outcome, result.answer.as_deref()), (Outcome::Complete, Some("7-4-1")));
//! assert_eq!(result.citations[0].column_start, 19);
//! # Ok::<(), rlm::RunError>(())
//! ```

#[doc(inline)]
pub use rlm_answer::{Citation, Finalization, Quote, SuccessCriteria, Verdict};
#[doc(inline)]
pub use rlm_core::{AnswerMethod, RejectedAnswer, ResultNote, Route, RoutingDecision};
#[doc(inline)]
pub use rlm_trace::{ContextBreakdown, CoverageSummary};
