//! The measured programs: those of each op in `ops.sift`, the manual's example and the limit test
//! of each library function, and those of `adversarial.sift`, `tokenizer.sift` and `found/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sift_vm::{Machine, Settings, library_examples};

use crate::functions;
use crate::measure::Program;
use crate::support::sections::{sections, split_setup};

/// The origin of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Typical code: ops and the manual's examples.
    Friendly,
    /// Code written to be slow.
    Adversarial,
    /// A finding of `just fuzz-fuel`.
    Found,
}

/// A program and the row of the table whose cost it measures.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// An op (`op Index`), a function (`str.find`), or a file of `found/`.
    pub(crate) row: String,
    pub(crate) kind: Kind,
    pub(crate) program: Program,
}

/// Functions that end the program, so that they can't be repeated.
const ENDS_THE_PROGRAM: [&str; 2] = ["FINAL", "FINAL_VAR"];

/// Returns all inputs.
pub(crate) fn all() -> Vec<Input> {
    let mut inputs = written("ops.sift", Kind::Friendly, crate::machine);
    inputs.extend(examples());
    inputs.extend(limit_tests());
    inputs.extend(written("adversarial.sift", Kind::Adversarial, crate::machine));
    for machine in [crate::o200k_machine, crate::cl100k_machine] {
        inputs.extend(written("tokenizer.sift", Kind::Adversarial, machine));
    }
    inputs.extend(found());
    inputs
}

/// Returns the functions that no input calls.
pub(crate) fn missing(inputs: &[Input]) -> Vec<String> {
    let rows: BTreeSet<&str> = inputs.iter().map(|input| input.row.as_str()).collect();
    let paths = functions::paths().into_iter();
    let ops = sift_vm::cost::OPS.iter().map(|op| format!("op {op}"));
    paths
        .chain(ops)
        .filter(|path| !rows.contains(path.as_str()) && !ENDS_THE_PROGRAM.contains(&path.as_str()))
        .collect()
}

fn examples() -> impl Iterator<Item = Input> {
    library_examples()
        .filter(|example| !ENDS_THE_PROGRAM.contains(&example.path))
        .map(|example| Input {
            row: example.path.to_owned(),
            kind: Kind::Friendly,
            program: Program {
                machine: crate::trip_machine,
                given: String::new(),
                repeated: example.program.replace("; ", "\n"),
            },
        })
}

fn limit_tests() -> Vec<Input> {
    let by_name: BTreeMap<String, String> = functions::paths()
        .into_iter()
        .map(|path| (functions::test_name(&path), path))
        .collect();
    let mut inputs = Vec::new();
    for tests in crate::limit_tests::all() {
        for test in tests.tests {
            let name = test.name;
            // `limit_in_chain_of_many` is about the function of `limit_in_chain`.
            let path = (0..=name.len())
                .rev()
                .filter_map(|end| by_name.get(name.get(..end)?))
                .next();
            inputs.extend(test.calls.iter().map(|call| Input {
                row: path.cloned().unwrap_or_else(|| name.to_owned()),
                kind: Kind::Adversarial,
                program: Program {
                    machine: tests.machine,
                    given: tests.given.to_owned(),
                    repeated: (*call).to_owned(),
                },
            }));
        }
    }
    inputs
}

/// Returns the folder of the bench's files.
pub(crate) fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/fuel")
}

/// Reads a file of programs: each under a heading `## ROW`, with an optional setup above a line
/// `---`.
fn written(file: &str, kind: Kind, machine: fn(Settings) -> Machine) -> Vec<Input> {
    let text = std::fs::read_to_string(folder().join(file)).unwrap_or_default();
    sections(&text)
        .map(|(row, source)| {
            let mut input = input_of(row, kind, source);
            input.program.machine = machine;
            input
        })
        .collect()
}

/// Reads the findings of the fuzzer.
fn found() -> Vec<Input> {
    let mut files: Vec<_> = std::fs::read_dir(folder().join("found"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "sift"))
        .map(|file| {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            input_of(
                &format!("found {name}"),
                Kind::Found,
                &std::fs::read_to_string(file).unwrap_or_default(),
            )
        })
        .collect()
}

fn input_of(row: &str, kind: Kind, source: &str) -> Input {
    let (given, repeated) = split_setup(source);
    Input {
        row: row.to_owned(),
        kind,
        program: Program {
            machine: crate::machine,
            given: given.to_owned(),
            repeated: repeated.trim().to_owned(),
        },
    }
}
