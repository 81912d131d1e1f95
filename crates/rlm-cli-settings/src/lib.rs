//! What the binary `rlm` goes by: arguments, files of configuration and the environment, lowered to settings.
//!
//! [`args`] is the command line as clap parses it, [`environment`] the variables, [`configuration_file`] the files. [`flags`] adds
//! to a command line the flags that files state, [`runner`] lowers all of it to the settings of a runner, and [`origins`] says for
//! each flag which value holds and who says so, as `rlm config show` prints it. A new flag is a field in [`args`] and a line where
//! it is lowered.

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
