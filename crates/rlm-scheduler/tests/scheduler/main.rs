//! The scheduler before a model that does what a test says. Time is tokio's, and stands still but for what is waited for.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at once where it can't go on"
)]

mod congestion;
mod faults;
mod lanes;
mod loopback;
mod retries;
mod scheduling;
mod sharing;
mod support;
