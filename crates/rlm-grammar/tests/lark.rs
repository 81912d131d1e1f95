//! What llguidance makes of `sift.lark`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stop at once")]

mod common;

use std::fs;
use std::path::Path;

use common::{Engine, accepted, beyond, first_error, rejected};
use rlm_grammar::{Notation, Sampler};

#[test]
fn programs_as_models_write_them_are_accepted() {
    let engine = Engine::new(Notation::Lark.text());
    for program in accepted() {
        engine.assert_accepts(&program);
        assert_eq!(first_error(&program), None, "{program}");
    }
}

#[test]
fn what_is_no_program_is_rejected() {
    let engine = Engine::new(Notation::Lark.text());
    for text in rejected() {
        assert!(engine.read(&text).is_err(), "accepted:\n{text}");
        assert!(first_error(&text).is_some(), "parsed:\n{text}");
    }
}

#[test]
fn the_parser_accepts_more() {
    let engine = Engine::new(Notation::Lark.text());
    for text in beyond() {
        assert!(engine.read(&text).is_err(), "accepted:\n{text}");
        assert_eq!(first_error(&text), None, "{text}");
    }
}

#[test]
fn what_the_parser_has_a_diagnostic_for_is_rejected() {
    let engine = Engine::new(Notation::Lark.text());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rlm-syntax/tests/diagnostics");
    let mut refused = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        // How large a program may be is the parser's to say.
        let too_large = |error: &String| ["S0001", "S0002", "S0013"].iter().any(|code| error.starts_with(code));
        if first_error(&text).is_some_and(|error| !too_large(&error)) {
            refused += 1;
            assert!(engine.read(&text).is_err(), "accepted:\n{text}");
        }
    }
    assert!(refused > 40, "{refused}");
}

#[test]
fn what_is_generated_is_accepted() {
    let engine = Engine::new(Notation::Lark.text());
    let grammar = Notation::Lark.grammar();
    let mut sampler = Sampler::new(&grammar, 2);
    for index in 0..1_000 {
        engine.assert_accepts(&sampler.sample(10 + index % 300));
    }
}
