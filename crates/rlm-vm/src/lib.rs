//! The Sift machine: a compiler to flat ops and a stepping evaluator that pays fuel for everything.
//!
//! A [`Machine`] is one session: its variables persist from program to program. A program is compiled against it (or refused,
//! with diagnostics) and started; every [`Step`] owns the machine and offers only what may follow. The machine knows no
//! clock, no network and no files: what leaves it are calls, and what comes back are their outcomes.
//!
//! The traps of the domain, each with a page in `docs/`:
//!
//! - **Replies arrive in any order; programs must not notice** (`pending.md`). A reply that has not arrived is a text with
//!   a hole, and the program waits only where it looks into it.
//! - **Limits must hold to the byte, on every machine** (`values.md`). Fuel is paid before work, memory is counted by a
//!   public table, and nothing depends on the build profile.
//! - **A hostile program must not reach the native stack** (`machine.md`). Nothing here recurses over values.
//!
//! ```
//! use rlm_text::Text;
//! use rlm_vm::{CallOutcome, ContextData, Machine, Settings, Step};
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

mod compile;
mod decimal;
mod dict;
mod exception;
mod flow;
pub mod format;
mod fraction;
mod heap;
mod library;
mod machine;
mod meter;
mod object;
mod op;
mod operate;
pub mod regex;
mod step;
pub mod text_methods;
mod value;

pub use compile::TooLarge;
pub use exception::ExceptionClass;
pub use flow::{End, Limit};
pub use library::{
    ContextData, ContextDocument, ContextKind, LibraryExample, library_examples, library_manual, library_paths,
    library_scope,
};
pub use machine::{
    CallFailure, CallKey, CallKind, CallOutcome, IssuedCall, LibraryUse, MAX_DEPTH, MAX_UNSETTLED, Printed,
};
pub use step::{
    Budget, CancelHandle, Compiled, Done, Echo, Ended, Machine, Needs, OutOfFuel, Raised, RaisedError, Refusal, Report,
    Settings, Step, Variable,
};
