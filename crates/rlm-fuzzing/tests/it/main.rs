//! The integration tests of the crate.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod labels;
mod targets;
