//! Programs whose output is CPython's: `conformance/NAME.py` with `NAME.out`, written by `conformance/update.py`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rlm_vm::Settings;
use support::{Arrival, machine, run_in};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut programs: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py") && !path.ends_with("update.py"))
        .collect();
    programs.sort();
    programs
}

/// What a program prints, and the exception that it ends in, as the stored expectations show it.
fn run(source: &str) -> String {
    let mut machine = machine(Settings::default());
    if let Err(refusal) = machine.compile(source) {
        return format!("refused\n{}", rlm_syntax::render_plain(source, &refusal.diagnostics));
    }
    let ran = run_in(machine, source, Arrival::AtOnce, 1_000_000);
    let mut output = ran.printed().to_owned();
    if let Some(error) = &ran.error {
        writeln!(output, "raised {}: {}", error.type_name(), error.message).unwrap();
    }
    if let Some(end) = &ran.end {
        writeln!(output, "ended: {end:?}").unwrap();
    }
    output
}

/// Shows the first lines in which two outputs differ.
fn difference(expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    if actual.starts_with("refused") {
        return Some(actual.to_owned());
    }
    let (mut expected, mut actual) = (expected.lines(), actual.lines());
    for line in 1.. {
        let pair = (expected.next(), actual.next());
        if pair.0 != pair.1 {
            return Some(format!(
                "line {line}\n  CPython: {}\n  Sift:    {}",
                pair.0.unwrap_or("(nothing)"),
                pair.1.unwrap_or("(nothing)")
            ));
        }
        if pair == (None, None) {
            break;
        }
    }
    Some("they differ in how the last line ends".to_owned())
}

#[test]
fn every_program_prints_what_cpython_prints() {
    let programs = programs();
    assert!(!programs.is_empty());
    let mut failures = String::new();
    for program in programs {
        let source = fs::read_to_string(&program).unwrap();
        let expected = fs::read_to_string(program.with_extension("out"))
            .unwrap_or_else(|_| panic!("{} has no expectation: run update.py", program.display()));
        if let Some(difference) = difference(&expected, &run(&source)) {
            let name = program.file_stem().unwrap().display();
            writeln!(failures, "{name}: {difference}").unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
