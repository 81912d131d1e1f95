//! The crate's integration tests.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod common;
mod current;
mod gbnf;
mod lark;
mod limits;
mod mutations;
mod printed;
mod samples;
