//! Programs whose output is CPython's: `conformance/NAME.py` with `NAME.out`, written by
//! `conformance/update.py`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Arrival, machine, run_in};
use sift_vm::{LibraryUse, Settings};

/// Functions that CPython does not have, which are tested elsewhere: calls and limits in
/// `subcalls.rs`, `search` in `search.rs`, answers and names in `machine.rs`, the others in
/// `toolkit.rs`.
const NOT_CPYTHONS: &[&str] = &[
    "FINAL",
    "FINAL_VAR",
    "SHOW_VARS",
    "budget",
    "count_tokens",
    "failed",
    "grep",
    "help",
    "llm_query",
    "llm_query_batched",
    "rlm_query",
    "rlm_query_batched",
    "search",
];

/// Returns all programs, by path.
fn programs() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")];
    let mut programs = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "py") && !path.ends_with("update.py") {
                programs.push(path);
            }
        }
    }
    programs.sort();
    programs
}

/// Returns a program's topic and name.
fn shown(program: &Path) -> String {
    let names: Vec<_> = program
        .iter()
        .rev()
        .take(2)
        .map(|part| part.to_string_lossy())
        .collect();
    format!("{}/{}", names[1], names[0])
}

/// Runs a program. Returns its output and final exception in the format of the stored expectations,
/// and the library functions it called.
fn run(source: &str) -> (String, Vec<LibraryUse>) {
    let mut machine = machine(Settings::default());
    machine.record_library_use();
    if let Err(refusal) = machine.compile(source) {
        let refused = format!("refused\n{}", sift_syntax::render_plain(source, &refusal.diagnostics));
        return (refused, Vec::new());
    }
    let ran = run_in(machine, source, Arrival::AtOnce, 1_000_000);
    let mut output = ran.printed().to_owned();
    if let Some(error) = &ran.error {
        writeln!(output, "raised {}: {}", error.type_name(), error.message).unwrap();
    }
    if let Some(end) = &ran.end {
        writeln!(output, "ended: {end:?}").unwrap();
    }
    (output, ran.machine.library_use())
}

/// Maximum number of differing lines that are shown.
const SHOWN: usize = 10;

/// Returns the first differing lines of two outputs.
fn difference(expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    if actual.starts_with("refused") {
        return Some(actual.to_owned());
    }
    let shown = |line: Option<&str>| line.unwrap_or("(nothing)").to_owned();
    let (mut expected, mut actual) = (expected.lines(), actual.lines());
    let mut differences = Vec::new();
    for line in 1.. {
        let pair = (expected.next(), actual.next());
        if pair == (None, None) || differences.len() == SHOWN {
            break;
        }
        if pair.0 != pair.1 {
            let (cpython, sift) = (shown(pair.0), shown(pair.1));
            differences.push(format!("line {line}\n  CPython: {cpython}\n  Sift:    {sift}"));
        }
    }
    if differences.is_empty() {
        differences.push("they differ in how the last line ends".to_owned());
    }
    Some(differences.join("\n"))
}

#[test]
fn every_program_prints_what_cpython_prints() {
    let programs = programs();
    assert!(!programs.is_empty());
    let mut failures = String::new();
    for program in programs {
        let source = fs::read_to_string(&program).unwrap();
        let expected = fs::read_to_string(program.with_extension("out"))
            .unwrap_or_else(|_| panic!("{} has no expected output; run update.py", program.display()));
        if let Some(difference) = difference(&expected, &run(&source).0) {
            writeln!(failures, "{}: {difference}", shown(&program)).unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// Each row of the library is called in at least three programs, and raises its error in one.
#[test]
fn every_library_function_is_covered_by_conformance_programs() {
    let mut tried: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for program in programs() {
        for used in run(&fs::read_to_string(&program).unwrap()).1 {
            let (programs, errors) = tried.entry(used.function).or_default();
            *programs += usize::from(used.returned + used.raised > 0);
            *errors += usize::from(used.raised > 0);
        }
    }
    let mut missing = String::new();
    for (function, (programs, errors)) in tried {
        if NOT_CPYTHONS.contains(&function.as_str()) || function.starts_with("Context.") || function.starts_with('_') {
            continue;
        }
        if programs < 3 || errors == 0 {
            writeln!(missing, "{function}: in {programs} programs, raises in {errors}").unwrap();
        }
    }
    insta::assert_snapshot!("not_tried", missing);
}
