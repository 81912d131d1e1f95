//! Long texts and windows: running time, and the effect of windows on counts.

use proptest::prelude::*;
use rlm_tokens::Encoding;
use sift_text::{Text, Tokenizer as _, token_window};

fn in_windows(encoding: Encoding, text: &str) -> usize {
    let text = Text::new(text);
    let settled = text.settled().expect("no pending values");
    let (mut start, mut count) = (0, 0);
    while start < settled.len_bytes() {
        let window = token_window(settled, start);
        start = window.end;
        let window = settled.slice_bytes(window).expect("on code point boundaries");
        count += encoding.count(&window.to_flat().expect("no pending values"));
    }
    count
}

#[test]
fn a_million_bytes_without_spaces_are_counted_in_windows() {
    for part in ["a", "漢"] {
        let text = part.repeat((1 << 20) / part.len());
        let count = in_windows(Encoding::O200k, &text);
        assert!(count > 0 && count <= text.len(), "{part:?}: {count}");
    }
}

#[test]
fn repetitive_texts_are_counted_without_blowup() {
    for encoding in Encoding::ALL {
        for part in [
            " ",
            "\n",
            "!",
            "\u{301}",
            "A",
            "1",
            "日本語のテキスト",
            "aB",
            "\t ",
            "'s",
            "🦊",
            " \n",
        ] {
            let text = part.repeat((1 << 16) / part.len());
            let count = in_windows(encoding, &text);
            assert!(count > 0 && count <= text.len(), "{part:?}: {count}");
        }
    }
}

#[test]
fn windowed_counts_match_exact_counts_for_prose() {
    let sentence =
        "The quick brown fox (42) doesn't jump over 3,000 lazy dogs' backs.\nNext, naïve café — “quoted” text… ";
    let text = sentence.repeat(400);
    for encoding in Encoding::ALL {
        assert_eq!(in_windows(encoding, &text), encoding.count(&text), "{encoding:?}");
    }
}

#[test]
fn token_counts_match_published_values() {
    // Counts from tiktoken's documentation and cookbook.
    let counts = |text| Encoding::ALL.map(|encoding| encoding.count(text));
    assert_eq!(counts("antidisestablishmentarianism"), [6, 6]);
    assert_eq!(counts("2 + 2 = 4"), [7, 7]);
    assert_eq!(counts("お誕生日おめでとう"), [8, 9]);
    assert_eq!(counts("tiktoken is great!"), [6, 6]);
    assert_eq!(counts(""), [0, 0]);
    // Special tokens are treated as plain text.
    assert!(counts("<|endoftext|>").iter().all(|count| *count > 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_last_token_ends_with_the_text(text in "(?s).{0,200}") {
        for encoding in Encoding::ALL {
            let ends = encoding.ends(&text);
            prop_assert_eq!(ends.last().copied().unwrap_or(0), text.len());
            prop_assert!(ends.is_sorted());
            prop_assert_eq!(ends.len(), encoding.count(&text));
        }
    }
}
