//! Measures the overhead of the loop in a turn, from a reply of the root model to its next request:
//! parsing, checking and running the program, writing the journal, rendering the messages, and
//! checking the budget.
//!
//! The model answers immediately, with a program of fifteen lines whose output reaches the output
//! limit of a turn, for 120 turns. `cargo bench -p rlm-core --bench turns` prints the times of
//! turns with little history and of turns after a hundred others, with and without optional parts.
//! For comparison, it prints the time to serialize the last request as JSON, which every client
//! needs.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rlm_context::Context;
use rlm_core::{RunOptions, Runner};
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Price, Reply, Tokens, Usage};
use rlm_policy::Limits;
use rlm_prompt::{Compaction, History};
use rlm_trace::{Journal, JournalOptions};

const TURNS: usize = 120;

/// A model that answers immediately, and records the time until each next request.
struct Prompt {
    identity: ModelIdentity,
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    replied: Option<Instant>,
    waits: Vec<Duration>,
    last: Option<Call>,
}

impl Prompt {
    fn new() -> Self {
        Self {
            identity: ModelIdentity::new("bench", "", "prompt"),
            noted: Mutex::default(),
        }
    }
}

impl Model for Prompt {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let asked = Instant::now();
            let mut noted = self.noted.lock().unwrap();
            if let Some(replied) = noted.replied {
                noted.waits.push(asked - replied);
            }
            noted.last = Some(call.clone());
            let reply = Reply::new(
                program(noted.waits.len()),
                Usage {
                    input: Tokens(1_000),
                    output: Tokens(300),
                    ..Usage::default()
                },
            );
            noted.replied = Some(Instant::now());
            Ok(reply)
        })
    }
}

/// Returns a program as models write them, different in each turn.
fn program(turn: usize) -> String {
    // The program's own work is not part of the overhead, so the lines are split only once.
    let first = if turn == 0 {
        "lines = context.splitlines()\n"
    } else {
        ""
    };
    format!(
        "Turn {turn}: let me look at the next part before I go on.\n\n```repl\n{first}start = {turn} * 40\npart = lines[start:start + 40]\n\
         counts = {{}}\nfor line in part:\n    level = line.split()[1]\n    counts[level] = counts.get(level, 0) + 1\n\
         total = sum(counts.values())\nfor level, n in sorted(counts.items()):\n    print(f\"{{level}}: {{n}} of {{total}} ({{100 * n / total:.1f}} %)\")\n\
         print(f\"part {turn}, lines {{start}} to {{start + 40}}\")\nfor line in part:\n    print(line)\n```\n"
    )
}

fn context() -> Context {
    let levels = ["INFO", "WARN", "ERROR", "DEBUG"];
    let lines = (0..6_000).map(|n| {
        let level = levels[n * 7 % 4];
        format!(
            "2026-03-{:02} {level} worker {} took {} ms for request {n}\n",
            n % 28 + 1,
            n % 17,
            n * 31 % 997
        )
    });
    Context::from_text(lines.collect::<String>())
}

/// Executes a run of all turns, and returns the time of each.
async fn timed(name: &str, history: History, on_disk: bool) {
    let folder = tempfile::tempdir().unwrap();
    let model = Arc::new(Prompt::new());
    let limits = Limits {
        steps: u32::try_from(TURNS).unwrap(),
        tokens: None,
        ..Limits::default()
    };
    let runner = Runner::builder(Arc::clone(&model) as Arc<dyn Model>)
        .limits(limits)
        .history(history)
        .build()
        .unwrap();
    let journal = if on_disk {
        Journal::create(folder.path().join("run.jsonl"), JournalOptions::default()).unwrap()
    } else {
        Journal::in_memory(JournalOptions::default())
    };
    let options = RunOptions {
        journal: Some(Arc::new(journal)),
        ..RunOptions::default()
    };
    runner
        .run_with("How many errors are there?", &context(), options)
        .await
        .unwrap();
    let noted = model.noted.lock().unwrap();
    let request = &noted.last.as_ref().unwrap().request;
    let start = Instant::now();
    let messages = request
        .messages
        .iter()
        .map(|message| serde_json::json!({ "content": message.content() }));
    let json = serde_json::Value::Array(messages.collect()).to_string();
    let as_json = start.elapsed();
    println!(
        "{name:44} {:>10} {:>10} {:>10} {:>12} {:>8}",
        median(&noted.waits[1..11]),
        median(&noted.waits[100..TURNS - 1]),
        noted.waits[100..TURNS - 1].iter().max().unwrap().as_micros(),
        as_json.as_micros(),
        json.len() / 1_000
    );
}

fn median(waits: &[Duration]) -> u128 {
    let mut waits = waits.to_vec();
    waits.sort_unstable();
    waits[waits.len() / 2].as_micros()
}

#[tokio::main]
async fn main() {
    println!("microseconds between a reply and the next request");
    println!(
        "{:44} {:>10} {:>10} {:>10} {:>12} {:>8}",
        "", "turn 2-11", "101-120", "slowest", "JSON alone", "its KB"
    );
    let whole = History::default();
    timed("as runs are by default", whole.clone(), true).await;
    timed("without a disk", whole.clone(), false).await;
    timed(
        "the last turn alone as history",
        History {
            conversation: false,
            ..whole.clone()
        },
        true,
    )
    .await;
    let compacting = Compaction {
        threshold_tokens: Some(10_000_000),
        ..Compaction::default()
    };
    timed(
        "with compaction that is never due",
        History {
            compaction: Some(compacting),
            ..whole
        },
        true,
    )
    .await;
    println!("the goal is 1,000 with a hundred turns of history");
}
