//! Six programs over generated text with fuel and memory metered, compared with CPython: the best
//! of several alternating runs, in milliseconds.
//!
//! `cargo bench -p sift-vm --bench programs [-- NAME]`

#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use sift::{ExecEnd, Session};
use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, Settings};

#[path = "programs/texts.rs"]
mod texts;

const RUNS: usize = 5;

/// The time and the output of a program.
struct Measurement {
    ms: f64,
    printed: String,
    fuel: u64,
}

impl Measurement {
    fn or_faster(self, other: Self) -> Self {
        if other.ms < self.ms { other } else { self }
    }
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
        let source = std::fs::read_to_string(&program).unwrap();
        let mut python = Python::load(&program, &text, &folder);
        let (mut ours, mut theirs) = (sift(&source, &text), None::<Measurement>);
        for run in 0..RUNS {
            if run > 0 {
                ours = ours.or_faster(sift(&source, &text));
            }
            if let Some(run) = python.as_mut().and_then(Python::run) {
                theirs = Some(match theirs {
                    Some(before) => before.or_faster(run),
                    None => run,
                });
            }
        }
        if let Some(python) = python {
            python.end();
        }
        let per_unit = ours.ms * 1e6 / ours.fuel as f64;
        let (theirs, ratio) = match theirs {
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

fn sift(source: &str, text: &str) -> Measurement {
    let text = Text::with_origin(text.to_owned(), Origin::Source(SourceId(0)));
    let mut session = Session::with_context(Settings::default(), ContextData::text("context", text), "");
    let start = Instant::now();
    let ran = session.exec(source);
    let took = start.elapsed();
    assert_eq!(ran.end, ExecEnd::Done);
    Measurement {
        ms: took.as_secs_f64() * 1e3,
        printed: ran.printed.text,
        fuel: ran.fuel,
    }
}

/// A CPython process that has loaded a program and its text, and runs it once for each line of
/// input.
struct Python {
    process: Child,
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Python {
    /// Starts the process; `None` if `python3` is missing.
    fn load(program: &Path, text: &str, folder: &Path) -> Option<Self> {
        let place: PathBuf = folder.join("context.txt");
        std::fs::write(&place, text).unwrap();
        let mut process = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs/python.py"))
            .arg("cpython")
            .args([program, place.as_path()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let requests = process.stdin.take()?;
        let mut answers = BufReader::new(process.stdout.take()?).lines();
        // The first line is its version.
        answers.next()?.ok()?;
        Some(Self {
            process,
            requests,
            answers,
        })
    }

    fn run(&mut self) -> Option<Measurement> {
        writeln!(self.requests, "run").ok()?;
        let answer: serde_json::Value = serde_json::from_str(&self.answers.next()?.ok()?).ok()?;
        Some(Measurement {
            ms: answer["ms"].as_f64()?,
            printed: answer["printed"].as_str()?.to_owned(),
            fuel: 0,
        })
    }

    /// Ends the process by ending its input.
    fn end(self) {
        let Self {
            mut process, requests, ..
        } = self;
        drop(requests);
        process.wait().unwrap();
    }
}
