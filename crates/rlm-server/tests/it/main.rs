//! Tests of the service over HTTP, on a free port.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod access;
mod clients;
mod engine;
mod mcp;
#[path = "../../../rlm-mcp-server/tests/clients/mod.rs"]
mod mcp_clients;
mod openai;
mod requests;
mod support;
