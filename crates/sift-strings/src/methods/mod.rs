//! Python's string methods as pure functions over `&str`.
//!
//! A part of the input is returned as a byte range, never as a copy. The VM slices the original
//! text with it, so that a part costs only a header and keeps its position in the source. A new
//! text is a `String`. A companion function returns its size in bytes, so that callers can charge
//! the memory first.
//!
//! Pitfalls:
//!
//! - **White space and line ends are Python's.** `split()` splits at the information separators
//!   `\x1c` to `\x1f`, which are not white space in Unicode. `splitlines()` also ends lines at
//!   `\v`, `\f`, `\x85`, U+2028 and others.
//! - **Letters are not Rust's letters.** `isalpha` means general category L*, while
//!   [`char::is_alphabetic`] also includes marks and letter-like numbers.
//! - **Case changes lengths.** `"ß".upper()` is `"SS"`; a result has up to [`CASE_GROWTH`] times
//!   the bytes.
//! - **Programs see offsets in code points**, while those in this crate are in bytes; only
//!   [`CharBounds`] converts them.
//!
//! ```
//! use sift_strings::methods::{partition, split_whitespace};
//!
//! let text = " a\x1cb\u{3000}c ";
//! let pieces: Vec<&str> = split_whitespace(text, None).filter_map(|piece| text.get(piece)).collect();
//! assert_eq!(pieces, ["a", "b", "c"]);
//! assert_eq!(partition("key=value=more", "="), Ok([0..3, 3..4, 4..14]));
//! ```

mod bounds;
mod case;
mod error;
mod needle;
mod pad;
mod predicates;
mod replace;
mod search;
mod split;
mod strip;
mod translate;
mod unicode;
mod unicode_tables;

pub use bounds::CharBounds;
pub use case::{CASE_GROWTH, CaseChange, capitalize, casefold, lower, swapcase, title, upper};
pub use error::TextMethodError;
pub use needle::{LastNeedle, Needle};
pub use pad::{Padding, expandtabs, expandtabs_len, expandtabs_len_from, push_expanded, zfill, zfill_len};
pub use predicates::{
    TitleCase, denies_lower, denies_upper, isalnum, isalpha, isascii, isdecimal, isdigit, isidentifier, islower,
    isnumeric, isprintable, isspace, istitle, isupper,
};
pub use replace::replace;
pub use search::{count, ends_with_any, find, occurrences, rfind, starts_with_any};
pub use split::{
    LineEnds, partition, rpartition, rsplit, rsplit_whitespace, rsplit_whitespace_until, split, split_lines,
    split_lines_until, split_whitespace, split_whitespace_until,
};
pub use strip::{Side, remove_prefix, remove_suffix, strip, strip_until};
pub use translate::{Translation, maketrans, translate};
pub use unicode::{
    decimal_value, is_alnum, is_alpha, is_decimal, is_digit, is_identifier_continue, is_identifier_start,
    is_line_boundary, is_numeric, is_printable, is_space, is_title_cased,
};
