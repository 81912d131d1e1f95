//! Abstract values: the known facts about a value that depends on a pending model reply.
//!
//! Speculative execution runs a program past pending replies. An [`AbstractValue`] describes an
//! unknown value: its possible types ([`Kinds`]), its items, the format of a text ([`Shape`]), the
//! source of an iterator ([`Iteration`]).
//!
//! Each library function has a [`TransferFn`] in its row of the library table. The [`Transfer`]
//! that it returns contains the result, the exceptions that the call may raise, and its effects on
//! the arguments. A [`Speculator`] applies them.

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
