//! The files of a batch: questions in, answers out.

mod answers;
mod questions;

pub(crate) use answers::Answers;
pub(crate) use questions::{Line, read};
