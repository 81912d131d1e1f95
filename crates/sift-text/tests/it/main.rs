//! The integration tests of the crate.

#![allow(clippy::string_slice, reason = "tests panic on failure")]

mod limits;
mod model;
