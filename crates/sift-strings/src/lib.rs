//! Python's string methods, number formatting and number parsing, as pure functions over `&str`.
//!
//! - [`methods`]: `str.split`, `str.upper`, `str.isalpha` and the others, with Python's Unicode rules.
//! - [`format`](mod@format): `repr`, `format`, `%`, `int()`, `float()` and `round()`.
//! - [`character_named`]: looks a character up by its Unicode name.
//!
//! Functions that build a text have a companion that returns an upper bound of its size, so that a
//! caller with a memory limit can check it first.
//!
//! ```
//! use sift_strings::format::{FormatSpec, FormatValue};
//! use sift_strings::methods::{isidentifier, title};
//!
//! assert_eq!(title("they're here"), "They'Re Here");
//! assert!(isidentifier("größe_1"));
//! let value = FormatValue::Float(1234.5);
//! assert_eq!(FormatSpec::parse(",.2f", &value, "float")?.format(&value)?, "1,234.50");
//! # Ok::<(), sift_strings::format::FormatError>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod character_name;
pub mod format;
pub mod methods;

pub use character_name::character_named;
