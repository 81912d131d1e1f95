//! Runs on a terminal, as they are seen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at once where something is not as it says"
)]

mod keys;
mod screen;
mod screens;
mod written;
