//! Every way to a model, from outside: one program, so that it is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at once where it can't go on"
)]

mod extractive;
mod fake;
mod mailbox;
mod openai;
mod replay;
mod spec;
mod support;
