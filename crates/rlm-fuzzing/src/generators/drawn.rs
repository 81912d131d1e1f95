//! From the bytes of a fuzzer to a value of a property test's strategy.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How often a strategy may find a part of a value unfit before the whole is given up.
const REJECTS: u32 = 1_000;

/// How many bytes choose one of several values.
const BYTES_OF_ONE: usize = 4;

/// Draws a value of a strategy by the bytes of a fuzzer: the same bytes, the same value. None where the strategy finds no value that
/// fits.
///
/// All of the bytes are one seed. `proptest` can also pass bytes through as they are, so that a changed byte changes a part of the value;
/// but it halves what is left of them at each choice between strategies, and zeros follow, of which a uniform distribution takes none.
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

/// Draws a value by each four bytes of a fuzzer, `most` at most and at least one: a changed byte changes one value, and what two inputs
/// found can be joined.
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
