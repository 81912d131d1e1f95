//! Executes questions for the binary `rlm`: from settings to a run with its context, tools, journal
//! and result.
//!
//! [`question_runner`] answers questions about one context, and [`stored_session`] those of a
//! session. [`recording`] loads the context of a recorded run again, and [`interrupt`] cancels work
//! on Ctrl-C. The commands of `rlm` combine these modules.

pub mod context;
pub mod interrupt;
pub mod journal;
pub mod local_models;
pub mod private_files;
pub mod program_file;
pub mod question;
pub mod question_runner;
pub mod recording;
pub mod retrieval;
pub mod runner;
pub mod runtime;
pub mod service;
pub mod standard_input;
pub mod state_file;
pub mod stored_session;
pub mod stores;
pub mod telemetry;
pub mod tools;
pub mod unfinished_run;
