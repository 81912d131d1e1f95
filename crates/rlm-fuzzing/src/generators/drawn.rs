//! Conversion of a fuzzer's bytes to values of a `proptest` strategy.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// The number of rejected values after which a `proptest` strategy generates none.
const REJECTS: u32 = 1_000;

/// The number of input bytes that determine one of several generated values.
const BYTES_OF_ONE: usize = 4;

/// Generates a value of a strategy, deterministically from a fuzzer's bytes. Returns `None` if the
/// strategy rejects too many values.
///
/// All bytes together form one seed. `proptest` also supports passing bytes through, so that a
/// changed byte changes a part of the value. But it halves the remaining bytes at each choice
/// between strategies and pads with zeros, which a uniform distribution rejects.
///
/// ```
/// use rlm_fuzzing::generators::drawn;
///
/// let numbers = proptest::collection::vec(0_u8..10, 2..4);
/// let drawn_twice = [drawn(&numbers, b"some bytes of a fuzzer"), drawn(&numbers, b"some bytes of a fuzzer")];
/// assert!(drawn_twice[0].is_some() && drawn_twice[0] == drawn_twice[1]);
/// ```
pub fn drawn<S: Strategy>(strategy: &S, data: &[u8]) -> Option<S::Value> {
    let config = Config {
        failure_persistence: None,
        max_local_rejects: REJECTS,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::XorShift, &seed(data));
    let mut runner = TestRunner::new_with_rng(config, random);
    strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
}

/// Generates a value for each four bytes of a fuzzer, at least one and at most `most` values. A
/// changed byte changes one value, and a fuzzer can combine parts of two inputs.
///
/// ```
/// use rlm_fuzzing::generators::drawn_each;
///
/// let numbers = 0_u64..u64::MAX;
/// let [drawn, changed] = [b"one,two,six,", b"one,TWO,six,"].map(|data| drawn_each(&numbers, data, 3));
/// assert_eq!(drawn.len(), 3);
/// assert!(drawn[0] == changed[0] && drawn[1] != changed[1] && drawn[2] == changed[2]);
/// ```
pub fn drawn_each<S: Strategy>(strategy: &S, data: &[u8], most: usize) -> Vec<S::Value> {
    let rest = if data.is_empty() { Some(data) } else { None };
    let parts = data.chunks(BYTES_OF_ONE).chain(rest).take(most);
    parts.filter_map(|part| drawn(strategy, part)).collect()
}

fn seed(data: &[u8]) -> [u8; 16] {
    let half = |number: u8| {
        let mut hasher = DefaultHasher::new();
        (number, data).hash(&mut hasher);
        hasher.finish().to_le_bytes()
    };
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&half(0));
    seed[8..].copy_from_slice(&half(1));
    seed
}
