//! The integration tests of the crate.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod ahead;
mod best_effort;
mod card;
mod constrain;
mod deadlines;
mod history;
mod json_calls;
mod limits;
mod outcomes;
mod own_prompts;
mod programs;
mod recursion;
mod rehearse;
mod replay;
mod resume;
mod router;
mod run;
mod search;
mod server;
mod session;
mod support;
mod tools;
mod tools_again;
