//! Six programs over generated text, with fuel and memory metered: milliseconds each, the best of several runs.
//!
//! `cargo bench -p rlm-vm --bench programs [-- NAME]`

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement shows what it finds and stops where something is not as it should be"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use rlm_text::{Origin, SourceId, Text};
use rlm_vm::{ContextData, Machine, Settings, Step};

#[path = "programs/texts.rs"]
mod texts;

const RUNS: usize = 5;
const SLICE: u64 = 2_000_000;

fn main() {
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .unwrap_or_default();
    for (name, text) in texts::PROGRAMS {
        if !name.contains(&wanted) {
            continue;
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/programs/{name}.py"));
        let source = std::fs::read_to_string(path).unwrap();
        let context = text();
        let mut best = Duration::MAX;
        let mut fuel = 0;
        for _ in 0..RUNS {
            let text = Text::with_origin(context.clone(), Origin::Source(SourceId(0)));
            let machine = Machine::new(Settings::default(), ContextData::text("context", text), "");
            let (took, paid) = run(machine, &source);
            best = best.min(took);
            fuel = paid;
        }
        let ms = best.as_secs_f64() * 1e3;
        println!(
            "{name:<16} {ms:8.1} ms {fuel:>12} fuel {:6.2} ns/unit",
            best.as_nanos() as f64 / fuel as f64
        );
    }
}

fn run(mut machine: Machine, source: &str) -> (Duration, u64) {
    let start = Instant::now();
    let program = machine
        .compile(source)
        .unwrap_or_else(|refusal| panic!("{}", refusal.diagnostics[0].message));
    let mut step = machine.start(&program, SLICE);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
            Step::Needs(_) => panic!("a call was made"),
            Step::Done(done) => return (start.elapsed(), done.report.fuel),
            Step::Raised(raised) => panic!("{}", raised.error.rendered),
            Step::Ended(ended) => panic!("{:?}", ended.end),
        };
    }
}
