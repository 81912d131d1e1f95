//! The integration tests of the crate.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod defaults;
mod ledger;
mod strict_order;
