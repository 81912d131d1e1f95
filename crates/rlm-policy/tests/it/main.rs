//! The integration tests of the crate.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests panic on failure")]

mod defaults;
mod ledger;
mod strict_order;
