//! Sift over a file, as `rlm` runs it: loaded as on the command line, with fuel and memory metered.
//! It runs in a separate process to measure its memory. Each line of input is a command in JSON,
//! answered by one line.

use std::io::{BufRead, stdin};
use std::path::Path;
use std::time::Instant;

use rlm_context::{Context, ContextSpec, LoadOptions, Map, load};
use rlm_retrieval::{Bm25, Bm25Options};
use serde_json::{Map as JsonMap, Value, json};
use sift::{ExecEnd, Session};
use sift_vm::{ContextData, Settings};

use super::answer;

/// The number of passages that a search returns.
const HITS: usize = 10;

/// An opened file.
struct Opened {
    session: Session,
    /// The index, built in memory by the first search.
    index: Bm25,
    context: Context,
}

/// Opens the file, then reads commands and runs their programs.
pub(super) fn serve(file: &Path) {
    println!("{}", json!({"version": format!("Sift {}", env!("CARGO_PKG_VERSION"))}));
    let mut opened = None;
    for line in stdin().lock().lines() {
        let command: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let (took, shown, fuel) = match (command["kind"].as_str(), opened.take()) {
            (Some("open"), before) => {
                drop(before);
                let start = Instant::now();
                opened = Some(open(file));
                (start.elapsed(), String::new(), 0)
            }
            (Some("search"), Some(open)) => {
                let query = command["source"].as_str().unwrap();
                let start = Instant::now();
                let hits = open.index.search_blocking(query, HITS).unwrap();
                let took = start.elapsed();
                opened = Some(open);
                (took, hits.len().to_string(), 0)
            }
            (Some("answer"), Some(open)) => {
                let (took, found) = answer::run(&open.context, command["source"] == "quotes");
                opened = Some(open);
                (took, found.to_string(), 0)
            }
            (_, Some(mut open)) => {
                let source = command["source"].as_str().unwrap();
                let start = Instant::now();
                let ran = open.session.exec(source);
                let took = start.elapsed();
                assert_eq!(ran.end, ExecEnd::Done, "{source}");
                opened = Some(open);
                (took, ran.printed.text.trim_end().to_owned(), ran.fuel)
            }
            (_, None) => panic!("expected `open` as the first command"),
        };
        let ms = took.as_secs_f64() * 1e3;
        println!(
            "{}",
            json!({"ms": ms, "shown": shown, "fuel": fuel, "memory": memory()})
        );
    }
}

fn open(file: &Path) -> Opened {
    let options = LoadOptions {
        map: Map::GUARDED,
        ..LoadOptions::default()
    };
    let loaded = load(&[ContextSpec::path(file)], &options).unwrap();
    let document = &loaded.context.documents()[0];
    let context = ContextData::text(document.name().clone(), document.text().clone());
    let session = Session::with_context(Settings::default(), context, "");
    Opened {
        session,
        index: Bm25::new(loaded.context.clone(), Bm25Options::default()),
        context: loaded.context,
    }
}

/// Returns the current and peak memory of the process in kilobytes, or null if unknown.
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
