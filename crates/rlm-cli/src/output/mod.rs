//! What people and programs read: the console, progress, steps, the live screen, tables, JSON objects and failures.

pub(crate) mod answer_file;
pub(crate) mod console;
pub(crate) mod failure;
pub(crate) mod highlighting;
pub(crate) mod live;
pub(crate) mod loading;
pub(crate) mod metrics;
pub(crate) mod outline;
pub(crate) mod progress;
pub(crate) mod run_facts;
pub(crate) mod run_result;
pub(crate) mod schemas;
pub(crate) mod step_lines;
pub(crate) mod steps;
pub(crate) mod table;
pub(crate) mod text;
