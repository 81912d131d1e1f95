//! The compiler of Sift. It translates a parsed program to flat ops, the instructions of the
//! virtual machine.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod compile;
pub mod exception;
pub mod op;
