//! The integration tests of the crate.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

mod ahead;
mod best_effort;
mod card;
mod constrain;
mod deadlines;
mod direct;
mod history;
mod json_calls;
mod limits;
mod outcomes;
mod own_prompts;
mod profiles;
mod programs;
mod recursion;
mod run;
mod search;
mod server;
mod tools;
