//! The manual of the library, `grammar/library.md`, is up to date, and its examples print what it
//! shows.
//!
//! `UPDATE_MANUAL=1 cargo test -p sift-vm --test it manual` writes the manual and the output of
//! examples of our own functions; `tests/examples/update.py` writes those of Python's.

use std::path::{Path, PathBuf};

use sift_text::Text;
use sift_vm::{
    CallOutcome, ContextData, ContextDocument, ContextKind, Machine, Settings, Step, library_examples, library_manual,
    library_paths,
};

use crate::support::host;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn is_updated() -> bool {
    std::env::var_os("UPDATE_MANUAL").is_some()
}

/// Two documents for the examples.
const DOCUMENTS: &[(&str, &str)] = &[
    ("1.md", "# Trip\nid: 1 || city: Oslo\n"),
    ("2.md", "# Stay\nid: 2 || city: Rome\n"),
];

fn context() -> ContextData {
    ContextData {
        kind: ContextKind::List,
        documents: DOCUMENTS
            .iter()
            .map(|(name, text)| ContextDocument {
                name: (*name).into(),
                text: Text::new(text),
                image: None,
            })
            .collect(),
        joined: Text::from_string(DOCUMENTS.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n")),
        files: None,
    }
}

/// Returns a program that prints the value of an example.
fn shown_program(example: &str) -> String {
    let (setup, last) = example.rsplit_once("; ").unwrap_or(("", example));
    let setup = setup.replace("; ", "\n");
    if last.starts_with("print(") || last.starts_with("FINAL") {
        return format!("{setup}\n{last}");
    }
    format!("{setup}\nprint(repr({last}))")
}

fn run(program: &str) -> Result<String, String> {
    let mut machine = Machine::new(Settings::default(), context(), "Which cities?");
    let compiled = machine
        .compile(program)
        .map_err(|refusal| format!("{:?}", refusal.diagnostics))?;
    let mut step = machine.start(&compiled, 1_000_000);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(mut needs) => {
                host::answer(&mut needs, DOCUMENTS);
                let replies = needs.take_issued().into_iter().map(|call| {
                    let prompt = call.prompt.to_flat().unwrap().into_owned();
                    let reply = match prompt.as_str() {
                        prompt if prompt.contains("List the cities") => r#"[{"city": "Oslo"}, {"city": "Rome"}]"#,
                        prompt if prompt.contains("JSON") => r#"{"city": "Oslo"}"#,
                        _ => "Oslo",
                    };
                    (call.key, CallOutcome::Reply(Text::new(reply)))
                });
                let replies = replies.collect();
                needs.resume(replies, 1_000_000)
            }
            Step::Done(done) => return Ok(done.report.printed.text.trim_end_matches('\n').to_owned()),
            Step::Ended(ended) => {
                let answer = ended.answer.ok_or("a limit")?;
                return Ok(answer.to_flat().unwrap().into_owned());
            }
            Step::Raised(raised) => return Err(raised.error.rendered),
        };
    }
}

#[test]
fn manual_examples_print_the_documented_output() {
    let paths = library_paths();
    let mut wrong = Vec::new();
    let mut left_out = Vec::new();
    let mut count = 0;
    let mut rows = String::new();
    for example in library_examples() {
        let shown = run(&shown_program(example.program));
        // The script that runs CPython also writes examples of functions that the library leaves
        // out.
        if shown.is_err() && !paths.contains_key(example.path) && !example.is_own {
            left_out.push(example.path);
            continue;
        }
        let output = match (&shown, example.is_own && is_updated()) {
            (Ok(shown), true) => shown,
            _ => example.output,
        };
        let mark = if example.is_own { "\town" } else { "" };
        rows.push_str(&format!("{}\t{}\t{output}{mark}\n", example.path, example.program));
        count += 1;
        if shown.as_deref() != Ok(output) {
            wrong.push(format!(
                "{}: {} shows {shown:?}, not {output}",
                example.path, example.program
            ));
        }
    }
    if is_updated() {
        std::fs::write(path("../sift-stdlib/src/examples.txt"), rows).unwrap();
        return;
    }
    assert!(
        left_out.is_empty(),
        "run `just manual`: {left_out:?} are not in the library"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 400, "{count} examples");
}

#[test]
fn every_function_has_an_example() {
    let paths = library_paths();
    let without: Vec<&str> = paths
        .iter()
        .filter(|(_, has)| !**has)
        .map(|(path, _)| path.as_str())
        .collect();
    assert!(
        without.is_empty(),
        "{} of {} functions have no example; add examples to tests/examples/own.txt and run `just examples-update`:\n{}",
        without.len(),
        paths.len(),
        without.join("\n")
    );
}

#[test]
fn the_manual_is_current() {
    let manual = library_manual();
    let file = path("../../grammar/library.md");
    if is_updated() {
        std::fs::write(file, manual).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(kept == manual, "grammar/library.md is stale: run `just manual`");
}
