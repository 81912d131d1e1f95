//! The output of the binary `rlm`: results on standard output, all other messages on standard
//! error.
//!
//! All output goes through [`console`]. [`failure`] contains every error with its code, its hint
//! and its exit code, and [`schemas`] contains the JSON objects of `--json`. Progress, steps and
//! the live screen are computed from the events of a journal. This crate has no access to
//! arguments, configuration or commands.

pub mod answer_file;
pub mod console;
pub mod failure;
pub mod first_line;
pub mod highlighting;
pub mod live;
pub mod loading;
pub mod markdown;
pub mod metrics;
pub mod outline;
pub mod places;
pub mod progress;
pub mod run_facts;
pub mod run_result;
pub mod schemas;
pub mod screen;
pub mod step_lines;
pub mod steps;
pub mod table;
pub mod text;
