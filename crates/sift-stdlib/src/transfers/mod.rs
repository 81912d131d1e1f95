//! What library functions make of values that are not known: the transfer functions of their rows.
//!
//! A function may claim less than is true, never more: a result that is too wide or an exception too many costs a guess,
//! one too few makes the machine foresee calls that the program does not make.

pub(crate) mod classes;
pub(crate) mod collections;
pub(crate) mod dicts;
pub(crate) mod functions;
pub(crate) mod iterables;
pub(crate) mod prelude;
pub(crate) mod texts;
