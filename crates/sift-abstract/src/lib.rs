//! Abstract values: what is known of a value before the reply that decides it has arrived.
//!
//! Speculative execution runs a program past pending replies. An [`AbstractValue`] stands for a value that is not known:
//! the types it may have ([`Kinds`]), those of its items, what a text looks like ([`Shape`]), what an iterator goes through
//! ([`Iteration`]). A library function says what it makes of such values by its [`TransferFn`], which stands in its row of
//! the library's table: a [`Transfer`] names the result, the exceptions that the call may raise and what it does to its
//! arguments. The [`Speculator`] that calls it carries that out.

mod iteration;
mod kinds;
mod transfer;
mod value;

pub use iteration::{Iteration, Version};
pub use kinds::{ANY_SIZE, Kinds, Refinement, Shape};
pub use transfer::{
    ANYTHING, Call, Derivation, Effect, Evaluation, NOTHING, Pattern, Raises, Reads, Speculation, Speculator, Transfer,
    TransferFn, anything, type_error_unless,
};
pub use value::{AbstractValue, KnownPattern, MAX_DEPTH, Test};
