//! The integration tests of all adapters, in one program, so that it is linked once.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod anthropic;
mod compatible;
mod detect;
mod exec;
mod fake;
mod forms;
mod forms_rejected;
mod generic;
mod images;
mod mailbox;
mod ollama;
mod openai;
mod openai_failures;
mod replay;
mod responses;
mod search;
mod services;
mod spec;
mod support;
mod vertex;
