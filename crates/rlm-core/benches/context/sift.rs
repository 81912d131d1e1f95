//! Sift over a file, as `rlm` runs it: loaded as the command line does, with fuel and memory metered. A process of its own,
//! so that its memory is its own: each line of input is a command in JSON, answered by a line.

use std::io::{BufRead, stdin};
use std::path::Path;
use std::time::{Duration, Instant};

use rlm_context::{Context, ContextSpec, LoadOptions, Map, load};
use rlm_vm::{ContextData, ContextDocument, ContextKind, Machine, Settings, Step};
use serde_json::{Map as JsonMap, Value, json};

/// Units of fuel between two looks of the host at other things.
const SLICE: u64 = 2_000_000;

/// Opens the file and runs programs over it as it is told to.
pub(super) fn serve(file: &Path) {
    println!("{}", json!({"version": format!("Sift {}", env!("CARGO_PKG_VERSION"))}));
    let mut machine = None;
    for line in stdin().lock().lines() {
        let command: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let (took, shown, fuel) = match (command["kind"].as_str(), machine.take()) {
            (Some("open"), before) => {
                drop(before);
                let start = Instant::now();
                machine = Some(open(file));
                (start.elapsed(), String::new(), 0)
            }
            (_, Some(before)) => {
                let (after, took, shown, fuel) = run(before, command["source"].as_str().unwrap());
                machine = Some(after);
                (took, shown, fuel)
            }
            (_, None) => panic!("open comes first"),
        };
        let ms = took.as_secs_f64() * 1e3;
        println!(
            "{}",
            json!({"ms": ms, "shown": shown, "fuel": fuel, "memory": memory()})
        );
    }
}

fn open(file: &Path) -> Machine {
    let options = LoadOptions {
        map: Map::GUARDED,
        ..LoadOptions::default()
    };
    let loaded = load(&[ContextSpec::path(file)], &options).unwrap();
    Machine::new(Settings::default(), context_data(&loaded.context), "")
}

fn context_data(context: &Context) -> ContextData {
    ContextData {
        kind: ContextKind::Text,
        documents: context
            .documents()
            .iter()
            .map(|document| ContextDocument {
                name: document.name().clone(),
                text: document.text().clone(),
            })
            .collect(),
        joined: context.joined().clone(),
    }
}

/// Runs a program; returns the machine, how long it took, what it printed, and its fuel.
fn run(mut machine: Machine, source: &str) -> (Machine, Duration, String, u64) {
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
            Step::Ended(ended) => panic!("{:?}: {source}", ended.end),
        };
    };
    let took = start.elapsed();
    let shown = done.report.printed.text.trim_end().to_owned();
    (done.machine, took, shown, done.report.fuel)
}

/// What the process holds and has held, in kilobytes; nothing where the system does not tell.
fn memory() -> Value {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let wanted = ["VmHWM", "RssAnon"];
    let lines = status.lines().filter_map(|line| line.split_once(':'));
    let figures = lines
        .filter(|(name, _)| wanted.contains(name))
        .filter_map(|(name, rest)| {
            let kilobytes: u64 = rest.split_whitespace().next()?.parse().ok()?;
            Some((name.to_owned(), json!(kilobytes)))
        });
    Value::Object(figures.collect::<JsonMap<_, _>>())
}
