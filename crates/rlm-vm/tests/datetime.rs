//! `datetime` against CPython's answers, kept in `data/datetime.txt` (see `data/datetime_cases.py`).

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

use rlm_text::Text;
use rlm_vm::{ContextData, ContextDocument, ContextKind, Machine, Settings};
use support::{Arrival, run_in};

/// A program that answers rows of inputs, and CPython's answers.
struct Group {
    name: &'static str,
    /// Defines `answer(row)`.
    program: String,
    /// Each as JSON, with its answer.
    rows: Vec<(&'static str, String)>,
}

fn groups() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in include_str!("data/datetime.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["program", name, program] => groups.push(Group {
                name,
                program: serde_json::from_str(program).unwrap(),
                rows: Vec::new(),
            }),
            [row, answer] => {
                let answer = serde_json::from_str(answer).unwrap();
                groups.last_mut().unwrap().rows.push((row, answer));
            }
            _ => panic!("{line}"),
        }
    }
    groups
}

/// What a program does with the rows, which are its context: an answer a row, or the exception in its place.
const DRIVER: &str = "
answers = []
for row in context:
    try:
        answers.append(str(answer(row)))
    except Exception as error:
        answers.append(f'{type(error).__name__}: {error}')
FINAL(json.dumps(answers))
";

impl Group {
    fn answers(&self) -> Vec<String> {
        let rows: Vec<&str> = self.rows.iter().map(|(row, _)| *row).collect();
        let rows = Text::new(&format!("[{}]", rows.join(",")));
        let document = ContextDocument {
            name: "rows".into(),
            text: rows.clone(),
        };
        let context = ContextData {
            kind: ContextKind::Json,
            documents: vec![document],
            joined: rows,
        };
        let machine = Machine::new(Settings::default(), context, "");
        let ran = run_in(
            machine,
            &format!("{}{DRIVER}", self.program),
            Arrival::AtOnce,
            1_000_000_000,
        );
        let answer = ran
            .answer()
            .unwrap_or_else(|| panic!("{}: {:?} {:?}", self.name, ran.error, ran.end));
        serde_json::from_str(&answer).unwrap()
    }
}

#[test]
fn dates_times_and_spans_are_those_of_cpython() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for group in groups() {
        let answers = group.answers();
        assert_eq!(answers.len(), group.rows.len());
        count += answers.len();
        for ((row, expected), found) in group.rows.iter().zip(answers) {
            if *expected != found {
                wrong.push(format!(
                    "{} {row}\n  CPython: {expected}\n  Sift:    {found}",
                    group.name
                ));
            }
        }
    }
    assert!(count > 3_000, "{count} rows");
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
}
