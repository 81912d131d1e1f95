//! Round trip: tree → text → the same tree.

use proptest::collection::vec;
use proptest::prelude::*;
use rlm_fuzzing::generators::statement;
use rlm_fuzzing::oracles::syntax;
use sift_syntax::ast::Program;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn printed_trees_round_trip(body in vec(statement(), 1..4)) {
        syntax::tree_reads_back(&Program { body });
    }
}
