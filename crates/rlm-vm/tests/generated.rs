//! Programs written at random, each run here and by CPython: what they print and raise must be the same.
//!
//! Needs `python3`, version 3.11; without it the comparison is skipped with a word on stderr, and the programs are run all
//! the same. `GENERATED_PROGRAMS=5000` tries more of them than the suite does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says"
)]

mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use rlm_fuzzing::generators::{Dice, Writer};
use rlm_vm::Settings;
use support::{Arrival, machine, run_in};

/// Reads programs as JSON lines; prints for each, as a JSON line, what it prints and raises.
const RUNNER: &str = r#"
import contextlib, io, json, sys
from collections import Counter
for line in sys.stdin:
    out = io.StringIO()
    raised = ""
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(json.loads(line), "<program>", "exec"), {"Counter": Counter})
    except Exception as error:
        raised = f"raised {type(error).__name__}: {error}\n"
    print(json.dumps(out.getvalue() + raised))
"#;

fn programs() -> Vec<String> {
    let count = std::env::var("GENERATED_PROGRAMS")
        .ok()
        .and_then(|count| count.parse().ok());
    (0..count.unwrap_or(300))
        .map(|seed| Writer::program(Dice::new(seed)))
        .collect()
}

/// What each program comes to in CPython; none without it.
fn in_cpython(programs: &[String]) -> Option<Vec<String>> {
    let version = Command::new("python3").arg("--version").output().ok()?;
    if !String::from_utf8_lossy(&version.stdout).starts_with("Python 3.11") {
        return None;
    }
    let mut python = Command::new("python3")
        .args(["-c", RUNNER])
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut lines = String::new();
    for program in programs {
        writeln!(lines, "{}", serde_json::to_string(program).unwrap()).unwrap();
    }
    let mut stdin = python.stdin.take()?;
    let writing = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = python.wait_with_output().ok()?;
    writing.join().ok()?.ok()?;
    let outputs = String::from_utf8(output.stdout).ok()?;
    Some(
        outputs
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

fn here(source: &str) -> String {
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

#[test]
fn random_programs_do_what_they_do_in_cpython() {
    let programs = programs();
    let expected = in_cpython(&programs);
    if expected.is_none() {
        eprintln!("SKIPPED: python3 3.11 is not here, so random programs are run but not compared");
    }
    let mut failures = String::new();
    for (seed, program) in programs.iter().enumerate() {
        let printed = here(program);
        assert!(
            !printed.starts_with("refused"),
            "seed {seed}\n{program}\n{printed:.2000}"
        );
        // A program means the same when it is laid out anew.
        let parsed = rlm_syntax::parse(program);
        assert_eq!(
            here(&rlm_syntax::print(&parsed.program)),
            printed,
            "seed {seed}, printed anew"
        );
        let Some(expected) = expected.as_ref().map(|all| &all[seed]) else {
            continue;
        };
        // What is printed is cut above a limit.
        if *expected != printed && expected.len() < 20_000 {
            let pairs = expected
                .lines()
                .chain(std::iter::once(""))
                .zip(printed.lines().chain(std::iter::once("")));
            let (theirs, ours) = pairs.clone().find(|(a, b)| a != b).unwrap_or_default();
            writeln!(
                failures,
                "seed {seed}\n  CPython: {theirs:.300}\n  Sift:    {ours:.300}"
            )
            .unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
