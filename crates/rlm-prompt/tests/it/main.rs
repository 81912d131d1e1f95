//! The integration tests of the crate.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod card;
mod prompts;
mod reply;
mod templates;
