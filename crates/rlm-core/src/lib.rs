//! The loop: it asks the root model for a program, runs it, shows what it printed, and asks again, until there is an answer.
//!
//! It composes the other crates and computes nothing itself. A [`Runner`] holds models, limits and prompts; each
//! [`run`](Runner::run) of it is one question about one context. `docs/loop.md` beside this crate tells the way of a turn.
//!
//! The traps of the domain, and what stands here against them:
//!
//! - **Models don't keep to the form.** They send tool calls, bare code, two programs, programs with the output that they
//!   imagine. [`reply::read`](rlm_prompt::reply::read) takes the one program or the final answer out of any of these and says what it left out; a slip
//!   costs one turn at the most.
//! - **What a program prints is not to be trusted.** A context can hold fences, tags and orders. Whatever others wrote stands in
//!   marked, escaped, bounded blocks of [prompts](rlm_prompt), which nothing in them can end.
//! - **A fault reads like an answer.** "Error: rate limit" is a fine English answer to most questions. Failures are
//!   [outcomes](rlm_policy::Outcome) and errors; they never stand where an answer stands, and a failed sub-call is no text that a
//!   program could pass on.
//! - **A program waits for hundreds of calls.** Calls leave as they are issued, while the program goes on; it runs in slices of
//!   fuel on a blocking thread, so that thousands of runs need no threads of their own and can all be cancelled.
//! - **What can't be said again can't be trusted.** Everything that a run depends on is in its journal. A [`rerun`] renders the
//!   prompts, runs the programs and compares every step, without a network.
//! - **A quote may be made up.** A [`Citation`](rlm_answer::Citation) is only made of words that stand in the context, letter by letter, and every
//!   [`Quote`](rlm_answer::Quote) of an answer is looked for there: one that is not found is said not to be.
//!
//! ```
//! use std::sync::Arc;
//! use rlm_adapters::FakeModel;
//! use rlm_context::Context;
//! use rlm_core::Runner;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let model = FakeModel::new(["```repl\nprint(context[:9])\n```", "```repl\nFINAL(context[18:23])\n```"]);
//! let runner = Runner::builder(Arc::new(model)).build()?;
//! let result = runner.run("What is the code?", &Context::from_text("The vault code is 7-4-1.")).await?;
//! assert_eq!(result.answer.as_deref(), Some("7-4-1"));
//! assert_eq!((result.totals.turns, result.citations[0].column_start), (2, 19));
//! # Ok::<(), rlm_core::RunError>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod events;
mod programs;
pub mod rerun;
mod result;
mod router;
mod run;
mod runner;
mod task;
mod text;

pub use error::{MAX_INSTRUCTIONS_BYTES, NotResumed, RunError};
pub use events::{RunEvent, RunEvents};
pub use programs::{ProgramStep, Programs, StepEnd};
pub use result::{Rejected, RunResult};
pub use rlm_calls::{EffectsInDoubt, MAX_QUESTION_BYTES, Note};
pub use rlm_settings::{
    ApprovalRequest, Approve, AtMaxDepth, BASELINE_THRESHOLD, BestEffort, Constrain, Echo, FindModel, GrantedTool,
    Guards, LARGEST_WINDOW, Method, Recursion, Route, Routed, Routing, RunSettings, Sampling, UnlikeTools,
};
pub use run::MAX_MEMORY_BYTES;
pub use runner::{RunOptions, Runner, RunnerBuilder, check_question};
pub use sift_vm::RunAhead;
pub use task::{TaskBudget, TaskSpec};
