//! Runs programs and answers their calls, by models, tools, searches, child runs or a recording.
//! All calls are recorded.
//!
//! - [`run_program`] runs a program on the machine, in slices, while its calls are in flight.
//! - [`Dispatcher`] makes the calls of a run: it assigns each an id, reserves its budget, and
//!   passes it to the scheduler. Child runs are executed by a [callback](CarryOutChild) of the
//!   loop.
//! - [`Recorder`] writes the journal of a [tree of runs](RunTree); [`Recording`] answers the calls
//!   of a re-executed run.
//!
//! This crate is an internal part of `rlm-core`. Use its `Runner` instead.

mod batch_budget;
mod call_recorder;
mod child;
mod dispatcher;
mod documents;
mod error;
mod host_requests;
mod issued;
mod message_parts;
mod outage;
mod program;
mod recorder;
mod recording;
mod requests;
mod stop;
mod tool_calls;
mod tree;

pub use child::{CarryOutChild, ChildRun, MAX_QUESTION_BYTES};
pub use dispatcher::{Dispatcher, Occurrences};
pub use documents::{context_data, recorded_digest, source_read, sources};
pub use error::ExecutionError;
pub use message_parts::message_parts;
pub use outage::{Outage, failure_message};
pub use program::{ProgramOutcome, ProgramRun, run_program};
pub use recorder::{Recorder, ResultNote};
pub use recording::{EffectsInDoubt, Override, Purpose, Recording, turn_of_root};
pub use requests::{SearchSource, ToolFailure};
pub use stop::{Stop, over, stopped};
pub use tree::{RunTree, TreeParts};
