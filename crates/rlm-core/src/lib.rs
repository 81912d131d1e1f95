//! The loop: it composes the other crates and computes nothing itself.

pub mod prompt;
pub mod reply;
