//! The integration tests of the crate.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod rehearse;
mod replay;
mod resume;
mod resumed_tools;
mod router;
mod session;
