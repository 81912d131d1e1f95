//! The execution of questions, between settings and commands: contexts, tools, runners, journals, recordings.

pub(crate) mod context;
pub(crate) mod interrupt;
pub(crate) mod journal;
pub(crate) mod private_files;
pub(crate) mod program_file;
pub(crate) mod question;
pub(crate) mod question_runner;
pub(crate) mod recording;
pub(crate) mod retrieval;
pub(crate) mod runner;
pub(crate) mod runtime;
pub(crate) mod standard_input;
pub(crate) mod state_file;
pub(crate) mod stored_session;
pub(crate) mod tools;
pub(crate) mod unfinished_run;
