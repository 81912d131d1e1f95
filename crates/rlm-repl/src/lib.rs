//! The input side of an interactive session: parsing, completion and help. This crate has no
//! terminal and runs no programs.
//!
//! A terminal needs four functions while the user types, and a pipe needs the first two. Each
//! depends only on the text and on the names that are bound:
//!
//! - **Is the input complete?** [`reading`] uses the parser, as Python's prompt does. The pitfall
//!   is to wait for more input after a complete program, which would never run. A text is
//!   unfinished if the parser rejects it and a few more characters would make it valid. A block
//!   that could be longer waits for an empty line.
//! - **Is it a program?** [`Entry::read`] distinguishes programs from [`Command`]s, which begin
//!   with a colon. No program does.
//! - **What are the completions?** [`complete`] offers names, modules, and keyword arguments of the
//!   function that is being called. After a dot it offers the members of the type before it.
//!   Nothing is evaluated, since completion must not cost anything.
//! - **What is this name?** [`help_on`] returns the output of `help`.
//!
//! ```
//! use rlm_repl::{Command, Entry, Names, Reading, complete, reading};
//!
//! assert_eq!(reading("total = sum("), Reading::Unfinished);
//! assert_eq!(reading("for line in lines:\n    print(line)"), Reading::Open);
//! assert_eq!(reading("for line in lines:\n    print(line)\n"), Reading::Whole);
//!
//! assert_eq!(Entry::read(":fuel"), Ok(Entry::Command(Command::Fuel)));
//!
//! let names = Names::new([("report", "str")]);
//! let found = complete("report.split", 12, &names);
//! let shown: Vec<&str> = found.candidates.iter().map(|found| found.text.as_str()).collect();
//! assert_eq!(shown, ["split", "splitlines"]);
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod command;
mod completion;
mod help;
mod listing;
mod names;
mod operand;
mod reading;
mod scan;

pub use command::{Command, CommandError, Entry, commands_help};
pub use completion::{Candidate, Completions, complete};
pub use help::help_on;
pub use listing::{Listed, list_variables};
pub use names::Names;
pub use reading::{Reader, Reading, reading};
