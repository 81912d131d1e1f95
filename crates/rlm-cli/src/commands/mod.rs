//! One module per command.

pub(crate) mod batch;
pub(crate) mod bundle;
pub(crate) mod cache;
pub(crate) mod call;
pub(crate) mod chat;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod estimate;
pub(crate) mod exec;
pub(crate) mod fmt;
pub(crate) mod fork;
pub(crate) mod init;
pub(crate) mod job;
pub(crate) mod models;
pub(crate) mod prompts;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod resume;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod schema;
pub(crate) mod session;
pub(crate) mod trace;
