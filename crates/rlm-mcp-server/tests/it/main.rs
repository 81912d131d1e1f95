//! Tests of the tools with a client of the protocol, over a pipe.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod arguments;
mod runs;
mod support;
mod tools;
