//! Runs the loop that asks the root model for a program, runs it, shows its output, and repeats
//! until there is an answer.
//!
//! A [`Runner`] holds models, settings and prompts. Each [`run`](Runner::run) answers one question
//! about one context. The runner composes other crates: `rlm-settings` (its settings), `rlm-prompt`
//! (messages and the reading of replies), `rlm-calls` (the execution of programs and their calls),
//! `rlm-answer` (the checks of an answer). `docs/loop.md` of this crate describes a turn.
//!
//! Pitfalls, and how this crate handles them:
//!
//! - **Models ignore the required format.** They send tool calls, bare code, two programs, or
//!   programs with made-up output. [`reply::read`](rlm_prompt::reply::read) finds the program or
//!   the final answer in any of these, and notes the parts that it ignores. A malformed reply costs
//!   one turn at most.
//! - **Output is untrusted.** A context can contain fences, tags and instructions. Untrusted text
//!   is put into marked, escaped, bounded blocks of [prompts](rlm_prompt), which it can't close.
//! - **A failure can look like an answer.** "Error: rate limit" is valid text for most questions.
//!   Failures are [outcomes](rlm_policy::Outcome) and errors, never the text of an answer or of a
//!   reply.
//! - **A program waits for hundreds of calls.** Calls are issued while the program continues. It
//!   runs in slices of fuel on a blocking thread, so that thousands of runs need no dedicated
//!   threads and can be cancelled.
//! - **A run must be reproducible.** Everything that it depends on is in its journal. A [`rerun`]
//!   renders the prompts, runs the programs and compares every step, without a network.
//! - **Quotes may be made up.** A [`Citation`](rlm_answer::Citation) consists of words that the
//!   context contains verbatim, and every [`Quote`](rlm_answer::Quote) of an answer is checked
//!   against the context.
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

mod blocking;
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

pub use blocking::block_on;
pub use error::{MAX_INSTRUCTIONS_BYTES, NotResumed, RunError};
pub use events::{RunEvent, RunEvents};
pub use programs::{ProgramStep, Programs, StepEnd};
pub use result::{RejectedAnswer, RunResult};
pub use rlm_calls::{EffectsInDoubt, MAX_QUESTION_BYTES, ResultNote};
pub use rlm_scheduler::SchedulerSettings;
pub use rlm_settings::{
    AnswerMethod, ApprovalRequest, Approve, AtMaxDepth, BASELINE_THRESHOLD, BestEffort, Constrain, Echo, FindModel,
    GrantedTool, Guards, LARGEST_WINDOW, Recursion, Route, Routing, RoutingDecision, RunSettings, Sampling,
    UnlikeTools,
};
pub use run::MAX_MEMORY_BYTES;
pub use runner::{RunObserver, RunOptions, Runner, RunnerBuilder, check_question};
pub use sift_vm::RunAhead;
pub use task::{TaskBudget, TaskSpec};
