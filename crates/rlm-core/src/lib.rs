//! The loop: it composes the other crates and computes nothing itself.

mod citation;
mod error;
pub mod prompt;
pub mod reply;
mod replay;
mod result;
mod run;
mod runner;
mod session;
mod settings;

pub use citation::{Citation, MAX_CITATIONS};
pub use error::{MAX_QUESTION_BYTES, RunError};
pub use replay::{Extent, ReplayError, ReplayReport, replay};
pub use result::{Note, RunResult};
pub use runner::{RunOptions, Runner, RunnerBuilder};
pub use session::{Session, SessionEnd, SessionStep};
pub use settings::{Echo, RunSettings, Sampling};
