//! Tests of the service over HTTP, on a free port.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod access;
mod api;
mod attacks;
mod clients;
mod engine;
mod openai;
mod operations;
mod requests;
mod schema;
mod support;
