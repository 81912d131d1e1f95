//! The time before a program runs: the first session of a process, a later session, and parsing,
//! checking and compiling a block of 40 dense lines.
//!
//! `cargo bench -p sift-vm --bench start`

#![allow(clippy::print_stdout, clippy::panic, reason = "a benchmark prints its results")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use sift_text::Text;
use sift_vm::{ContextData, Machine, Settings};

/// Forty lines as a model writes them, denser than most.
const BLOCK: &str = include_str!("start/block.py");

const RUNS: usize = 2_000;

fn main() {
    let start = Instant::now();
    let mut machine = session();
    shown("the first session of a process", start.elapsed());
    shown("another session", best(session));
    let start = Instant::now();
    compile(&mut machine);
    shown("compiling 40 lines for the first time", start.elapsed());
    shown("compiling 40 lines again", best(|| compile(&mut machine)));
    shown("of that, parsing them", best(|| sift_syntax::parse(BLOCK)));
}

fn session() -> Machine {
    let context = ContextData::text("context", Text::new("A text that is asked about."));
    Machine::new(Settings::default(), context, "What is it about?")
}

fn compile(machine: &mut Machine) {
    if let Err(refusal) = machine.compile(BLOCK) {
        panic!("{:?}", refusal.diagnostics);
    }
}

fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let timed = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    (0..RUNS).map(timed).min().unwrap_or_default()
}

fn shown(what: &str, took: Duration) {
    println!("{what:<40} {:>9.1} µs", took.as_secs_f64() * 1e6);
}
