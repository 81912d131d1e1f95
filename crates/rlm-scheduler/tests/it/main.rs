//! The scheduler before a model that does what a test says. Time is tokio's, and stands still but for what is waited for.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod budgets;
mod congestion;
mod faults;
mod hedging;
mod lanes;
mod loopback;
mod retries;
mod scheduling;
mod sharing;
mod support;
