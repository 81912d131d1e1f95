//! Tests that the grammar accepts every text that the printer prints.

use rlm_test_needs::needs;
use std::fs;
use std::path::Path;

use crate::common::Engine;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_fuzzing::generators::statement;
use rlm_fuzzing::oracles::grammar::block_depth;
use rlm_grammar::{MAX_BLOCK_DEPTH, Notation};
use sift_syntax::ast::Program;
use sift_syntax::{format, parse, print};

/// Returns the programs from recorded model replies that the parser accepts. The folder is next to
/// the repository.
fn corpus() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/blocks.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let blocks = text.lines().map(|line| {
        let block: serde_json::Value = serde_json::from_str(line).unwrap();
        block["code"].as_str().unwrap().to_owned()
    });
    blocks.filter(|code| parse(code).is_accepted()).collect()
}

/// Every second program is tested.
#[needs("shared")]
#[test]
fn model_programs_match_the_grammar_after_printing() {
    let programs = corpus();
    let engine = Engine::new(Notation::Lark.text());
    let (mut printed, mut deeper) = (0, 0);
    for program in programs.iter().step_by(2) {
        let text = print(&parse(program).program);
        if block_depth(&text) > MAX_BLOCK_DEPTH {
            deeper += 1;
            continue;
        }
        engine.assert_accepts(&text);
        printed += 1;
    }
    println!("{printed} programs are accepted; {deeper} exceed the grammar's depth");
    assert!(printed > 350 && deeper < 5);
}

#[test]
fn every_syntax_form_matches_the_grammar_after_printing() {
    let engine = Engine::new(Notation::Lark.text());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sift-syntax/tests");
    for file in ["forms.sift", "format/comments.sift"] {
        let source = fs::read_to_string(folder.join(file)).unwrap();
        engine.assert_accepts(&print(&parse(&source).program));
    }
}

/// Every fifth program is tested, once formatted with comments and literals and once unchanged.
/// Neither needs to be in the grammar, but the grammar should not restrict models.
#[needs("shared")]
#[test]
fn formatted_and_most_unformatted_model_programs_match_the_grammar() {
    let programs = corpus();
    let engine = Engine::new(Notation::Lark.text());
    let (mut all, mut as_written) = (0, 0);
    for program in programs.iter().step_by(5) {
        if let Ok(text) = format(program)
            && block_depth(&print(&parse(program).program)) <= MAX_BLOCK_DEPTH
        {
            engine.assert_accepts(&text);
        }
        all += 1;
        match engine.read(&format!("{}\n", program.trim_end())) {
            Ok(()) => as_written += 1,
            Err(at) => {
                let end = program.floor_char_boundary(at);
                println!("not accepted unchanged: {:?}", program[..end].lines().next_back());
            }
        }
    }
    println!("{as_written} of {all} are accepted unchanged");
    assert!(as_written * 100 >= all * 95, "{as_written} of {all}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn printed_syntax_trees_match_the_grammar(body in vec(statement(), 1..4)) {
        thread_local!(static OWN: Engine = Engine::new(Notation::Lark.text()));
        let text = print(&Program { body });
        prop_assume!(block_depth(&text) <= MAX_BLOCK_DEPTH);
        OWN.with(|engine| engine.assert_accepts(&text));
    }
}
