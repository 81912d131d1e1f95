//! Tests of `sift.lark` with llguidance.

use std::fs;
use std::path::Path;

use crate::common::{Engine, accepted, beyond, first_error, rejected};
use regex_syntax::hir::{Class, HirKind};
use rlm_grammar::{Notation, Sampler, Wide};

#[test]
fn model_style_programs_are_accepted() {
    let engine = Engine::new(Notation::Lark.text());
    for program in accepted() {
        engine.assert_accepts(&program);
        assert_eq!(first_error(&program), None, "{program}");
    }
}

#[test]
fn invalid_programs_are_rejected() {
    let engine = Engine::new(Notation::Lark.text());
    for text in rejected() {
        assert!(engine.read(&text).is_err(), "accepted:\n{text}");
        assert!(first_error(&text).is_some(), "parsed:\n{text}");
    }
}

#[test]
fn parser_accepts_some_programs_beyond_the_grammar() {
    let engine = Engine::new(Notation::Lark.text());
    for text in beyond() {
        assert!(engine.read(&text).is_err(), "accepted:\n{text}");
        assert_eq!(first_error(&text), None, "{text}");
    }
}

#[test]
fn grammar_rejects_programs_with_parser_diagnostics() {
    let engine = Engine::new(Notation::Lark.text());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sift-syntax/tests/diagnostics");
    let mut refused = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        // The grammar doesn't limit the size of a program, but the parser does.
        let too_large = |error: &String| ["S0001", "S0002", "S0013"].iter().any(|code| error.starts_with(code));
        if first_error(&text).is_some_and(|error| !too_large(&error)) {
            refused += 1;
            assert!(engine.read(&text).is_err(), "accepted:\n{text}");
        }
    }
    assert!(refused > 40, "{refused}");
}

#[test]
fn identifiers_exclude_only_keywords() {
    let engine = Engine::new(Notation::Lark.text());
    let keywords = sift_syntax::KEYWORDS.iter().filter(|word| !word.contains(' '));
    for keyword in keywords {
        let accepts = |word: &str| engine.read(&format!("{word} = 1\n")).is_ok();
        assert!(!accepts(keyword), "{keyword}");
        for end in (1..keyword.len()).map(|length| &keyword[..length]) {
            let is_keyword = sift_syntax::KEYWORDS.contains(&end);
            assert_eq!(accepts(end), !is_keyword, "{end}");
            assert!(accepts(&format!("{end}_")) && accepts(&format!("{end}Z9")), "{end}");
        }
        for longer in ["_", "0", "s", "é", "数"] {
            assert!(accepts(&format!("{keyword}{longer}")), "{keyword}{longer}");
        }
    }
}

/// The engine's Unicode tables may be of an older version than the parser's. They must never
/// contain more letters.
#[test]
fn engine_letters_are_a_subset_of_parser_letters() {
    let letters = |property: &str| -> Vec<char> {
        let parsed = regex_syntax::parse(&format!("\\p{{{property}}}")).unwrap();
        let HirKind::Class(Class::Unicode(class)) = parsed.kind() else {
            panic!("{property} is not a character class");
        };
        class
            .ranges()
            .iter()
            .flat_map(|range| range.start()..=range.end())
            .collect()
    };
    let (start, more) = (letters("XID_Start"), letters("XID_Continue"));
    assert!(start.len() > 100_000 && more.len() > start.len());
    assert!(start.into_iter().all(|c| Wide::Start.contains(c) || c.is_ascii()));
    assert!(more.into_iter().all(|c| Wide::Continue.contains(c) || c.is_ascii()));
}

#[test]
fn sampled_programs_are_accepted() {
    let engine = Engine::new(Notation::Lark.text());
    let grammar = Notation::Lark.grammar();
    let mut sampler = Sampler::new(&grammar, 2);
    for index in 0..600 {
        engine.assert_accepts(&sampler.sample(10 + index % 300));
    }
}
