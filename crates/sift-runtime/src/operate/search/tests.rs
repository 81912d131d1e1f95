use std::sync::Arc;

use proptest::prelude::*;
use sift_text::TextBuilder;

use super::*;
use crate::runtime::ContextData;
use crate::table::{Library, Parts};
use sift_values::flow::End;

fn runtime() -> Runtime {
    let library = Box::leak(Box::new(Library::new(Parts::default())));
    Runtime::new(library, Arc::new(ContextData::default()))
}

/// Returns a text of many pieces. Each piece is too long to be merged with its neighbours.
fn rope(content: &str) -> Text {
    let mut builder = TextBuilder::new();
    for piece in content.chars().collect::<Vec<_>>().chunks(3_000) {
        builder.push_text(&Text::from_string(piece.iter().collect()));
    }
    builder.finish().unwrap()
}

#[test]
fn token_counting_spans_windows_and_can_be_cancelled() {
    let mut m = runtime();
    let content = "ab".repeat(3 << 20);
    let text = Text::new(&content);
    for (needle, count) in [
        ("a", 3 << 20),
        ("ab", 3 << 20),
        ("abab", 3 << 19),
        ("ba", (3 << 20) - 1),
        ("c", 0),
    ] {
        assert_eq!(
            m.count_in_text(&text, needle, 0..content.len()).unwrap(),
            count,
            "{needle}"
        );
    }
    m.meter.cancel_flag().store(true, std::sync::atomic::Ordering::Relaxed);
    let cancelled = |found: Result<(), Flow>| matches!(found, Err(Flow::End(End::Cancelled)));
    assert!(cancelled(m.count_in_text(&text, "ab", 0..content.len()).map(|_| ())));
    assert!(cancelled(m.find_in_text(&text, "c", 0..content.len()).map(|_| ())));
    assert!(cancelled(m.rfind_in_text(&text, "c", 0..content.len()).map(|_| ())));
}

#[test]
fn match_near_the_start_of_a_long_text_uses_little_fuel() {
    let mut m = runtime();
    let content = format!("needle{}", "x".repeat(10_000_000));
    let text = Text::new(&content);
    assert_eq!(m.find_in_text(&text, "needle", 0..content.len()).unwrap(), Some(0));
    assert!(m.meter.used() < 10_000, "{}", m.meter.used());
    assert_eq!(
        m.rfind_in_text(&text, "xx", 0..content.len()).unwrap(),
        Some(content.len() - 2)
    );
    assert!(m.meter.used() < 20_000, "{}", m.meter.used());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn windowed_search_matches_a_whole_search(
        blocks in proptest::collection::vec((0_usize..40_000, "[añ€😀]{1,3}"), 1..8),
        needle in "[añ€😀b]{1,3}",
        from in 0_usize..100_000,
        long in 0_usize..2,
    ) {
        let content: String = blocks.iter().map(|(count, mark)| "b".repeat(*count) + mark).collect();
        let needle = if long == 1 { "b".repeat(20_000) + &needle } else { needle };
        let start = (0..=from.min(content.len())).rev().find(|at| content.is_char_boundary(*at)).unwrap();
        let range = start..content.len();
        let expected = content.get(range.clone()).unwrap().find(&needle).map(|at| start + at);
        let expected_last = content.get(range.clone()).unwrap().rfind(&needle).map(|at| start + at);
        let mut m = runtime();
        for text in [Text::new(&content), rope(&content)] {
            prop_assert_eq!(m.find_in_text(&text, &needle, range.clone()).unwrap(), expected);
            prop_assert_eq!(m.rfind_in_text(&text, &needle, range.clone()).unwrap(), expected_last);
            let expected_count = content.get(range.clone()).unwrap().matches(needle.as_str()).count();
            prop_assert_eq!(m.count_in_text(&text, &needle, range.clone()).unwrap(), expected_count);
        }
    }
}
