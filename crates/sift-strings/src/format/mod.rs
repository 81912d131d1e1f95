//! Formatting and parsing of numbers and strings with Python's rules: `repr`, `format`, `%`,
//! `int()`, `float()` and `round()`.
//!
//! Everything here is a pure function of its arguments. A width or a precision of five characters
//! can request gigabytes. So every function that builds a text has a `size_hint`: an upper bound in
//! bytes, to be charged before building.
//!
//! Pitfalls:
//!
//! - **`repr` is the shortest text that parses back.** `repr(0.1)` is `0.1`, and `repr(1e16)` is
//!   `1e+16`. An exponent is used for more than 16 digits before the point, or more than three
//!   zeros after it.
//! - **Ties of the exact value go to even.** `round(2.675, 2)` is `2.67`, because the float is
//!   below the tie. So rounding uses exact decimal digits, never a multiplication by a power of
//!   ten.
//! - **Zeros are padding or digits.** `format(1234, "010,")` is `00,001,234`: padding zeros are
//!   grouped like digits.
//! - **Converting a long integer takes quadratic time**, so both directions are limited to
//!   [`MAX_INT_DIGITS`] digits.
//! - **Errors are reported in reading order.** `"{x} {".format()` reports the missing `x` before
//!   the stray brace. So [`FormatTemplate`] and [`PercentTemplate`] are read piece by piece, not
//!   parsed as a whole.
//!
//! ```
//! use sift_strings::format::{FormatSpec, FormatValue, float_repr};
//!
//! let value = FormatValue::Float(1234.5);
//! let spec = FormatSpec::parse(">12,.2f", &value, "float")?;
//! assert!(spec.size_hint(&value) >= 12);
//! assert_eq!(spec.format(&value)?, "    1,234.50");
//! assert_eq!(float_repr(1e22), "1e+22");
//! # Ok::<(), sift_strings::format::FormatError>(())
//! ```

mod error;
mod float;
mod hex;
mod int;
mod number_parser;
mod percent;
mod repr;
mod spec;
mod spec_render;
mod template;

pub use error::{FormatError, NumberError};
pub use float::{MAX_EXACT_DIGITS, float_repr, round_half_even};
pub use hex::{FloatHexError, float_hex, parse_float_hex};
pub use int::{IntRef, MAX_INT_DIGITS, Radix, int_digits, int_repr};
pub use number_parser::{
    invalid_int, is_int_char, is_number_char, parse_float, parse_int, parse_small_int, read_float,
};
pub use percent::{Count, PercentCode, PercentField, PercentFlags, PercentPiece, PercentTemplate, PercentValue};
pub use repr::{REPR_GROWTH, escaped_non_ascii, push_repr_part, quote_around, str_ascii, str_repr};
pub use spec::{Align, FormatSpec, FormatValue, Grouping, Sign};
pub use template::{Accessor, AutoNumber, Conversion, FieldRoot, FieldSpec, FormatField, FormatPiece, FormatTemplate};

/// The maximum length of one literal piece of a template, in bytes, so that callers can stop within
/// a long template.
const WINDOW_BYTES: usize = 1 << 20;
