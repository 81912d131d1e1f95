//! The semantics of operators, subscripts and attributes for each type of value. Nothing here
//! recurses natively over nested values.

mod arithmetic;
mod attribute;
mod classes;
mod collection;
mod compare;
pub mod deques;
mod equality;
pub mod extension;
mod fields;
mod formatting;
pub mod hash;
mod named_tuples;
mod number;
mod repr;
mod search;
mod small;
mod sort;
mod subscript;
mod texts;

pub use classes::UNION;
pub use collection::freeze;
pub use formatting::NamedArguments;
pub use number::{MAX_NUMBER_BYTES, Number, exact_ratio, float_of_text};
pub use small::small_arithmetic;
