//! The integration tests of the crate.

#![allow(clippy::string_slice, reason = "a test stops at the first surprise")]

mod limits;
mod model;
