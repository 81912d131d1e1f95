//! Python's string methods as pure functions over `&str`.
//!
//! What is a piece of the input is returned as a range of its bytes, never as a copy: the machine cuts a slice of the
//! text it came from, so that a piece costs a header only and still knows its place in the source. What is new is a
//! `String`; a function beside it says how many bytes that will be, so that memory is paid for before it is taken.
//!
//! Traps of the domain:
//!
//! - **White space and line ends are Python's.** `split()` cuts at the information separators `\x1c` to `\x1f`, which
//!   Unicode does not call white space, and `splitlines()` ends lines at `\v`, `\f`, `\x85`, U+2028 and more.
//! - **Letters are not Rust's letters.** `isalpha` means general category L*, while [`char::is_alphabetic`] takes in
//!   marks and letter-like numbers too.
//! - **Case changes lengths.** `"ß".upper()` is `"SS"`; a result has up to [`CASE_GROWTH`] times the bytes.
//! - **Offsets that a program sees count code points**, those in here bytes; [`CharBounds`] is the only bridge.
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
