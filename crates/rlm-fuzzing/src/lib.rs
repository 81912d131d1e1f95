//! Hostile input, and what must hold whatever comes in.
//!
//! A [generator](generators) makes input from bytes; an [oracle](oracles) is a function over bytes that panics where a property does not
//! hold. Each oracle is a [`Target`]: a fuzzer calls it with bytes that it learns to choose (`fuzz/` of the repository is glue for
//! libFuzzer and nothing else), a test of this crate calls it with its seeds, with every input that was ever found to break it, and with
//! some hundreds of inputs that are the same each time, and the property tests of other crates draw from the same generators. Nothing
//! that ships depends on this crate.
//!
//! Three traps of the domain, and what stands here against them:
//!
//! - **Most bytes are nonsense, and nonsense is refused at the door.** What lies behind it is only reached by input that has a form:
//!   programs whose names are bound ([`Writer`](generators::Writer)), journals whose lines are sealed
//!   ([`sealed`](oracles::journal::sealed)), trees, spending, ropes.
//! - **A generator that is read from a stream forgets what it has learned** when a byte is put in at the front, and files of a kind begin
//!   and end alike. Where the input is a text, all of its bytes together choose what else there is to choose
//!   ([`Dice::of_all`](generators::Dice::of_all)), so that any file is a seed; and what is few and cheap is not chosen but tried in turn.
//! - **"It does not crash" is little to ask.** An oracle compares: with a plain model, with CPython, with the same thing done in another
//!   order, on more fuel, in one slice, from a journal.
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
