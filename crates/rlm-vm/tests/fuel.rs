//! What one run of everything costs: every op, the manual's example of every function, and each call of the limit tests, which
//! are small, medium and large. `tests/fuel.txt` holds it, so that nobody changes a cost unseen.
//!
//! `UPDATE_FUEL=1 cargo test -p rlm-vm --test fuel` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::duplicate_mod,
    reason = "a test stops at once where something is not as it says"
)]

use std::fmt::Write as _;
use std::path::Path;

use rlm_text::Text;
use rlm_vm::{CallOutcome, ContextData, ContextDocument, ContextKind, Machine, Settings, Step, library_examples};

#[path = "support/host.rs"]
mod host;
#[path = "../benches/fuel/limit_tests.rs"]
mod limit_tests;
#[path = "../benches/fuel/ops.rs"]
mod ops;

/// Units that one run takes at most.
const FUEL: u64 = 50_000;

/// The tests of the limits stand in the same files as their calls. Without a harness they are not built again.
fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        println!("what_everything_costs: test");
        return;
    }
    let shown = costs();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuel.txt");
    if std::env::var_os("UPDATE_FUEL").is_some() {
        std::fs::write(&file, &shown).unwrap();
        return;
    }
    let frozen = std::fs::read_to_string(&file).unwrap_or_default();
    let changed: Vec<String> = shown
        .lines()
        .filter(|line| !frozen.contains(*line))
        .map(|line| format!("now   {line}"))
        .chain(
            frozen
                .lines()
                .filter(|line| !shown.contains(*line))
                .map(|line| format!("was   {line}")),
        )
        .collect();
    assert!(
        shown == frozen,
        "costs have changed; UPDATE_FUEL=1 writes them anew:\n{}",
        changed.join("\n")
    );
    println!("test what_everything_costs ... ok");
}

/// Writes what everything costs, a line each.
fn costs() -> String {
    let mut shown = String::new();
    let machine = |settings: Settings| {
        let text = Text::new("The quick brown fox\njumps over\nthe lazy dog\n");
        Machine::new(settings, ContextData::text("fox.txt", text), "Who jumps?")
    };
    for (op, given, repeated) in ops::PROGRAMS {
        let ready = set_up(machine(settings()), given);
        writeln!(shown, "op {op}: {}", run(ready, repeated).1).unwrap();
    }
    for example in library_examples() {
        let program = example.program.replace("; ", "\n");
        writeln!(shown, "{}: {}", example.path, run(trip(settings()), &program).1).unwrap();
    }
    for calls in limit_tests::all() {
        let mut machine = set_up((calls.machine)(settings()), calls.given);
        for (name, sources) in calls.functions {
            let mut costs = Vec::new();
            for source in *sources {
                let (after, cost) = run(machine, source);
                machine = after;
                costs.push(cost);
            }
            writeln!(shown, "{name}: {}", costs.join(", ")).unwrap();
        }
    }
    shown
}

/// Runs what is given, with as much fuel as it takes.
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

/// Runs a program; returns its fuel, and how it ended where that was not its last statement.
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

/// Makes the machine that the manual's examples run in.
fn trip(settings: Settings) -> Machine {
    let documents = TRIP.iter().map(|(name, text)| ContextDocument {
        name: (*name).into(),
        text: Text::new(text),
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
