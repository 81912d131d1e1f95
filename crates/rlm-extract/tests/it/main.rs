//! The integration tests of the crate.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests panic on failure")]

mod archives;
mod damage;
mod mail;
mod office;
mod packed;
mod parquet;
mod pdf;
mod sheets;
mod support;
mod texts;
