//! The files of a batch: questions in, answers out, and the runs between.

mod answers;
mod begun;
mod questions;

pub(crate) use answers::Answers;
pub(crate) use begun::Begun;
pub(crate) use questions::{Line, read};
