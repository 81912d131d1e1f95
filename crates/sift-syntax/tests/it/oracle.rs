//! Small valid and invalid programs, checked by Sift and by Python's compiler (`python3`).

use crate::common;
use rlm_test_needs::needs;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use sift_syntax::{Diagnostic, LibraryScope, Scope, UnknownNames, check, parse};

/// The separator between programs.
const RULE: &str = "\n----\n";

fn refused() -> Vec<&'static str> {
    include_str!("../oracle/refused.txt").trim_end().split(RULE).collect()
}

fn accepted() -> Vec<&'static str> {
    include_str!("../oracle/accepted.txt").trim_end().split(RULE).collect()
}

/// Returns the errors of a program. All its unknown names may come from the host.
fn errors(source: &str) -> Vec<String> {
    let parsed = parse(source);
    let mut diagnostics = parsed.diagnostics;
    if !diagnostics.iter().any(Diagnostic::is_error) {
        let mut library: LibraryScope = common::library();
        for module in ["a", "b", "b.c", "a.b", "x", "functools"] {
            library.modules.insert(module.into(), Default::default());
        }
        let scope = Scope {
            library: &library,
            session: &BTreeMap::new(),
            unknown_names: UnknownNames::Allow,
        };
        diagnostics.extend(check(&parsed.program, &scope));
    }
    diagnostics
        .iter()
        .filter(|found| found.is_error() && found.code.0 != "S0402")
        .map(|found| format!("{} {}", found.code.0, found.message))
        .collect()
}

#[test]
fn programs_rejected_by_python_are_rejected() {
    let programs = refused();
    let through: Vec<_> = programs.iter().filter(|program| errors(program).is_empty()).collect();
    println!("{} programs", programs.len());
    assert_eq!(through, Vec::<&&str>::new());
}

#[test]
fn programs_accepted_by_python_are_accepted() {
    let programs = accepted();
    let stopped: Vec<_> = programs
        .iter()
        .map(|program| (program, errors(program)))
        .filter(|(_, errors)| !errors.is_empty())
        .collect();
    println!("{} programs", programs.len());
    assert_eq!(stopped, Vec::new());
}

/// A Python script that prints for each program if Python's compiler accepts it.
const COMPILE: &str = r##"
import json, sys, warnings
warnings.simplefilter("ignore")
for line in sys.stdin:
    try:
        compile(json.loads(line), "program", "exec")
        print("accepted")
    except (SyntaxError, ValueError):
        print("refused")
"##;

#[needs("python3")]
#[test]
fn oracle_programs_agree_with_python() {
    let programs = [refused(), accepted()].concat();
    let mut child = Command::new("python3")
        .args(["-c", COMPILE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input: String = programs
        .iter()
        .map(|program| serde_json::to_string(program).unwrap() + "\n")
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let expected =
        std::iter::repeat_n("refused", refused().len()).chain(std::iter::repeat_n("accepted", accepted().len()));
    let different: Vec<_> = programs
        .iter()
        .zip(said.lines().zip(expected))
        .filter(|(_, (said, expected))| said != expected)
        .collect();
    assert_eq!(said.lines().count(), programs.len());
    assert_eq!(different, Vec::new());
}
