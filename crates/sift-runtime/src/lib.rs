//! The runtime of Sift: the state of a session, except for its call frames, and what works on it.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod operate;
pub mod runtime;
pub mod settings;
pub mod table;
