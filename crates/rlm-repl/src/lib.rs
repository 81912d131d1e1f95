//! An interactive session, without its terminal: what is typed is read here, and nothing is run.
//!
//! A terminal asks four things while somebody types, and a pipe asks the first two of them. Each is a function of the text alone, and of
//! the names that are bound:
//!
//! - **Is that all?** [`reading`] asks the parser, as Python's prompt does. The trap is saying "go on" to a program that is whole: it would
//!   never run. An unfinished text is one that the parser refuses and that a few characters more would mend; a block that could be longer
//!   waits for an empty line, which is no fault of it.
//! - **Is it a program?** [`Entry::read`] tells programs from [`Command`]s, which begin with a colon: no program does.
//! - **What could stand here?** [`complete`] offers names, modules, keyword arguments of the function that is being called, and after a dot
//!   the members of what stands before it, by its type. Nothing is evaluated for that: to look must not spend.
//! - **What is that?** [`help_on`] says what `help` tells a program.
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
