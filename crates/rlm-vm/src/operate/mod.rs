//! What operators, subscripts and attributes mean for each type. Nothing here recurses natively over nested values.

mod arithmetic;
mod attribute;
mod classes;
mod collection;
mod compare;
pub(crate) mod deques;
mod equality;
pub(crate) mod extension;
mod fields;
mod formatting;
pub(crate) mod hash;
mod named_tuples;
mod near;
mod number;
mod repr;
mod search;
mod small;
mod sort;
mod subscript;

pub(crate) use classes::UNION;
pub(crate) use collection::{Found, freeze};
pub(crate) use extension::{Operators, ToWhole};
pub(crate) use formatting::Named;
pub(crate) use near::near;
pub(crate) use number::{MAX_NUMBER_BYTES, Number};
pub(crate) use small::small_arithmetic;
