//! The oracles of the fuzz targets. Each is a function that panics with a descriptive message if a
//! property is violated.

#[cfg(feature = "vm")]
mod conformance;
#[cfg(feature = "whole")]
mod context;
#[cfg(feature = "grammars")]
pub mod grammar;
#[cfg(feature = "trace")]
pub mod journal;
#[cfg(feature = "vm")]
pub mod labels;
#[cfg(feature = "vm")]
pub mod machine;
#[cfg(feature = "policy")]
pub mod policy;
#[cfg(feature = "whole")]
pub mod providers;
#[cfg(feature = "regex")]
mod python;
#[cfg(feature = "regex")]
pub mod regex;
#[cfg(feature = "whole")]
pub mod runs;
#[cfg(feature = "whole")]
pub mod service;
#[cfg(feature = "syntax")]
pub mod syntax;
#[cfg(feature = "text")]
pub mod text;

#[cfg(feature = "vm")]
pub use conformance::{cpython_vs_machine, runs_as_in_cpython};
#[cfg(feature = "whole")]
pub use context::context_loader;
#[cfg(feature = "grammars")]
pub use grammar::{grammar_implies_parser, printer_in_grammar};
#[cfg(feature = "trace")]
pub use journal::journal_junk;
#[cfg(feature = "vm")]
pub use machine::{budget_monotone, completion_order, run_tiny_limits};
#[cfg(feature = "policy")]
pub use policy::policy_rules;
#[cfg(feature = "whole")]
pub use providers::{provider_reply_junk, sse_chunking};
#[cfg(feature = "regex")]
pub use python::what_cpython_prints;
#[cfg(feature = "regex")]
pub use regex::regex_vs_cpython;
#[cfg(feature = "whole")]
pub use runs::{noninterference, replay_journal};
#[cfg(feature = "whole")]
pub use service::service_requests;
#[cfg(feature = "syntax")]
pub use syntax::{diagnostics_render, parse_bytes, parse_print_parse, parse_tokens};
#[cfg(feature = "text")]
pub use text::text_ops;
