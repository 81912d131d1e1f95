//! What operators, subscripts and attributes mean for each type. Nothing here recurses natively over nested values.

mod arithmetic;
mod attribute;
mod collection;
mod compare;
mod equality;
mod exact;
mod fields;
mod formatting;
mod hash;
mod long_integers;
mod number;
mod repr;
mod search;
mod small;
mod sort;
mod subscript;

pub(crate) use collection::{Found, freeze};
pub(crate) use exact::ToWhole;
pub(crate) use formatting::Named;
pub(crate) use long_integers::{floor_divide, gcd, isqrt, modular_inverse, modular_power};
pub(crate) use number::{MAX_NUMBER_BYTES, Number};
pub(crate) use small::small_arithmetic;
