//! The crate's integration tests.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod check;
mod common;
mod corpus;
mod cpython;
mod depth;
mod diagnostics;
mod format;
mod forms;
mod highlight;
mod manual;
mod nearest;
mod oracle;
mod robustness;
mod round_trip;
mod tables;
