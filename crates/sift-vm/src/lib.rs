//! The Sift machine: frames, and a stepping evaluator that pays fuel for everything.
//!
//! A [`Machine`] is one session: its variables persist from program to program. A program is compiled against it (or refused,
//! with diagnostics) and started; every [`Step`] owns the machine and offers only what may follow. The machine knows no
//! clock, no network and no files: what leaves it are calls, and what comes back are their outcomes.
//!
//! The traps of the domain, each with a page in `docs/`:
//!
//! - **Replies arrive in any order; programs must not notice** (`pending.md`). A reply that has not arrived is a text with
//!   a hole, and the program waits only where it looks into it.
//! - **Limits must hold to the byte, on every machine** (`memory.md`, `fuel.md`). Fuel is paid before work, by a public table
//!   ([`cost`]); memory is counted by another, and nothing depends on the build profile.
//! - **A hostile program must not reach the native stack** (`machine.md`). Nothing here recurses over values.
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
//! Who needs no steps of his own takes a [`Session`]: it runs each program to its end, lets the host answer calls, and
//! passes values by serde. Here is a program embedded as a rule over orders, and then stepped as a debugger does:
//!
//! ```
//! use sift_text::Text;
//! use sift_vm::{CallOutcome, Echo, IssuedCall, Limit, Session, Settings, Step, Stride};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize)]
//! struct Order { id: u32, note: String, total: f64 }
//! #[derive(Deserialize, Debug, PartialEq)]
//! struct Verdict { id: u32, reason: String }
//!
//! // Untrusted code may use this much, and nothing else: no files, no network, no clock.
//! let settings = Settings { fuel: 100_000, memory_bytes: 1 << 20, echo: Echo::Off, ..Settings::default() };
//! let model = |call: &IssuedCall| match call.prompt == Text::new("Is this urgent? asap!!") {
//!     true => CallOutcome::Reply(Text::new("yes")),
//!     false => CallOutcome::Reply(Text::new("no")),
//! };
//! let mut session = Session::new(settings).with_calls(model);
//! let order = |id, note: &str, total| Order { id, note: note.into(), total };
//! session.set("orders", &[order(1, "asap!!", 20.0), order(2, "", 900.0), order(3, "later", 5.0)])?;
//! let result = session.exec("\
//! found = [{'id': o['id'], 'reason': 'large'} for o in orders if o['total'] > 500]
//! for o in orders:
//!     if o['note'] and llm_query(f\"Is this urgent? {o['note']}\") == 'yes':
//!         found.append({'id': o['id'], 'reason': 'urgent'})
//! print(len(found), 'found')");
//! assert_eq!((result.error(), result.printed.text.as_str()), (None, "2 found\n"));
//! let found: Vec<Verdict> = session.get("found")?;
//! assert_eq!(found[1], Verdict { id: 1, reason: "urgent".into() });
//!
//! // Whatever a program does, the session goes on.
//! assert_eq!(session.exec("while True: pass").error().map(|error| error.type_name), Some(Limit::Fuel.name()));
//!
//! let mut machine = session.into_machine();
//! let program = machine.compile("n = len(found)\nn += 1").map_err(|refusal| format!("{refusal:?}"))?;
//! let mut step = machine.start_paused(&program).step(Vec::new(), Stride::Line);
//! while let Step::OutOfFuel(paused) = step {
//!     let place = &paused.backtrace()[0];
//!     assert_eq!((place.function.as_str(), place.line, paused.get("n")), ("<module>", 2, Ok(2)));
//!     step = paused.step(Vec::new(), Stride::Line);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod exchange;
mod host;
mod machine;
mod report;
mod session;
mod step;
mod stride;
mod tools;

pub use exchange::{MAX_VALUE_DEPTH, ValueError, ValueFault};
pub use machine::MAX_DEPTH;
pub use report::{RaisedError, Report, Variable};
pub use session::{Calls, ExecEnd, ExecError, ExecResult, NoCalls, Session};
pub use sift_compiler::compile::TooLarge;
pub use sift_compiler::exception::ExceptionClass;
pub use sift_runtime::runtime::{
    CallFailure, CallKey, CallKind, CallOutcome, ContextData, ContextDocument, ContextFiles, ContextKind, Derived,
    FoundPassage, HostAnswer, HostQuestion, HostRequest, HostTool, IssuedCall, LibraryUse, MAX_SCHEMA_BYTES,
    MAX_UNSETTLED, Printed, ToolAccess,
};
pub use sift_runtime::settings::{Budget, Echo, PastTurn, RunAhead, Settings};
pub use sift_stdlib::{
    LibraryExample, MAX_QUERY_CHARS, MAX_TOP_K, library_examples, library_manual, library_methods, library_paths,
    library_scope,
};
pub use sift_values::cost;
pub use sift_values::flow::{End, Limit};
pub use sift_values::scanned::ScannedRange;
pub use step::{CancelHandle, Compiled, Done, Ended, Machine, Needs, OutOfFuel, Raised, Refusal, Step};
pub use stride::{Position, Stride};
pub use tools::{MAX_TOOL_NAME, ToolNameError, can_be_hidden, check_tool_name};
