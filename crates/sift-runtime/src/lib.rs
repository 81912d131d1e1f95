//! The runtime of Sift programs: the state of a session except for its call frames, and the
//! operators and library table that work on it.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod operate;
pub mod runtime;
pub mod settings;
pub mod table;
