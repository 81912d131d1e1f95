//! The Sift virtual machine: an interpreter that charges fuel for everything and can pause before
//! any instruction (op).
//!
//! A [`Machine`] is one session: its variables persist from program to program. A program is
//! compiled against it, or refused with diagnostics, and started. Every [`Step`] owns the machine
//! and offers only the operations that are valid next. The machine has no access to clocks, the
//! network or files: it issues calls and receives their outcomes.
//!
//! Pitfalls, each with a page in `docs/`:
//!
//! - **Replies arrive in any order; programs must not notice** (`pending.md`). A missing reply is a
//!   text with a pending value, and the program waits only when it reads it.
//! - **Limits must hold to the byte, on every machine** (`memory.md`, `fuel.md`). Fuel is charged
//!   before work, by a public table ([`cost`]). Memory is counted by another table, and nothing
//!   depends on the build profile.
//! - **A hostile program must not exhaust the native stack** (`machine.md`). Nothing here recurses
//!   over values.
//!
//! ```
//! use sift_text::Text;
//! use sift_vm::{CallOutcome, ContextData, Machine, Settings, Step};
//!
//! let context = ContextData::text("log.txt", Text::new("ok\nerror: disk full\nok\n"));
//! let mut machine = Machine::new(Settings::default(), context, "What failed?");
//! let program = machine
//!     .compile("line = [l for l in context.splitlines() if 'error' in l][0]\nFINAL(llm_query(f'Explain: {line}'))")
//!     .map_err(|refusal| format!("{:?}", refusal.diagnostics))?;
//!
//! let mut step = machine.start(&program, 1_000_000);
//! let answer = loop {
//!     step = match step {
//!         Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
//!         Step::Needs(mut needs) => {
//!             // A real host asks a model; this one answers by itself.
//!             let replies = needs.take_issued().into_iter().map(|call| {
//!                 assert_eq!(call.prompt, Text::new("Explain: error: disk full"));
//!                 (call.key, CallOutcome::Reply(Text::new("The disk is full.")))
//!             });
//!             let replies = replies.collect();
//!             needs.resume(replies, 1_000_000)
//!         }
//!         Step::Ended(ended) => break ended.answer,
//!         Step::Done(_) | Step::Raised(_) => break None,
//!     };
//! };
//! assert_eq!(answer, Some(Text::new("The disk is full.")));
//! # Ok::<(), String>(())
//! ```
//!
//! The crate `sift` has a simpler face: sessions that run each program to its end. A debugger steps a program:
//!
//! ```
//! use sift_vm::{ContextData, Machine, Settings, Step, StepBy};
//!
//! let mut machine = Machine::new(Settings::default(), ContextData::default(), "");
//! machine.set("found", &vec![3, 1, 2])?;
//! let program = machine.compile("n = len(found)\nn += 1").map_err(|refusal| format!("{refusal:?}"))?;
//! let mut step = machine.start_paused(&program).step(Vec::new(), StepBy::Line);
//! while let Step::OutOfFuel(paused) = step {
//!     let place = &paused.backtrace()[0];
//!     assert_eq!((place.function.as_str(), place.line, paused.get("n")), ("<module>", 2, Ok(3)));
//!     step = paused.step(Vec::new(), StepBy::Line);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod calling;
mod exchange;
mod host;
mod machine;
mod report;
mod step;
mod stepping;
mod tools;

pub use exchange::{MAX_VALUE_DEPTH, ValueError, ValueFault};
pub use machine::MAX_DEPTH;
pub use report::{RaisedError, Report, Variable};
pub use sift_compiler::compile::TooLarge;
pub use sift_compiler::exception::ExceptionClass;
pub use sift_runtime::runtime::{
    ContextData, ContextDocument, ContextFiles, ContextImage, ContextKind, Derived, FoundPassage, HostAnswer,
    HostQuestion, HostRequest, HostTool, LibraryUse, Printed, SearchUnit, ToolAccess,
};
pub use sift_runtime::settings::{Budget, Echo, PastTurn, RunAhead, Settings};
pub use sift_stdlib::{
    LibraryExample, MAX_QUERY_CHARS, MAX_TOP_K, library_examples, library_manual, library_methods, library_paths,
    library_scope,
};
pub use sift_values::cost;
pub use sift_values::flow::{End, Limit};
pub use sift_values::pending_calls::{
    CallFailure, CallKey, CallKind, CallOutcome, IssuedCall, MAX_SCHEMA_BYTES, MAX_UNSETTLED,
};
pub use sift_values::scanned::ScannedRange;
pub use step::{CancelHandle, Compiled, Done, Ended, Machine, Needs, OutOfFuel, Raised, Refusal, Step};
pub use stepping::{Position, StepBy};
pub use tools::{MAX_TOOL_NAME, ToolNameError, can_be_hidden, check_tool_name};
