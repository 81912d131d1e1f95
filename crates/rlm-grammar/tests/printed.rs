//! Everything that the printer prints is in the grammar.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "helpers of tests stop at once, and say what they skip"
)]

mod common;
#[path = "../../rlm-syntax/tests/common/trees.rs"]
mod trees;

use std::fs;
use std::path::Path;

use common::Engine;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_grammar::{MAX_BLOCK_DEPTH, Notation};
use rlm_syntax::ast::Program;
use rlm_syntax::{parse, print};

/// Says how deep the blocks of a printed program nest.
fn block_depth(printed: &str) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    printed.lines().map(|line| indent(line) / 4).max().unwrap_or(0)
}

#[test]
fn programs_that_models_wrote_are_in_the_grammar_once_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/blocks.jsonl");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("SKIPPED: {} is not there", path.display());
        return;
    };
    let engine = Engine::new(Notation::Lark.text());
    let (mut printed, mut as_written) = (0, 0);
    for line in text.lines() {
        let block: serde_json::Value = serde_json::from_str(line).unwrap();
        let code = block["code"].as_str().unwrap();
        let parsed = parse(code);
        if !parsed.is_accepted() {
            continue;
        }
        let program = print(&parsed.program);
        if block_depth(&program) > MAX_BLOCK_DEPTH {
            println!("{} nests deeper", block["id"]);
            continue;
        }
        engine.assert_accepts(&program);
        printed += 1;
        let code = format!("{}\n", code.trim_end());
        match engine.read(&code) {
            Ok(()) => as_written += 1,
            Err(at) => {
                let at = code.floor_char_boundary(at);
                let line = code[..at].lines().count();
                println!(
                    "{}: {line}: {:?}",
                    block["id"],
                    code.lines().nth(line.saturating_sub(1))
                );
            }
        }
    }
    println!("{printed} programs printed, {as_written} of them accepted as they were written");
    assert!(
        printed > 700 && as_written * 100 >= printed * 95,
        "{as_written} of {printed}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn printed_trees_are_in_the_grammar(body in vec(trees::statement(), 1..4)) {
        thread_local!(static OWN: Engine = Engine::new(Notation::Lark.text()));
        let text = print(&Program { body });
        prop_assume!(block_depth(&text) <= MAX_BLOCK_DEPTH);
        OWN.with(|engine| engine.assert_accepts(&text));
    }
}
