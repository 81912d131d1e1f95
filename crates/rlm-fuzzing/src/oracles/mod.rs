//! What must hold, whatever the bytes: one function for each target, which panics with a good message where it does not.

#[cfg(feature = "whole")]
mod context;
#[cfg(feature = "grammars")]
pub mod grammar;
pub mod journal;
pub mod machine;
pub mod policy;
#[cfg(feature = "whole")]
pub mod providers;
mod python;
pub mod regex;
#[cfg(feature = "whole")]
pub mod runs;
pub mod syntax;
pub mod text;

#[cfg(feature = "whole")]
pub use context::context_loader;
#[cfg(feature = "grammars")]
pub use grammar::{grammar_implies_parser, printer_in_grammar};
pub use journal::journal_junk;
pub use machine::{budget_monotone, completion_order, run_tiny_limits};
pub use policy::policy_rules;
#[cfg(feature = "whole")]
pub use providers::{provider_reply_junk, sse_chunking};
pub use python::{cpython_vs_machine, runs_as_in_cpython};
pub use regex::regex_vs_cpython;
#[cfg(feature = "whole")]
pub use runs::{noninterference, replay_journal};
pub use syntax::{diagnostics_render, parse_bytes, parse_print_parse, parse_tokens};
pub use text::text_ops;
