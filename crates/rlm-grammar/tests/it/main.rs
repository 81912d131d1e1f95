//! The crate's integration tests.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod common;
mod current;
mod gbnf;
mod lark;
mod limits;
mod mutations;
mod printed;
mod samples;
