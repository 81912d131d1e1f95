//! The integration tests of the crate.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod archives;
mod context;
mod folder;
mod formats;
mod git;
mod guarded;
mod large;
mod load;
mod records;
mod refused;
