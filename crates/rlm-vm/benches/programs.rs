//! Six programs over generated text, with fuel and memory metered, and the same in CPython: milliseconds each, the best of
//! several runs, taken in turn.
//!
//! `cargo bench -p rlm-vm --bench programs [-- NAME]`

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement shows what it finds and stops where something is not as it should be"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rlm_text::{Origin, SourceId, Text};
use rlm_vm::{ContextData, Machine, Settings, Step};

#[path = "programs/texts.rs"]
mod texts;

const RUNS: usize = 5;
const SLICE: u64 = 2_000_000;

/// What a program took and printed.
struct Measured {
    ms: f64,
    printed: String,
    fuel: u64,
}

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = std::env::temp_dir().join(format!("rlm-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    println!(
        "{:<16} {:>9} {:>9} {:>6} {:>12} {:>8}",
        "program", "Sift ms", "CPython", "ratio", "fuel", "ns/unit"
    );
    let mut ratios = Vec::new();
    for (name, text) in texts::PROGRAMS {
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/programs/{name}.py"));
        let text = text();
        let ours = sift(&std::fs::read_to_string(&program).unwrap(), &text);
        let per_unit = ours.ms * 1e6 / ours.fuel as f64;
        let (theirs, ratio) = match cpython(&program, &text, &folder) {
            Some(theirs) => {
                assert_eq!(ours.printed, theirs.printed, "{name}");
                ratios.push(ours.ms / theirs.ms);
                (format!("{:.1}", theirs.ms), format!("{:.2}", ours.ms / theirs.ms))
            }
            None => ("-".to_owned(), "-".to_owned()),
        };
        println!(
            "{name:<16} {:>9.1} {theirs:>9} {ratio:>6} {:>12} {per_unit:>8.2}",
            ours.ms, ours.fuel
        );
    }
    if !ratios.is_empty() {
        let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
        println!("geometric mean of the ratios: {mean:.2}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn sift(source: &str, text: &str) -> Measured {
    let mut best = Duration::MAX;
    let (mut printed, mut fuel) = (String::new(), 0);
    for _ in 0..RUNS {
        let text = Text::with_origin(text.to_owned(), Origin::Source(SourceId(0)));
        let mut machine = Machine::new(Settings::default(), ContextData::text("context", text), "");
        let start = Instant::now();
        let program = machine
            .compile(source)
            .unwrap_or_else(|refusal| panic!("{}", refusal.diagnostics[0].message));
        let mut step = machine.start(&program, SLICE);
        let done = loop {
            step = match step {
                Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
                Step::Needs(_) => panic!("a call was made"),
                Step::Done(done) => break done,
                Step::Raised(raised) => panic!("{}", raised.error.rendered),
                Step::Ended(ended) => panic!("{:?}", ended.end),
            };
        };
        best = best.min(start.elapsed());
        (printed, fuel) = (done.report.printed.text, done.report.fuel);
    }
    Measured {
        ms: best.as_secs_f64() * 1e3,
        printed,
        fuel,
    }
}

/// Runs a program in CPython; none if `python3` is not there.
fn cpython(program: &Path, text: &str, folder: &Path) -> Option<Measured> {
    let place: PathBuf = folder.join("context.txt");
    std::fs::write(&place, text).unwrap();
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs/cpython.py");
    let arguments = [runner.as_path(), program, &place];
    let output = Command::new("python3")
        .args(arguments)
        .arg(RUNS.to_string())
        .output()
        .ok()?;
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    Some(Measured {
        ms: result["ms"].as_f64()?,
        printed: result["printed"].as_str()?.to_owned(),
        fuel: 0,
    })
}
