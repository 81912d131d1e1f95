//! Programs written at random, each run here and by CPython: what they print and raise must be the same.
//!
//! `GENERATED_PROGRAMS=5000` tries more of them than the suite does.

use rlm_fuzzing::generators::{Dice, Writer};
use rlm_fuzzing::oracles::runs_as_in_cpython;
use rlm_test_needs::needs;

/// How many the suite tries.
const PROGRAMS: u64 = 300;

#[needs("python3")]
#[test]
fn random_programs_do_what_they_do_in_cpython() {
    let count = std::env::var("GENERATED_PROGRAMS")
        .ok()
        .and_then(|count| count.parse().ok());
    for seed in 0..count.unwrap_or(PROGRAMS) {
        runs_as_in_cpython(&Writer::program(Dice::new(seed)));
    }
}
