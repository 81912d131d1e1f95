//! The table of costs, `tests/costs.txt`: the fuel of each op, of each library function's example
//! in the manual and of each call of the limit tests, and how a limit ends these calls if they are
//! repeated. Any change of a cost changes its row; debug and release builds agree.
//!
//! `just bless` (`UPDATE_COSTS=1`) rewrites it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use sift_text::Text;
use sift_vm::{CallOutcome, ContextData, ContextDocument, ContextKind, Machine, Settings, Step, library_examples};

use crate::limit_tests;
use crate::support::functions;
use crate::support::host;
use crate::support::limits::{LimitTest, LimitTests};
use crate::support::sections::{sections, split_setup};

/// Programs that consist mostly of one op, by op.
const OPS: &str = include_str!("../../benches/fuel/ops.sift");

/// Maximum fuel of one run, in units.
const FUEL: u64 = 50_000;

/// Rows by name: of an op, of a library function, or of a limit test that is not named after a
/// function.
type Table = BTreeMap<String, Row>;

/// A row of the table.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Row {
    /// The fuel of the op or of the manual's example.
    example: String,
    /// The fuel of each call of the limit test.
    calls: String,
    /// How a limit ends each of these calls if it is repeated.
    ends: String,
}

#[test]
fn costs_match_the_table() {
    let mut now = costs();
    let bless = is_blessing();
    if bless {
        for tests in limit_tests::all() {
            for test in tests.tests {
                now.entry(row_name(tests, test)).or_default().ends = (test.ends)().join("; ");
            }
        }
        fs::write(path(), render(&now)).unwrap();
        return;
    }
    let recorded = read();
    for (name, row) in &mut now {
        // Each limit test compares its own.
        row.ends = recorded.get(name).map(|row| row.ends.clone()).unwrap_or_default();
    }
    let (recorded, now) = (render(&recorded), render(&now));
    let lines_beyond = |lines: &str, others: &str, sign: char| -> Vec<String> {
        let others: BTreeSet<&str> = others.lines().collect();
        let beyond = lines.lines().filter(|line| !others.contains(line));
        beyond.map(|line| format!("{sign}{line}")).collect()
    };
    let mut changed = lines_beyond(&recorded, &now, '-');
    changed.extend(lines_beyond(&now, &recorded, '+'));
    assert!(
        changed.is_empty(),
        "costs have changed; run `just bless` to update {}:\n{}",
        path().display(),
        changed.join("\n")
    );
}

/// Compares how a limit ends the calls of a limit test with its row of the table.
pub(crate) fn check_ends(tests: &LimitTests, name: &str) {
    let test = tests.tests.iter().find(|test| test.name == name).unwrap();
    let ends = (test.ends)().join("; ");
    if is_blessing() {
        return;
    }
    let recorded = read().remove(&row_name(tests, test)).unwrap_or_default();
    assert_eq!(
        ends,
        recorded.ends,
        "{name}; run `just bless` to update {}",
        path().display()
    );
}

fn is_blessing() -> bool {
    std::env::var_os("UPDATE_COSTS").is_some()
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/costs.txt")
}

fn read() -> Table {
    let text = fs::read_to_string(path()).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut cells = line.split('|').map(|cell| cell.trim().to_owned());
        let mut cell = || cells.next().unwrap_or_default();
        let name = cell();
        let row = Row {
            example: cell(),
            calls: cell(),
            ends: cell(),
        };
        (name, row)
    });
    rows.collect()
}

fn render(table: &Table) -> String {
    let mut text = String::from(
        "# name | fuel of the example | fuel of each call of the limit test | where each call ends when repeated\n",
    );
    for (name, row) in table {
        let line = format!("{name} | {} | {} | {}", row.example, row.calls, row.ends);
        writeln!(text, "{}", line.trim_end_matches([' ', '|'])).unwrap();
    }
    text
}

