//! Tests of the API for embedders.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test fails where it can't go on"
)]

mod functions;
mod programs;
mod session;
mod suspension;
