//! Every way to a model, from outside: one program, so that it is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at once where it can't go on"
)]

mod anthropic;
mod compatible;
mod extractive;
mod fake;
mod forms;
mod forms_rejected;
mod generic;
mod mailbox;
mod ollama;
mod openai;
mod replay;
mod responses;
mod spec;
mod support;
mod vertex;
