//! The time per unit of fuel in `re`, in nanoseconds. Runs each engine on patterns and texts that
//! suit it, and on adversarial ones. Run: `cargo bench -p sift-regex --bench regex_cost`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark panics on failure"
)]

use std::time::{Duration, Instant};

use sift_regex::{Budget, Engine, Flags, Pattern, Scan, Stop};

/// The minimum measuring time of each row.
const TIME: Duration = Duration::from_millis(40);
/// The fuel that the VM charges for one instruction.
const OP: u64 = 1;
/// The fuel that the standard library charges for a match, in addition to the search's own cost.
const MATCH: u64 = 4;
/// The fuel limit of one scan.
const MOST: u64 = 20_000_000;

#[derive(Default)]
struct Ledger {
    paid: u64,
}

impl Budget for Ledger {
    fn pay(&mut self, units: u64) -> Result<(), Stop> {
        self.paid += units;
        if self.paid > MOST { Err(Stop::OutOfFuel) } else { Ok(()) }
    }

    fn hold(&mut self, _: usize) -> Result<(), Stop> {
        Ok(())
    }
}

/// Scans a text for all matches. Returns the consumed units of fuel.
fn scan(pattern: &Pattern, text: &str) -> u64 {
    let mut scan = Scan::new(0);
    let mut ledger = Ledger::default();
    loop {
        match pattern.next_match(text, &mut scan, &mut ledger) {
            Ok(searched) => {
                ledger.paid += OP;
                ledger.paid -= searched.unused;
                match searched.captures {
                    Some(captures) => ledger.paid += MATCH + captures.groups() as u64,
                    None => return ledger.paid,
                }
            }
            Err(_) => return ledger.paid,
        }
    }
}

/// Returns the average duration of a scan in nanoseconds, and its fuel.
fn measure(pattern: &Pattern, text: &str) -> (f64, u64) {
    let units = scan(pattern, text);
    let times = (1_000 / units.max(1)).max(1);
    let start = Instant::now();
    let before = nanos(start);
    let mut scans = 0;
    loop {
        for _ in 0..times {
            scan(pattern, text);
        }
        scans += times;
        let taken = nanos(start) - before;
        if taken >= TIME.as_nanos() as f64 {
            return (taken / scans as f64, units);
        }
    }
}

/// Returns the process's CPU time in nanoseconds if the system reports it, otherwise the wall-clock
/// time since `start`.
fn nanos(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let on_cpu = told.and_then(|told| told.split(' ').next()?.parse().ok());
    on_cpu.unwrap_or_else(|| start.elapsed().as_nanos() as f64)
}

fn texts() -> Vec<(&'static str, String)> {
    let log = |at: usize| {
        format!(
            "2024-05-{:02} INFO [worker-{}] job={} took {} ms; user \"name {}\"\n",
            at % 28 + 1,
            at % 7,
            at,
            at * 37 % 991,
            at % 13
        )
    };
    let prose = "The naïve café owner said: “it is — as ever — the 1st of May”, and went home. ";
    let mut seed = 88_172_645_463_325_252_u64;
    let random = std::iter::repeat_with(move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        if seed & 1 == 1 { '1' } else { '0' }
    });
    vec![
        ("log", (0..4_000).map(log).collect()),
        ("prose", prose.repeat(2_000)),
        ("one letter", "A".repeat(20_000)),
        ("bits", random.take(50_000).collect()),
        ("short", "key = value".to_owned()),
        ("short é", "clé = värde".to_owned()),
    ]
}

const PATTERNS: [&str; 34] = [
    r"\d+",
    r"job=(\d+)",
    r"\w+",
    r"\b\w+\b",
    r"(\w+)=(\w+)",
    r"(\w+)\s*[:=]\s*(.*)",
    r"(?m)^(\S+) (\w+) \[(.*?)\] (.*)$",
    r"ERROR",
    r"INFO|WARN|ERROR",
    r".*took.*",
    r"(?s)job=.*?\n\n",
    r"(?s)user (.*?)\n",
    r"[^x]*x",
    r"\s+",
    r"(?i)the \w+",
    r"[“”].*?[“”]",
    r"\b[A-Z]\w*\b",
    r".*[^A-Z]|[A-Z]",
    r"(?s).*[^A-Z]|[A-Z]",
    r"(?:A|AA)+B|A",
    r"(?:a*)*b|[A01]",
    r"[01]*1[01]{12}2|3",
    r"[01]*1[01]{12}[01]*?2|3",
    r"(?s).*1.{9}3|x",
    r"(A|B)*C|.",
    r"((?:[A01]\w?)+)",
    r"\w{1,40}!",
    r"(?=\w)\w+",
    r"(?<!\w)\w+(?=,)",
    r"(\w)\1",
    r"(A+)+\1B",
    r"(?>\w+)=",
    r"\w++\s",
    r"(?:(?=1)1|0)*+2",
];

fn main() {
    let engines = [Engine::Bounded, Engine::Automaton, Engine::Backtracker];
    let mut rows = Vec::new();
    for source in PATTERNS {
        let compile = || Pattern::compile(source, Flags::NONE).unwrap();
        for (text_name, text) in texts() {
            let each = engines
                .iter()
                .map(|engine| (format!("{engine:?}"), compile().only(*engine)))
                .chain([("any".to_owned(), Some(compile()))]);
            for (engine, pattern) in each {
                let Some(pattern) = pattern else { continue };
                let (nanos, units) = measure(&pattern, &text);
                rows.push((nanos / units as f64, engine, source, text_name, units));
            }
        }
        let start = Instant::now();
        let built = compile();
        for engine in engines {
            if let Some(pattern) = compile().only(engine) {
                scan(&pattern, "aé");
            }
        }
        let nanos = start.elapsed().as_nanos() as f64;
        println!(
            "{:8.0} ns to build {:6} states: {source}",
            nanos,
            built.automaton_size()
        );
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    for engine in ["Bounded", "Automaton", "Backtracker", "any"] {
        let of_engine: Vec<f64> = rows.iter().filter(|row| row.1 == engine).map(|row| row.0).collect();
        let at = |share: usize| {
            of_engine
                .get((of_engine.len() - 1) * share / 100)
                .copied()
                .unwrap_or(0.0)
        };
        println!(
            "{engine:12} {:4} rows: fastest {:6.2}, median {:6.2}, 90 % {:6.2}, slowest {:6.2} ns per unit",
            of_engine.len(),
            at(0),
            at(50),
            at(90),
            at(100)
        );
    }
    println!("the slowest:");
    for (nanos, engine, pattern, text, units) in rows.iter().rev().take(30) {
        println!("{nanos:8.2} ns  {engine:12} {text:12} {units:10} units  {pattern}");
    }
}
