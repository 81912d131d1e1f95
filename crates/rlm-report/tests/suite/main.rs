//! Pages of real runs and of hostile ones, as text and in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says, and says where it could not run"
)]

mod browser;
mod browsing;
mod hostile;
mod pages;
mod recorded;
mod written;
