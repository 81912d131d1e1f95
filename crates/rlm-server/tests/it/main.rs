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
#[path = "../../../rlm-report/tests/it/browser.rs"]
#[allow(dead_code, reason = "the tests of reports use the rest")]
mod browser;
mod clients;
mod engine;
mod mcp;
#[path = "../../../rlm-mcp-server/tests/clients/mod.rs"]
mod mcp_clients;
mod openai;
mod operations;
mod page;
mod page_in_browser;
mod pictures;
mod requests;
mod schema;
mod support;
mod telemetry;
