//! The cost of tracking the origins of texts: the six programs over a text of the context, whose
//! pieces keep their origins, and over the same text as text of the program, without origins.
//!
//! `cargo bench -p sift-vm --bench provenance [-- NAME]`

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use sift::{ExecEnd, Session};
use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, Settings};

#[path = "programs/texts.rs"]
mod texts;

const RUNS: usize = 15;

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    println!(
        "{:<16} {:>12} {:>12} {:>8}",
        "program", "known ms", "unknown ms", "cost %"
    );
    let mut costs = Vec::new();
    for (name, text) in texts::PROGRAMS {
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/programs/{name}.py"));
        let (source, text) = (std::fs::read_to_string(&program).unwrap(), text());
        let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
        let mut printed = (String::new(), String::new());
        // The runs alternate, so that other load affects both.
        for _ in 0..RUNS {
            let (time, shown) = run(&source, &text, Origin::Source(SourceId(0)));
            known = known.min(time);
            printed.0 = shown;
            let (time, shown) = run(&source, &text, Origin::Program);
            unknown = unknown.min(time);
            printed.1 = shown;
        }
        assert_eq!(printed.0, printed.1, "{name}");
        let ratio = known.as_secs_f64() / unknown.as_secs_f64();
        costs.push(ratio);
        println!(
            "{name:<16} {:>12.1} {:>12.1} {:>8.1}",
            known.as_secs_f64() * 1e3,
            unknown.as_secs_f64() * 1e3,
            (ratio - 1.0) * 1e2
        );
    }
    let mean = (costs.iter().map(|ratio| ratio.ln()).sum::<f64>() / costs.len().max(1) as f64).exp();
    println!("geometric mean of the cost: {:.1} %", (mean - 1.0) * 1e2);
}

/// Runs a program over a text of this origin; returns its time and output.
fn run(source: &str, text: &str, origin: Origin) -> (Duration, String) {
    let text = Text::with_origin(text.to_owned(), origin);
    let mut session = Session::with_context(Settings::default(), ContextData::text("context", text), "");
    let start = Instant::now();
    let ran = session.exec(source);
    let took = start.elapsed();
    assert_eq!(ran.end, ExecEnd::Done);
    (took, ran.printed.text)
}
