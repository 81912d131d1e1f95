//! The loop: it composes the other crates and computes nothing itself.

mod citation;
mod error;
pub mod prompt;
pub mod reply;
mod result;
mod run;
mod runner;
mod settings;

pub use citation::{Citation, MAX_CITATIONS};
pub use error::{MAX_QUESTION_BYTES, RunError};
pub use result::{Note, RunResult};
pub use runner::{RunOptions, Runner, RunnerBuilder};
pub use settings::{Echo, RunSettings, Sampling};
