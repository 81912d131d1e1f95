//! The settings of the binary `rlm`: arguments, configuration files and the environment, converted
//! to settings of the library.
//!
//! [`args`] is the command line as clap parses it, [`environment`] contains the environment
//! variables, and [`configuration_file`] reads the configuration files. [`flags`] adds the flags of
//! configuration files to a command line, and [`runner`] converts the result to the settings of a
//! runner. [`origins`] returns the value of each flag and its origin, as `rlm config show` prints
//! them. A new flag is a field in [`args`] and a line in the function that converts it.

pub mod answer;
#[expect(missing_docs, reason = "a doc comment of an argument is its help")]
pub mod args;
pub mod cache;
pub mod configuration_file;
pub mod environment;
pub mod flags;
pub mod folders;
pub mod keys;
pub mod limits;
pub mod model_bindings;
pub mod models;
pub mod named_models;
pub mod origins;
pub mod prompts;
pub mod runner;
pub mod task_file;
