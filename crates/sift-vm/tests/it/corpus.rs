//! Programs that models wrote, checked against the library. The folder is next to the repository
//! and may be missing.

use rlm_test_needs::needs;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use sift_syntax::{Diagnostic, Scope, UnknownNames, check, parse};
use sift_vm::library_scope;

#[needs("shared")]
#[test]
fn model_written_blocks_are_accepted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/blocks.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let (mut total, mut parsed, mut accepted) = (0_usize, 0_usize, 0_usize);
    let mut list = String::new();
    for line in text.lines() {
        let block: serde_json::Value = serde_json::from_str(line).unwrap();
        if !block["python_parses"].as_bool().unwrap() {
            continue;
        }
        let code = block["code"].as_str().unwrap();
        total += 1;
        let read = parse(code);
        let is_read = read.is_accepted();
        parsed += usize::from(is_read);
        let mut diagnostics = read.diagnostics;
        if is_read {
            // The types of their contexts are unknown: texts, lists and others.
            let scope = Scope {
                library: library_scope(),
                session: &BTreeMap::new(),
                unknown_names: UnknownNames::Allow,
            };
            diagnostics.extend(check(&read.program, &scope));
        }
        let mut shown: Vec<String> = diagnostics
            .iter()
            .filter(|found| Diagnostic::is_error(found))
            .map(|found| format!("{} {}", found.code.0, found.message))
            .collect();
        if shown.is_empty() {
            accepted += 1;
            continue;
        }
        shown.dedup();
        writeln!(list, "{}: {}", block["id"].as_str().unwrap(), shown.join("; ")).unwrap();
    }
    println!("{parsed} of {total} blocks parse, {accepted} are accepted");
    // The language reference lists each remaining rejection.
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("refused-blocks", list);
    });
    assert!(parsed * 100 >= total * 99, "{parsed} of {total} parse");
    assert!(accepted * 100 >= total * 97, "{accepted} of {total} are accepted");
}
