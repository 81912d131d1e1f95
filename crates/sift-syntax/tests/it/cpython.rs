//! Comparison with CPython: the printed program has the same meaning in Python as the original.

use crate::common;
use rlm_test_needs::needs;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use sift_syntax::{Scope, UnknownNames, check, parse, print};

/// A Python script that reads pairs of programs and prints which of them have different syntax
/// trees.
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

fn python(script: &str, input: &str) -> String {
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn programs() -> Vec<String> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let mut programs = vec![include_str!("../forms.sift").to_owned()];
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

#[needs("python3")]
#[test]
fn printed_programs_have_the_same_python_syntax_tree() {
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
    let output = python(COMPARE, &input);
    assert_eq!(output.trim(), format!("compared {sent}"));
}

/// A Python script that reads programs accepted by Sift and prints those that Python rejects.
const ACCEPTED: &str = r##"
import json, sys, warnings
warnings.simplefilter("ignore")
count = 0
for line in sys.stdin:
    program = json.loads(line)
    count += 1
    try:
        compile(program, "program", "exec", flags=0x2000)
    except (SyntaxError, ValueError) as error:
        print(json.dumps([str(error), program]))
print("tried", count)
"##;

/// A small random number generator with the same sequence on every platform.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

/// Returns a program with one word or sign omitted, duplicated or replaced.
fn changed(program: &str, numbers: &mut Numbers) -> String {
    let mut pieces: Vec<&str> = Vec::new();
    let mut rest = program;
    while let Some(first) = rest.chars().next() {
        let word = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(word.max(first.len_utf8()));
        pieces.push(piece);
        rest = after;
    }
    if pieces.is_empty() {
        return String::new();
    }
    let (at, other) = (numbers.below(pieces.len()), numbers.below(pieces.len()));
    match numbers.below(3) {
        0 => pieces[at] = "",
        1 => pieces.insert(at, pieces[other]),
        _ => pieces[at] = pieces[other],
    }
    pieces.concat()
}

/// Python accepts every program that Sift accepts.
///
/// There are two intended exceptions: quotes may be reused within a field, as in newer Python
/// versions, and `await` needs no `async def`.
#[needs("python3")]
#[test]
fn accepted_programs_are_accepted_by_python() {
    let library = common::library();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut input = String::new();
    let programs = programs();
    for round in 0..6_000 {
        let mut program = programs[round % programs.len()].clone();
        for _ in 0..=numbers.below(2) {
            program = changed(&program, &mut numbers);
        }
        let parsed = parse(&program);
        let scope = Scope {
            library: &library,
            session: &Default::default(),
            unknown_names: UnknownNames::Allow,
        };
        if parsed.diagnostics.is_empty() && check(&parsed.program, &scope).is_empty() {
            input.push_str(&serde_json::to_string(&program).unwrap());
            input.push('\n');
        }
    }
    let output = python(ACCEPTED, &input);
    let refused: Vec<&str> = output
        .lines()
        .filter(|line| line.starts_with('[') && !MEANT.iter().any(|meant| line.contains(meant)))
        .collect();
    println!("{}", output.lines().last().unwrap_or_default());
    assert_eq!(refused, Vec::<&str>::new());
}

/// Parts of Python's error messages for programs that Sift accepts on purpose.
const MEANT: [&str; 3] = ["f-string", "outside function", "outside async function"];

/// Tries all contents of brackets: plain, starred, bound by `:=` and empty expressions around
/// colons and commas.
#[needs("python3")]
#[test]
fn subscripts_are_accepted_as_in_python() {
    let parts = ["", "a", "*a", "b := a", "(*a,)"];
    let mut accepted = String::new();
    for first in parts {
        for second in parts {
            for third in parts {
                let inside = [
                    first.to_owned(),
                    format!("{first}:{second}"),
                    format!("{first}:{second}:{third}"),
                    format!("{first}, {second}"),
                    format!("{first}, {second}, {third}"),
                ];
                for program in inside.map(|inside| format!("x = c[{inside}]\n")) {
                    if parse(&program).diagnostics.is_empty() {
                        accepted.push_str(&serde_json::to_string(&program).unwrap());
                        accepted.push('\n');
                    }
                }
            }
        }
    }
    let output = python(ACCEPTED, &accepted);
    let refused: Vec<&str> = output.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(refused, Vec::<&str>::new());
    assert!(accepted.lines().count() > 100, "{}", accepted.lines().count());
}
