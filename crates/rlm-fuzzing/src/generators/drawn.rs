//! From the bytes of a fuzzer to a value of a property test's strategy.

use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How often a strategy may find a part of a value unfit before the whole is given up.
const REJECTS: u32 = 1_000;

/// Draws a value of a strategy by the bytes of a fuzzer: the same bytes, the same value, and a changed byte changes a part of it. None
/// where the strategy finds no value that fits.
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
    let bytes = TestRng::from_seed(RngAlgorithm::PassThrough, data);
    let mut runner = TestRunner::new_with_rng(config, bytes);
    strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
}
