//! The integration tests of the crate.

#![allow(clippy::expect_used, reason = "a test stops at the first surprise")]

mod packed;
mod pdf;
