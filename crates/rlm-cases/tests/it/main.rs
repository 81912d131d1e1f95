//! The integration tests of the crate.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests panic on failure")]

mod judging;
mod reading;
mod snapshots;
