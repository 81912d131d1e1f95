//! Fuzz targets: generators of hostile input, and properties that must hold for any input.
//!
//! A [generator](generators) creates input from bytes. An [oracle](oracles) is a function over
//! bytes that panics if a property is violated. Each oracle is a [`Target`] with three uses. A
//! fuzzer calls it with bytes that it mutates (the folder `fuzz/` only connects it to libFuzzer). A
//! test of this crate calls it with its seeds, its regression inputs, and some hundreds of fixed
//! inputs. The property tests of other crates use the same generators. No released crate depends on
//! this one.
//!
//! Three pitfalls, and how this crate avoids them:
//!
//! - **Most random bytes are rejected immediately.** Deeper code is only reached by structured
//!   input: programs with bound names ([`Writer`](generators::Writer)), journals with sealed lines
//!   ([`sealed`](oracles::journal::sealed)), trees, spending, ropes.
//! - **A generator that reads bytes in order loses its choices** if a byte is inserted at the
//!   front, and files of the same kind have the same start and end. If the input is a text, a hash
//!   of all its bytes determines the other choices ([`Dice::of_all`](generators::Dice::of_all)), so
//!   that any file can be a seed. Small, cheap sets of options are enumerated instead of chosen.
//! - **"It does not crash" is a weak property.** An oracle compares results: with a simple model,
//!   with CPython, and with the same work in another order, on more fuel, in one slice, or replayed
//!   from a journal.
//!
//! ```
//! use rlm_fuzzing::{Target, oracles};
//!
//! oracles::parse_bytes(b"print((((");
//! let target = Target::named("parse_bytes").ok_or("no such target")?;
//! assert!(target.seeds()?.iter().any(|seed| seed.name == "forms.sift"));
//! target.hold(b"x = [1, 2")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "it is for tests alone, and an oracle stops at once where something is not as it says"
)]

#[cfg(feature = "whole")]
mod dictionary;
pub mod generators;
pub mod oracles;
#[cfg(feature = "whole")]
mod target;

#[cfg(feature = "whole")]
pub use dictionary::Dictionary;
#[cfg(feature = "whole")]
pub use target::{Broken, Seed, TARGETS, Target};
