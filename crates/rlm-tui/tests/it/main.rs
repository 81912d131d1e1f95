//! Tests of the terminal view of runs.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod keys;
mod screen;
mod screens;
mod written;
