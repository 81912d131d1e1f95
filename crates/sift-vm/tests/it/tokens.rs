//! Tokens counted by the host's tokenizer.

use std::sync::Arc;

use sift_text::{Text, Tokenizer};
use sift_vm::{ContextData, End, Machine, Settings, Step};

/// A tokenizer with a token for every three bytes, or the rest of a word.
#[derive(Debug)]
struct Threes;

impl Tokenizer for Threes {
    fn name(&self) -> &'static str {
        "threes"
    }

    fn count(&self, text: &str) -> usize {
        self.ends(text).len()
    }

    fn ends(&self, text: &str) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut start = 0;
        for word in text.split_inclusive(' ') {
            let end = start + word.len();
            ends.extend((start..end).step_by(3).map(|at| end.min(at + 3)));
            start = end;
        }
        ends
    }
}

fn machine(settings: Settings, text: &str) -> Machine {
    Machine::new(settings, ContextData::text("a.txt", Text::new(text)), "").with_tokenizer(Some(Arc::new(Threes)))
}

fn run(text: &str, source: &str) -> String {
    let mut machine = machine(Settings::default(), text);
    let program = machine.compile(source).unwrap();
    match machine.start(&program, u64::MAX) {
        Step::Done(done) => done.report.printed.text.clone(),
        _ => panic!("{source}"),
    }
}

#[test]
fn programs_count_by_the_tokenizer() {
    assert_eq!(
        run(
            "four words stand here",
            "print(count_tokens(P), count_tokens(''), count_tokens('abcd'))"
        ),
        "8 0 2\n"
    );
}

#[test]
fn token_chunks_stay_within_the_requested_size() {
    let text = "größer sind 漢字漢字漢字 und 🦊🦊, als man denkt.\n".repeat(700);
    for (size, overlap, by) in [
        (1, 0, "char"),
        (7, 2, "char"),
        (50, 0, "line"),
        (5_000, 700, "sentence"),
    ] {
        let shown = run(
            &text,
            &format!(
                "pieces = chunks(P, {size}, {overlap}, by={by:?}, unit='token')\n\
                 print(max(count_tokens(piece) for piece in pieces) <= max({size}, 2))\n\
                 print({overlap} > 0 or ''.join(pieces) == P)"
            ),
        );
        assert_eq!(shown, "True\nTrue\n", "{size} {overlap} {by}");
    }
}

#[test]
fn token_counts_do_not_depend_on_text_representation() {
    let parts = "parts = ['a word and more ' * 100 for _ in range(30)]\njoined = ''.join(parts)\nflat = P\n";
    let text = "a word and more ".repeat(3_000);
    let shown = run(
        &text,
        &format!("{parts}print(joined == flat, count_tokens(joined) == count_tokens(flat))"),
    );
    assert_eq!(shown, "True True\n");
}

#[test]
fn token_counting_costs_fuel() {
    let settings = Settings {
        fuel: 100_000,
        ..Settings::default()
    };
    let mut machine = machine(settings, &"word ".repeat(100_000));
    let program = machine.compile("print(count_tokens(P))").unwrap();
    let Step::Ended(ended) = machine.start(&program, u64::MAX) else {
        panic!("it is too long")
    };
    assert!(matches!(ended.end, End::Limit(_)), "{:?}", ended.end);
}

#[test]
fn token_counting_charges_short_texts_by_length() {
    let settings = Settings {
        fuel: 4_000_000,
        ..Settings::default()
    };
    let mut machine = machine(settings, &"some words ".repeat(10_000));
    let program = machine.compile("print(len(chunks(P, 50, unit='token')))").unwrap();
    let Step::Done(done) = machine.start(&program, u64::MAX) else {
        panic!("each piece is charged for a whole window")
    };
    assert_eq!(done.report.printed.text, "800\n");
}
