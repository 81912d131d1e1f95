//! The values of Sift programs: their heap, their classes, pending calls, and the meter of their fuel.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

pub mod calendar;
pub mod capacity;
pub mod classes;
pub mod cost;
pub mod dict;
pub mod flow;
pub mod fraction;
pub mod heap;
pub mod long_integers;
pub mod meter;
pub mod object;
pub mod pending_calls;
pub mod scanned;
pub mod value;
pub mod windows;
