//! Tests of the pages of real and hostile runs, as text and in a browser.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod browser;
mod browsing;
mod hostile;
mod pages;
mod pictures;
mod recorded;
mod showcase;
mod written;
