//! Runs: questions, their limits, what is active, what was recorded, and how clients see them.

pub(crate) mod active;
pub(crate) mod background;
pub(crate) mod events;
pub(crate) mod executions;
pub(crate) mod ids;
pub(crate) mod job;
pub(crate) mod limits;
pub(crate) mod money;
pub(crate) mod question;
pub(crate) mod recorded;
pub(crate) mod resume;
pub(crate) mod run_object;
pub(crate) mod tree;
