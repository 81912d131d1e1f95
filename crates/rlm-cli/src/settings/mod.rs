//! What commands go by: the lowering of arguments, `rlm.toml` and the environment.

pub(crate) mod answer;
pub(crate) mod cache;
pub(crate) mod configuration_file;
pub(crate) mod environment;
pub(crate) mod flags;
pub(crate) mod folders;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod model_bindings;
pub(crate) mod models;
pub(crate) mod named_models;
pub(crate) mod origins;
pub(crate) mod prompts;
pub(crate) mod runner;
pub(crate) mod task_file;
