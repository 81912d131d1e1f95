//! Tests of the terminal view of runs.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod keys;
mod progress;
mod screen;
mod screens;
mod written;
