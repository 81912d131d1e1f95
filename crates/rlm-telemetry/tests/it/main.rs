//! The integration tests of telemetry, against a collector that decodes requests by OpenTelemetry's
//! own definitions, and servers that fail.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod collector;
mod delivery;
mod official;
