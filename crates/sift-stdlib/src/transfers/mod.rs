//! Transfer functions of the library, for abstract interpretation: the possible results and
//! exceptions of a function for unknown arguments.
//!
//! They must be sound. An overly wide result or an excess exception only makes speculation less
//! precise. A missing one makes the speculator predict calls that the program doesn't make.

pub(crate) mod classes;
pub(crate) mod collections;
pub(crate) mod dicts;
pub(crate) mod functions;
pub(crate) mod iterables;
pub(crate) mod prelude;
pub(crate) mod texts;
