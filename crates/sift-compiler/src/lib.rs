//! The compiler of Sift. It translates a parsed program to flat ops.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod compile;
pub mod exception;
pub mod op;
