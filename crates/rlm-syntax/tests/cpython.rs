//! CPython as the oracle: what is printed here means to Python what the original means. Skipped where no `python3` is.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests stop at once"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use rlm_syntax::{parse, print};

/// Reads pairs of programs and says which of them Python reads as two different trees.
const COMPARE: &str = r##"
import ast, json, sys, warnings
warnings.simplefilter("ignore")

class Same(ast.NodeTransformer):
    """`[a, b] = x` is `(a, b) = x`, and u"x" is "x"."""
    def visit_List(self, node):
        self.generic_visit(node)
        return ast.Tuple(node.elts, node.ctx) if isinstance(node.ctx, ast.Store) else node
    def visit_Constant(self, node):
        return ast.Constant(node.value)

def tree(text):
    return ast.dump(Same().visit(ast.parse(text)))

compared = 0
for line in sys.stdin:
    first, second = json.loads(line)
    try:
        expected = tree(first)
    except SyntaxError:
        continue
    try:
        found = tree(second)
    except SyntaxError as error:
        found = f"{error} in line {error.lineno}"
    compared += 1
    if expected != found:
        print("DIFFERENT:", first, "PRINTED:", second, found[:400] if len(found) < 400 else "", sep="\n")
print("compared", compared)
"##;

fn python(script: &str, input: &str) -> Option<String> {
    let child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        println!("SKIPPED: there is no python3");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Some(String::from_utf8(output.stdout).unwrap())
}

fn programs() -> Vec<String> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut programs = vec![include_str!("forms.sift").to_owned()];
    if let Ok(text) = fs::read_to_string(shared.join("corpus/blocks.jsonl")) {
        for line in text.lines() {
            let block: serde_json::Value = serde_json::from_str(line).unwrap();
            programs.push(block["code"].as_str().unwrap().to_owned());
        }
    }
    for case in fs::read_dir(shared.join("cases")).into_iter().flatten() {
        for step in fs::read_dir(case.unwrap().path().join("steps")).into_iter().flatten() {
            programs.push(fs::read_to_string(step.unwrap().path()).unwrap());
        }
    }
    programs
}

#[test]
fn printed_programs_mean_the_same_to_python() {
    let mut input = String::new();
    let mut sent = 0;
    for program in programs() {
        let parsed = parse(&program);
        if parsed.diagnostics.is_empty() {
            sent += 1;
            input.push_str(&serde_json::to_string(&[&program, &print(&parsed.program)]).unwrap());
            input.push('\n');
        }
    }
    let Some(output) = python(COMPARE, &input) else { return };
    assert_eq!(output.trim(), format!("compared {sent}"));
}
