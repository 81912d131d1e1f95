//! Python's `re`: its syntax, messages and semantics, without exponential time if that can be
//! avoided.
//!
//! Patterns are parsed by our own parser for Python 3.11's syntax, with CPython's messages. Three
//! engines search with them, and programs can't tell which one ran ([`Engine`]):
//!
//! - **The bounded engine** is the crate `regex`, for regular patterns with a bound on the bytes or
//!   lines of a match, and for short texts. It runs on windows of the text, each paid for before it
//!   is read.
//! - **The automata** are those of `regex-automata`, for all other regular patterns and for texts
//!   that are ropes. We drive them byte by byte, so that every byte read is paid for. A pattern
//!   such as `.*[^A-Z]|[A-Z]`, for example, reads to the end of the line for each letter.
//! - **The backtracker** is ours, for lookaround, backreferences, conditionals, atomic groups and
//!   possessive repetitions. It keeps its choices on an explicit stack, not on the machine's, and
//!   pays for each step. So a pattern such as `(a+)+\1b` runs out of fuel instead of running for
//!   hours.
//!
//! A search pays through a [`Budget`]: fuel for the work, memory for its bookkeeping.
//!
//! Pitfalls, each a difference between Python and the crate `regex`:
//!
//! - `$` also matches before a newline at the end of the text; only `\Z` is the very end.
//! - `\w` matches the characters of `str.isalnum` and `_`, but no combining marks. `\s` matches
//!   `\x1c` to `\x1f`.
//! - Ignoring case compares lower-case forms, so `i` matches `İ` and `ı`.
//! - `[[]`, `{,n}` and a lone `{` are literal; `]` first in a set is a member.
//! - An empty match may directly follow another match, but two empty matches never share a position
//!   ([`Scan`]).
//! - Positions in messages count code points; spans in this crate are bytes.
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
