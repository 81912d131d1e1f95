//! Tests with programs from recorded model replies. The folder is next to the repository.

use rlm_test_needs::needs;
use std::fs;
use std::path::{Path, PathBuf};

use sift_syntax::{Diagnostic, parse};

fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path)
}

fn first_error(source: &str) -> Option<String> {
    let parsed = parse(source);
    let error = parsed
        .diagnostics
        .iter()
        .find(|diagnostic| Diagnostic::is_error(diagnostic))?;
    let (line, column) = error.line_column(source);
    Some(format!("{} {line}:{column} {}", error.code.0, error.message))
}

#[needs("shared")]
#[test]
fn corpus_blocks_that_python_parses_parse() {
    let text = fs::read_to_string(shared("corpus/blocks.jsonl")).unwrap();
    let (mut parsed, mut total, mut accepted_beyond) = (0_usize, 0_usize, Vec::new());
    for line in text.lines() {
        let block: serde_json::Value = serde_json::from_str(line).unwrap();
        let code = block["code"].as_str().unwrap();
        let error = first_error(code);
        if block["python_parses"].as_bool().unwrap() {
            total += 1;
            match error {
                None => parsed += 1,
                Some(error) => println!("{}: {error}", block["id"]),
            }
        } else if parse(code).diagnostics.is_empty() {
            // A program with a note may be accepted, because the text after a fence was cut.
            accepted_beyond.push(block["id"].clone());
        }
    }
    println!("{parsed} of {total} blocks parse; accepted although not valid Python: {accepted_beyond:?}");
    assert!(parsed * 100 >= total * 99, "{parsed} of {total}");
    assert_eq!(accepted_beyond, Vec::<serde_json::Value>::new());
}

#[needs("shared")]
#[test]
fn recorded_sessions_parse() {
    let mut refused = Vec::new();
    let mut total = 0;
    for case in fs::read_dir(shared("cases")).unwrap() {
        let steps = case.unwrap().path().join("steps");
        let Ok(steps) = fs::read_dir(steps) else { continue };
        for step in steps {
            let path = step.unwrap().path();
            let source = fs::read_to_string(&path).unwrap();
            total += 1;
            if let Some(error) = first_error(&source) {
                let name: PathBuf = path
                    .components()
                    .rev()
                    .take(3)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev()
                    .collect();
                refused.push(format!("{}: {error}", name.display()));
            }
        }
    }
    refused.sort();
    println!("{} of {total} steps parse", total - refused.len());
    // The others are rejected on purpose.
    let refused: Vec<&str> = refused.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(
        refused,
        [
            "c009-dead-code-ast/steps/2.py",
            "c021-site-tree-firmware/steps/3.py",
            "c039-harbour-wall-budget/steps/5.py"
        ]
    );
}
