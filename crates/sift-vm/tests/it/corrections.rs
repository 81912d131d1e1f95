//! Every correction of a diagnostic is valid: with the corrected line, the program parses, checks
//! and runs.
//!
//! The programs are those of `grammar/diagnostics.md` and all others with a page among the tests of
//! `sift-syntax`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{Arrival, machine, run_in};
use sift_syntax::{CODES, Diagnostic};
use sift_vm::{Machine, Settings};

/// Maximum number of corrections of one program.
const MOST: usize = 25;

fn diagnostics(machine: &mut Machine, source: &str) -> Vec<Diagnostic> {
    match machine.compile(source) {
        Ok(_) => Vec::new(),
        Err(refusal) => refusal.diagnostics.into_iter().filter(Diagnostic::is_error).collect(),
    }
}

/// Applies a diagnostic's correction to the source.
fn corrected(source: &str, diagnostic: &Diagnostic) -> Result<String, String> {
    let Some(line) = diagnostic.corrected_line(source) else {
        return Err(format!(
            "{}: nothing to write instead: {}",
            diagnostic.code.0, diagnostic.message
        ));
    };
    let (number, _) = diagnostic.line_column(source);
    let mut lines: Vec<&str> = source.lines().collect();
    match lines.get_mut(number - 1) {
        Some(place) => *place = &line,
        None => lines.push(&line),
    }
    Ok(lines.join("\n") + "\n")
}

/// Corrects a program one diagnostic at a time until it is accepted, and runs it. Returns the codes
/// of the diagnostics.
fn mended(source: &str) -> Result<BTreeSet<&'static str>, String> {
    let mut source = source.to_owned();
    let mut seen = BTreeSet::new();
    for _ in 0..MOST {
        let found = diagnostics(&mut machine(Settings::default()), &source);
        let Some(first) = found.first() else {
            let ran = run_in(machine(Settings::default()), &source, Arrival::AtOnce, 1_000_000);
            return match (&ran.error, &ran.end) {
                (None, None) => Ok(seen),
                (Some(error), _) => Err(format!("{}: {}\n{source}", error.type_name(), error.message)),
                (None, Some(end)) => Err(format!("{end:?}\n{source}")),
            };
        };
        seen.insert(first.code.0);
        let next = corrected(&source, first)?;
        // A corrected line must not get the same diagnostic again.
        let (line, _) = first.line_column(&source);
        let again = diagnostics(&mut machine(Settings::default()), &next)
            .into_iter()
            .find(|other| {
                (other.code, other.line_column(&next).0) == (first.code, line) && other.message == first.message
            });
        // A correction must not use an unbound name, unless the original line did.
        let invented = diagnostics(&mut machine(Settings::default()), &next)
            .into_iter()
            .filter(|other| other.code.0 == "S0201" && other.line_column(&next).0 == line)
            .map(|other| next[other.span.start as usize..other.span.end as usize].to_owned())
            .find(|name| !source.contains(name.as_str()));
        if let Some(name) = invented {
            return Err(format!("{}: nothing binds `{name}`\n{next}", first.code.0));
        }
        if let Some(again) = again {
            return Err(format!("{} is said again: {}\n{next}", again.code.0, again.message));
        }
        source = next;
    }
    Err(format!("still refused:\n{source}"))
}

fn programs() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sift-syntax/tests/diagnostics");
    let mut programs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    programs.sort();
    programs
}

#[test]
fn corrected_programs_run() {
    let mut codes = BTreeSet::new();
    let mut faults = Vec::new();
    for (name, source) in programs() {
        match mended(&source) {
            Ok(seen) => codes.extend(seen),
            Err(fault) => faults.push(format!("{name}: {fault}")),
        }
    }
    assert_eq!(faults, Vec::<String>::new(), "{}", faults.join("\n"));
    let notes = ["S0017", "S0018", "S0019", "S0120"];
    // A source above the limit is too long to store with the tests; its line is used instead.
    let all: BTreeSet<&str> = CODES
        .iter()
        .map(|info| info.code.0)
        .filter(|code| *code != "S0001" && !notes.contains(code))
        .collect();
    assert_eq!(codes, all);
}

#[test]
fn too_long_program_gets_a_working_correction() {
    let source = " ".repeat(sift_syntax::MAX_SOURCE_BYTES + 1);
    let found = diagnostics(&mut machine(Settings::default()), &source);
    let line = found[0].corrected_line(&source).unwrap();
    assert_eq!(mended(&line), Ok(BTreeSet::new()));
}
