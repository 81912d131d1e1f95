//! The integration tests of the crate.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod commands;
mod completion;
mod reading;
