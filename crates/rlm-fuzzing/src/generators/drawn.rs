//! From the bytes of a fuzzer to a value of a property test's strategy.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How often a strategy may find a part of a value unfit before the whole is given up.
const REJECTS: u32 = 1_000;

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
