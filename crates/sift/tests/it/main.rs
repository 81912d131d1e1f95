//! Tests of the API for embedders.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "tests panic on failure"
)]

mod functions;
mod programs;
mod session;
mod suspension;
