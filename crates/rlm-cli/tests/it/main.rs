//! Tests of the binary. Each snapshot contains a command, its exit code, and its output on both
//! streams.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod at_rest;
mod bad_input;
mod batch;
mod book;
mod cache;
mod call;
mod cases;
#[cfg(unix)]
mod chaos;
mod check;
#[cfg(unix)]
mod commands_as_models;
mod completions;
mod configuration;
mod conversations;
mod databases;
mod demo;
mod deploy;
mod doctor;
mod effects;
mod estimate;
mod examples;
mod exec;
mod exports;
mod finals;
mod fmt;
mod formats;
mod forms;
mod help;
mod history;
mod images;
mod init;
#[cfg(unix)]
mod interrupts;
mod jobs;
mod large;
mod limits;
mod live_cases;
mod log;
mod manners;
mod mcp;
#[path = "../../../rlm-mcp-server/tests/clients/mod.rs"]
mod mcp_clients;
mod models;
mod no_model;
mod options;
mod progress;
mod prompt_cases;
mod prompts;
mod records;
mod recursion;
mod repl;
mod report;
mod resume;
mod router;
mod run;
mod search;
#[cfg(unix)]
mod serve;
mod server;
#[path = "../../../sift-vm/tests/it/support/sessions.rs"]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "shared with the tests of sift-vm"
)]
mod sessions;
mod support;
mod telemetry;
mod terminal;
mod tools;
mod trace;
mod tui;
mod without_context;
