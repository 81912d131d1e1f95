//! The integration tests of the crate.

#![allow(clippy::unwrap_used, reason = "tests panic on failure")]

mod cache;
