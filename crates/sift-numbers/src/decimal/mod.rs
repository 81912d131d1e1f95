//! Decimal numbers: the arithmetic of the General Decimal Arithmetic Specification, as Python's `decimal` has it.
//!
//! Everything is a pure function of its arguments and a [`Context`]. [`Decimal::digits`] and the precision bound the work: no
//! operation reads more digits than its operands and its result have.
//!
//! Pitfalls:
//!
//! - **Numbers remember their zeros.** `1.30 + 1.2` is `2.50`; the exponent is part of the value, though not of equality.
//! - **Rounding happens once, at the end.** Operands are taken as they are, however long; only the result is fitted to
//!   the precision, by [`Context::fit`]. A result cut twice would be wrong in the last digit.
//! - **Exponents are far apart.** `1e999999 + 1` must not make a million zeros: the smaller operand is replaced by one
//!   digit where it can only break a tie.
//! - **Some results are signals.** A signal sets a flag; a trapped one is an exception. Invalid operations, division by
//!   zero and overflow are trapped.

mod arithmetic;
mod compare;
mod context;
mod convert;
mod divide;
mod format;
mod number;
mod parse;
mod power;
mod round;
mod text;
mod transcendental;

pub use context::{Context, Flag, Rounding, Trap};
pub use convert::HASH_MODULUS;
pub use format::{DecimalSpec, SpecError};
pub use number::{Decimal, Kind, MAX_EXPONENT, MIN_LAST_EXPONENT, digits_of};

use number::{power_of_ten, signed, unsigned};
