//! Every public attribute of CPython's common types and modules (`attributes.txt`, written by
//! `attributes.py`) prints what CPython prints, or is rejected with its code and a correction that
//! runs. The same holds for everything that the library documents as unsupported.

use crate::support::{Arrival, machine, run_in};
use sift_syntax::Diagnostic;
use sift_vm::Settings;

const ATTRIBUTES: &str = include_str!("../attributes.txt");

/// The codes with which Python's names may be rejected.
const CODES: [&str; 6] = ["S0203", "S0307", "S0308", "S0306", "S0401", "S0402"];

fn printed(source: &str) -> Result<String, String> {
    let ran = run_in(machine(Settings::default()), source, Arrival::AtOnce, 1_000_000);
    match (&ran.error, &ran.end) {
        (Some(error), _) => Err(format!("raised {}: {}", error.type_name(), error.message)),
        (None, Some(end)) => Err(format!("ended: {end:?}")),
        (None, None) => Ok(ran.printed().trim_end_matches('\n').to_owned()),
    }
}

/// Returns the defect of a rejection, if any.
fn refusal_fault(source: &str, diagnostic: &Diagnostic) -> Option<String> {
    let code = diagnostic.code.0;
    if !CODES.contains(&code) {
        return Some(format!("refused under {code}: {}", diagnostic.message));
    }
    let Some(corrected) = diagnostic.corrected_line(source) else {
        return Some(format!("refused without a corrected line: {}", diagnostic.message));
    };
    match machine(Settings::default()).compile(&corrected) {
        Err(again) => Some(format!("`{corrected}` is refused: {}", again.diagnostics[0].message)),
        Ok(_) => printed(&corrected).err().map(|error| format!("`{corrected}` {error}")),
    }
}

fn fault(source: &str, expected: &str) -> Option<String> {
    if let Err(refusal) = machine(Settings::default()).compile(source) {
        return refusal_fault(source, &refusal.diagnostics[0]);
    }
    match printed(source) {
        Err(error) => Some(error),
        Ok(shown) if expected != "-" && shown != expected => Some(format!("prints {shown}, not {expected}")),
        Ok(_) => None,
    }
}

#[test]
fn every_attribute_works_or_gets_a_working_correction() {
    let mut faults = Vec::new();
    for line in ATTRIBUTES.lines() {
        let mut fields = line.split('\t');
        let (Some(path), Some(program), Some(expected)) = (fields.next(), fields.next(), fields.next()) else {
            panic!("not a row: {line}");
        };
        if let Some(fault) = fault(program, expected) {
            faults.push(format!("{path}: {fault}\n    {program}"));
        }
    }
    assert!(faults.is_empty(), "{} attributes:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn unsupported_modules_suggest_replacements() {
    let mut faults = Vec::new();
    for module in sift_vm::library_scope().refused_modules.keys() {
        let source = format!("import {module}");
        match machine(Settings::default()).compile(&source) {
            Err(refusal) => faults.extend(refusal_fault(&source, &refusal.diagnostics[0])),
            Ok(_) => faults.push(format!("{module} is provided: it need not be refused")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn unsupported_members_suggest_working_replacements() {
    let scope = sift_vm::library_scope();
    let mut faults = Vec::new();
    for (path, instead) in &scope.refused_members {
        let (owner, name) = path.rsplit_once('.').unwrap();
        if let Some(module) = scope.modules.get(owner)
            && module.members.contains_key(name)
        {
            faults.push(format!("{path} is provided: it need not be refused"));
        }
        if let Err(refusal) = machine(Settings::default()).compile(&instead.corrected) {
            faults.push(format!(
                "{path}: `{}` is refused: {}",
                instead.corrected, refusal.diagnostics[0].message
            ));
        } else if let Err(error) = printed(&instead.corrected) {
            faults.push(format!("{path}: `{}` {error}", instead.corrected));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
