//! Python's `re`: its syntax, its messages and its meaning, without its exponential time where that can be avoided.
//!
//! A pattern is parsed by a parser of our own, which knows Python 3.11's syntax and CPython's messages. Three engines
//! search with it, and no program can tell them apart ([`Engine`]):
//!
//! - **The bounded engine** is the crate `regex`, for regular patterns whose matches end after so many bytes or lines, and
//!   for short texts. It is given windows of the text, each paid for before it is read.
//! - **The automata** are those of `regex-automata`, for all other regular patterns and for texts that do not stand in one
//!   place. We drive them byte by byte, so that a pattern such as `.*[^A-Z]|[A-Z]`, which reads to the line's end for
//!   each letter, pays for each reading.
//! - **The backtracker** is ours, for lookaround, backreferences, conditionals, atomic groups and possessive
//!   repetitions. It keeps its ways back on a stack of its own, never on the machine's, and pays for each step, so that
//!   a pattern such as `(a+)+\1b` ends for want of fuel and not for want of patience.
//!
//! A search pays through a [`Budget`]: fuel for what it reads and tries, memory for what it holds meanwhile.
//!
//! Traps of the domain, each a difference between Python and the crate `regex`:
//!
//! - `$` also matches before a newline that ends the text; a lone end of the text is `\Z`.
//! - `\w` is what `str.isalnum` takes, and `_`: no combining marks. `\s` takes `\x1c` to `\x1f`.
//! - Ignoring case compares lower-case forms, so that `i` matches `İ` and `ı`.
//! - `[[]`, `{,n}` and a lone `{` mean what they say; `]` first in a set is a member.
//! - An empty match may stand right behind another match, but two empty ones never at the same place ([`Scan`]).
//! - Positions in messages count code points; spans in here are bytes.
//!
//! ```
//! use sift_regex::{Flags, Pattern, Scan, SearchMode};
//!
//! let mut fuel = |_units: u64| Ok(());
//! let pattern = Pattern::compile(r"(?P<key>\w+)=(\d*)", Flags::NONE)?;
//! let text = "a=1, né=";
//! let mut scan = Scan::new(0);
//! let mut keys = Vec::new();
//! while let Some(found) = pattern.next_match(text, &mut scan, &mut fuel)?.captures {
//!     keys.extend(found.span(1).and_then(|span| text.get(span)));
//! }
//! assert_eq!(keys, ["a", "né"]);
//!
//! let error = Pattern::compile("(a", Flags::NONE).map(|_| ()).map_err(|error| error.to_string());
//! assert_eq!(error, Err(String::from("missing ), unterminated subpattern at position 0")));
//!
//! let twice = Pattern::compile(r"(\w+) \1", Flags::NONE)?;
//! assert!(twice.search("the the", 0, SearchMode::Fullmatch, &mut fuel)?.captures.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod ast;
mod automaton;
mod backtrack;
mod boundary;
mod bounded;
mod budget;
mod captures;
mod case;
mod charset;
pub mod cost;
mod error;
mod flags;
mod group_text;
mod haystack;
mod mode;
mod parser;
mod pattern;
mod pike;
mod program;
mod reach;
mod scan;
mod template;
mod translate;

pub use budget::Budget;
pub use captures::Captures;
pub use error::{PatternError, PatternErrorKind, PatternPosition, Stop};
pub use flags::Flags;
pub use group_text::GroupText;
pub use haystack::Haystack;
pub use mode::SearchMode;
pub use parser::{MAX_DEPTH, MAX_PATTERN_BYTES};
pub use pattern::{Engine, Pattern, Searched};
pub use scan::Scan;
pub use template::{Template, TemplatePart, escape};
