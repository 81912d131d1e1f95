//! Checks that programs print and raise the same in Sift as in CPython.

use std::fmt::Write as _;

use sift_vm::{ContextData, Machine, Settings, Step};

use super::python::what_cpython_prints;
use crate::generators::{Dice, Writer};

/// The output size, in bytes, above which the outputs aren't compared, because Sift truncates long
/// output.
const LONG: usize = 20_000;

/// Generates a valid program from bytes, and checks that it [runs as in
/// CPython](runs_as_in_cpython).
///
/// # Panics
/// See [`runs_as_in_cpython`].
pub fn cpython_vs_machine(data: &[u8]) {
    runs_as_in_cpython(&Writer::program(Dice::of(data)));
}

/// Runs a program in Sift and in CPython, and compares the output and the exception.
///
/// # Panics
/// If Sift rejects the program, or its result changes after formatting. Also if it prints or raises
/// anything else than in CPython, or if `python3` is not version 3.11.
pub fn runs_as_in_cpython(program: &str) {
    let ours = here(program);
    assert!(!ours.starts_with("refused"), "{program}\n{ours:.2000}");
    let laid_out = sift_syntax::print(&sift_syntax::parse(program).program);
    assert_eq!(here(&laid_out), ours, "after formatting\n{program}");
    let theirs = what_cpython_prints(program);
    if theirs.len() < LONG {
        let mut lines = ours.lines().chain([""]).zip(theirs.lines().chain([""]));
        let (here, there) = lines.find(|(here, there)| here != there).unwrap_or_default();
        assert!(ours == theirs, "here: {here:.300}\nCPython: {there:.300}\n{program}");
    }
}

/// Runs a program in Sift. Returns its output and, if it raises, its exception.
fn here(source: &str) -> String {
    let mut machine = Machine::new(
        Settings::default(),
        ContextData::text("none.txt", sift_text::Text::new("")),
        "",
    );
    let program = match machine.compile(source) {
        Ok(program) => program,
        Err(refusal) => return format!("refused\n{}", sift_syntax::render_plain(source, &refusal.diagnostics)),
    };
    let mut step = machine.start(&program, 1_000_000);
    let (report, ended) = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(needs) => needs.resume(Vec::new(), 1_000_000),
            Step::Done(done) => break (done.report, None),
            Step::Raised(raised) => {
                let error = format!("raised {}: {}", raised.error.type_name(), raised.error.message);
                break (raised.report, Some(error));
            }
            Step::Ended(ended) => break (ended.report, Some(format!("ended: {:?}", ended.end))),
        };
    };
    let mut output = report.printed.text;
    if let Some(ended) = ended {
        let _ = writeln!(output, "{ended}");
    }
    output
}
