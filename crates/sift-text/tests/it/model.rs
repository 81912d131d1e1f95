//! Every operation, compared with a plain model: a list of code points with their origins, and
//! pending values.

use proptest::collection::vec;
use proptest::prelude::*;
use rlm_fuzzing::generators::{letters, recipe, recipe_with_pending};
use rlm_fuzzing::oracles::text;

proptest! {
    #[test]
    fn content_and_origins_match_the_model(recipe in recipe()) {
        text::content_and_origins(&recipe);
    }

    #[test]
    fn flattening_is_not_observable(recipe in recipe()) {
        text::flattening(&recipe);
    }

    #[test]
    fn adjacent_spans_are_merged(recipe in recipe()) {
        text::neighbouring_spans(&recipe);
    }

    #[test]
    fn offsets_and_slices(recipe in recipe(), cuts in vec((0.0..1.1, 0.0..1.1), 1..8)) {
        text::offsets_and_slices(&recipe, &cuts);
    }

    #[test]
    fn search(recipe in recipe(), needle in "[abcü漢😀\\n]{0,4}", place in 0.0..1.0, len in 1_usize..200) {
        text::searching(&recipe, &needle, place, len);
    }

    #[test]
    fn pending_values_are_listed_and_filled(recipe in recipe_with_pending(), reply in letters()) {
        text::fill_pending(&recipe, &reply);
    }

    #[test]
    fn equal_texts_compare_and_hash_equal(first in recipe_with_pending(), second in recipe_with_pending()) {
        text::comparing(&first, &second);
    }

    #[test]
    fn equal_construction_yields_equal_nominal_bytes(recipe in recipe_with_pending()) {
        text::counting(&recipe);
    }
}
