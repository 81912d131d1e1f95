//! Tests of the scheduler with a scripted model. Time is Tokio's paused time, which advances only
//! while tests wait.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests panic on failure")]

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
