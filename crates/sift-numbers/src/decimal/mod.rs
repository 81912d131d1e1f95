//! Decimal arithmetic of the General Decimal Arithmetic Specification, as in Python's `decimal`.
//!
//! Everything is a pure function of its arguments and a [`Context`]. [`Decimal::digits`] and the
//! precision bound the work: no operation processes more digits than its operands and its result
//! have.
//!
//! Pitfalls:
//!
//! - **Numbers keep trailing zeros.** `1.30 + 1.2` is `2.50`; the exponent is part of the value,
//!   though not of equality.
//! - **Rounding happens once, at the end.** Operands are used unrounded, regardless of length. Only
//!   the result is rounded to the context, by [`Context::fit`]. A result rounded twice could be
//!   wrong in the last digit.
//! - **Exponents are far apart.** `1e999999 + 1` must not create a million zeros. So an operand
//!   that can only break a tie is replaced by a single digit.
//! - **Some results are signals.** A signal sets a flag; a trapped signal is an exception. Invalid
//!   operations, division by zero and overflow are trapped.

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
