//! Tests of `sift.gbnf` with a matcher that works like llama.cpp's.

use crate::common::gbnf;

use crate::common::{accepted, beyond, rejected};
use gbnf::Gbnf;
use rlm_grammar::{Notation, Sampler};

/// The maximum number of parses of a typical text so far. An engine tries each of them for every
/// token.
const MOST_STACKS: usize = 500;

/// Asserts that the grammar accepts the text. Returns the largest number of stacks.
fn assert_accepts(grammar: &Gbnf, text: &str) -> usize {
    let (result, most) = grammar.read(text);
    if let Err(read) = result {
        let before: String = text.chars().take(read).collect();
        let after: String = text.chars().skip(read).collect();
        panic!("stopped before the text in ⟦⟧:\n{before}⟦{after}⟧");
    }
    most
}

#[test]
fn gbnf_rules_have_no_left_recursion() {
    assert_eq!(Gbnf::parse(&Notation::Gbnf.text()).left_recursion(), None);
}

#[test]
fn model_style_programs_are_accepted() {
    let grammar = Gbnf::parse(&Notation::Gbnf.text());
    for program in accepted() {
        let most = assert_accepts(&grammar, &program);
        assert!(most <= MOST_STACKS, "{most} stacks in\n{program}");
    }
}

#[test]
fn gbnf_rejects_text_outside_the_grammar() {
    let grammar = Gbnf::parse(&Notation::Gbnf.text());
    for text in rejected().chain(beyond()) {
        assert!(grammar.read(&text).0.is_err(), "accepted:\n{text}");
    }
}

#[test]
fn sampled_programs_are_accepted() {
    let grammar = Gbnf::parse(&Notation::Gbnf.text());
    let rules = Notation::Gbnf.grammar();
    let mut sampler = Sampler::new(&rules, 3);
    for index in 0..200 {
        assert_accepts(&grammar, &sampler.sample(10 + index % 200));
    }
}

#[test]
fn open_brackets_do_not_multiply_parser_stacks() {
    let grammar = Gbnf::parse(&Notation::Gbnf.text());
    let nests = [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{a: ", "}"),
        ("{**", "}"),
        ("f(", ")"),
        ("f(a=", ")"),
        ("x[", "]"),
        ("lambda a=", ": 0"),
        ("lambda *, a=", ": 0"),
        ("f\"{", "}\""),
        ("f'{f(x=", ")}'"),
    ];
    for (open, close) in nests {
        let stacks = |depth: usize| {
            let text = format!("x = {}1{}\n", open.repeat(depth), close.repeat(depth));
            assert_accepts(&grammar, &text)
        };
        let (few, some, many) = (stacks(2), stacks(7), stacks(12));
        let grows_evenly = many.saturating_sub(some) <= some.saturating_sub(few) + 10;
        assert!(
            grows_evenly,
            "{few}, {some}, {many} stacks at depths 2, 7, 12 of {open}"
        );
    }
}
