//! The integration tests of the crate.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod call_names;
mod canonical;
mod chain;
mod coverage;
mod folds;
mod prompts;
mod steps;
mod support;
mod tail;
mod texts;
mod why;
mod writing;
