//! Processes that the product starts, as tools and as models.
//!
//! - **There is no shell.** A [`Program`] is started directly, with its arguments.
//! - **Secrets are withheld.** The process inherits the environment, except for variables that hold
//!   secrets.
//! - **No process is left behind.** Each process has its own group, which is killed when its
//!   [`Group`] is dropped. [`kill_all`] kills the groups of a program that is about to exit without
//!   dropping its values. A child with its own group or session (`setsid`, a daemon) survives.
//! - **Output is limited.** Both outputs of a process are read concurrently, up to a limit.
//!
//! ```
//! use rlm_process::Program;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let counter = Program::new("wc").with_arguments(["-w"]);
//! let output = counter.run(b"one two three".to_vec(), 1_000).await?;
//! assert_eq!((String::from_utf8_lossy(&output.stdout).trim(), output.failure), ("3", None));
//! # Ok::<(), std::io::Error>(()) })?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod group;
mod output;
mod program;

pub use group::{Group, kill_all};
pub use output::{ProcessOutput, tail};
pub use program::Program;
