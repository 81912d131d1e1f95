//! The runtime of Sift: all of a session but the functions that are running. Operators and library functions work on it.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod operate;
pub mod runtime;
pub mod settings;
pub mod table;