/// Returns the row of a limit test: that of the function it is named after. Another test of the
/// same function has a separate row.
fn row_name(tests: &LimitTests, test: &LimitTest) -> String {
    static NAMES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let paths = functions::paths().into_iter();
        paths.map(|path| (functions::test_name(&path), path)).collect()
    });
    let name = NAMES.get(test.name).map_or(test.name, String::as_str);
    let has_it = |tests: &&&LimitTests| tests.tests.iter().any(|other| other.name == test.name);
    let first = limit_tests::all().iter().find(has_it).map(|tests| tests.module);
    if first == Some(tests.module) {
        name.to_owned()
    } else {
        format!("{name} ({})", tests.module.trim_start_matches("it::"))
    }
}

/// Measures every op, example and call.
fn costs() -> Table {
    let mut table = Table::new();
    let machine = |settings: Settings| {
        let text = Text::new("The quick brown fox\njumps over\nthe lazy dog\n");
        Machine::new(settings, ContextData::text("fox.txt", text), "Who jumps?")
    };
    for (op, program) in sections(OPS) {
        let (given, repeated) = split_setup(program);
        let ready = set_up(machine(settings()), given);
        table.entry(op.to_owned()).or_default().example = run(ready, repeated).1;
    }
    for example in library_examples() {
        let program = example.program.replace("; ", "\n");
        table.entry(example.path.to_string()).or_default().example = run(trip(settings()), &program).1;
    }
    for tests in limit_tests::all() {
        let mut machine = set_up((tests.machine)(settings()), tests.given);
        for test in tests.tests {
            let mut costs = Vec::new();
            for call in test.calls {
                let (after, cost) = run(machine, call);
                machine = after;
                costs.push(cost);
            }
            table.entry(row_name(tests, test)).or_default().calls = costs.join(", ");
        }
    }
    table
}

/// Runs a setup with unlimited fuel.
fn set_up(mut machine: Machine, given: &str) -> Machine {
    let program = machine.compile(given).unwrap();
    let mut step = machine.start(&program, 1);
    if let Step::OutOfFuel(mut paused) = step {
        paused.top_up(1 << 30);
        step = paused.resume(Vec::new(), u64::MAX);
    }
    match step {
        Step::Done(done) => done.machine,
        other => panic!("{given}: {other:?}"),
    }
}

fn settings() -> Settings {
    Settings {
        fuel: FUEL,
        memory_bytes: 32 << 20,
        ..Settings::default()
    }
}

/// Runs a program. Returns its fuel, and the limit that ended it, if any.
fn run(mut machine: Machine, source: &str) -> (Machine, String) {
    let Ok(program) = machine.compile(source) else {
        return (machine, "refused".to_owned());
    };
    let mut step = machine.start(&program, u64::MAX);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), u64::MAX),
            Step::Needs(mut needs) => {
                host::answer(&mut needs, TRIP);
                let replies = needs
                    .take_issued()
                    .into_iter()
                    .map(|call| (call.key, CallOutcome::Reply(Text::new("Oslo"))));
                let replies = replies.collect();
                needs.resume(replies, u64::MAX)
            }
            Step::Done(done) => return (done.machine, done.report.fuel.to_string()),
            Step::Raised(raised) => {
                return (
                    raised.machine,
                    format!("{} {}", raised.report.fuel, raised.error.type_name()),
                );
            }
            Step::Ended(ended) => {
                let end = ended.limit().map_or("FINAL", |limit| limit.name());
                return (ended.machine, format!("{} {end}", ended.report.fuel));
            }
        };
    }
}

/// The documents of the manual's examples.
const TRIP: &[(&str, &str)] = &[
    ("1.md", "# Trip\nid: 1 || city: Oslo\n"),
    ("2.md", "# Stay\nid: 2 || city: Rome\n"),
];

/// Returns a machine for the manual's examples.
fn trip(settings: Settings) -> Machine {
    let documents = TRIP.iter().map(|(name, text)| ContextDocument {
        name: (*name).into(),
        text: Text::new(text),
        image: None,
    });
    let texts: Vec<&str> = TRIP.iter().map(|(_, text)| *text).collect();
    let context = ContextData {
        kind: ContextKind::List,
        documents: documents.collect(),
        joined: Text::from_string(texts.join("\n")),
        files: None,
    };
    Machine::new(settings, context, "Which cities?")
}
