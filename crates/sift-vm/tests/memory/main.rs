//! Compares the memory of a process with its meter for programs that fill their memory, and checks
//! that none is leaked.
//!
//! `cargo bench -p sift-vm --bench memory` measures the same programs and more of them, at a larger
//! limit.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests panic on failure"
)]

#[path = "../../benches/memory/bombs.rs"]
mod bombs;
#[path = "../../benches/memory/child.rs"]
mod child;

mod preflight;
#[path = "../it/support/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    unreachable_pub,
    reason = "shared with the other tests"
)]
mod support;

use bombs::bomb;
use child::Outcome;
use sift::{ExecEnd, Session};
use sift_text::Text;
use sift_vm::{ContextData, End, Limit, Machine, Settings, Step};
use support::sections;

/// The memory limit of each program, in bytes.
const LIMIT: usize = 24 << 20;
/// The environment variable with the name of the bomb that a child process runs.
const BOMB: &str = "RLM_MEMORY_BOMB";

/// One of each kind; all of them take minutes.
const QUICK: &[&str] = &[
    "list of ints",
    "empty dicts",
    "dicts of one",
    "sets of one",
    "deques of one",
    "texts of 100 bytes",
    "text doubled and looked at",
    "integers of 65 bits",
    "generators",
    "matches",
    "replies",
];

const NEW_MACHINES: &str = "new machines";
const ONE_SESSION: &str = "one session";

/// Runs the bomb that the environment names, if any.
#[test]
fn child_process_entry() {
    match std::env::var(BOMB).as_deref() {
        Ok(NEW_MACHINES) => println!("\n{}", hit_by_new_machines()),
        Ok(ONE_SESSION) => println!("\n{}", hit_in_one_session()),
        Ok(name) => {
            println!("\n{}", child::run(&bomb(name).unwrap(), LIMIT));
        }
        Err(_) => {}
    }
}

/// Runs a child process and returns its measurements.
fn in_child(name: &str) -> Outcome {
    let arguments = ["--exact", "child_process_entry", "--nocapture"];
    let outcome = child::spawn(&arguments, &[(BOMB, name)]);
    outcome.unwrap_or_else(|| panic!("{name}: the child process failed"))
}

#[test]
fn process_memory_stays_close_to_the_metered_bytes() {
    let mut wrong = Vec::new();
    for name in QUICK {
        let outcome = in_child(name);
        if outcome.end != child::MEMORY || outcome.resident > child::allowed(outcome.metered) {
            wrong.push(format!("{name}: {outcome}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const FILLS: &str = "a = []\nb = {}\nwhile True:\n    a.append('%d' % len(a) * 50)\n    b[len(a)] = [a[-1].upper()]\n";

fn settings() -> Settings {
    Settings {
        memory_bytes: 1 << 20,
        ..Settings::default()
    }
}

/// Maximum growth of a process from 10 repetitions to 200.
const STEADY: u64 = 4 << 20;

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// The memory after 10 limits were reached and after 200, as an outcome.
fn outcome(early: u64, late: u64) -> Outcome {
    Outcome {
        metered: early,
        resident: late,
        end: "limits".into(),
    }
}

#[test]
fn hitting_the_memory_limit_frees_all_memory() {
    for name in [NEW_MACHINES, ONE_SESSION] {
        let Outcome { metered, resident, .. } = in_child(name);
        assert!(
            resident <= metered + STEADY,
            "{name}: {metered} bytes were held early, {resident} late"
        );
    }
}

fn hit_by_new_machines() -> Outcome {
    let mut early = 0;
    for round in 0..200 {
        let mut machine = Machine::new(settings(), ContextData::text("a", Text::new("b")), "");
        let program = machine.compile(FILLS).unwrap();
        let mut step = machine.start(&program, 1_000_000);
        while let Step::OutOfFuel(paused) = step {
            step = paused.resume(Vec::new(), 1_000_000);
        }
        let Step::Ended(ended) = step else {
            panic!("round {round}: {step:?}")
        };
        assert_eq!(ended.end, End::Limit(Limit::Memory), "round {round}");
        if round == 10 {
            early = resident();
        }
    }
    outcome(early, resident())
}

fn hit_in_one_session() -> Outcome {
    let mut session = Session::new(settings());
    let mut seen = Vec::new();
    let mut early = 0;
    for round in 0..200 {
        let filled = session.exec(FILLS);
        assert!(
            matches!(filled.end, ExecEnd::Limit(Limit::Memory)),
            "round {round}: {:?}",
            filled.end
        );
        // Variables stay bound until the next program releases them.
        let next = session.exec("n = len(a)\na = b = None\nprint(sum(range(100)))");
        assert_eq!(next.printed.text, "4950\n", "round {round}: {:?}", next.end);
        seen.push(session.get::<usize>("n").unwrap());
        if round == 10 {
            early = resident();
        }
    }
    // Only the programs' own code grows.
    assert!(
        seen[199] <= seen[0] && seen[199] > seen[0] / 2,
        "{} at first, {} at last",
        seen[0],
        seen[199]
    );
    outcome(early, resident())
}
