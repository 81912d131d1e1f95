//! Everything that the grammars generate parses.

use crate::common::first_error;
use rlm_grammar::{Notation, Sampler};

fn samples_parse(notation: Notation, count: usize) {
    let grammar = notation.grammar();
    let mut sampler = Sampler::new(&grammar, 1);
    for index in 0..count {
        let program = sampler.sample(10 + index % 300);
        let error = first_error(&program);
        assert!(
            error.is_none(),
            "sample {index}: {}\n{program}\n{program:?}",
            error.unwrap_or_default()
        );
    }
}

#[test]
fn programs_sampled_from_the_lark_grammar_parse() {
    samples_parse(Notation::Lark, 10_000);
}

#[test]
fn programs_sampled_from_the_ebnf_grammar_parse() {
    samples_parse(Notation::Ebnf, 3_000);
}
