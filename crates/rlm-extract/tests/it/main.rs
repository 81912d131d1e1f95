//! The integration tests of the crate.

#![allow(clippy::expect_used, reason = "tests panic on failure")]

mod packed;
mod pdf;
