//! Loads the service beside a bare axum server and enzu's HTTP server, each in a process of its own:
//! requests per second, the time that HTTP adds to a run, watchers of one run, runs at once, and the growth
//! of memory and descriptors over a day's requests.
//!
//! `just bench-serve`, which installs enzu. The model is an HTTP server in this process, the same for all.
//! Clients share the machine with the servers, so that the figures are lower bounds.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark prints its results and panics on failure"
)]

mod load;
mod servers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use reqwest::{Client, RequestBuilder};
use rlm_context::Context;
use rlm_core::RunOptions;
use rlm_trace::{Journal, JournalOptions};
use serde_json::{Value, json};

use crate::load::load;
use crate::servers::{Model, Process};

const WATCHERS: usize = 1_000;
const RUNS: usize = 256;
/// The time that the model takes for a reply where many runs are active.
const DELAY: Duration = Duration::from_millis(500);
/// The number of runs one after the other.
const SERIAL_RUNS: u32 = 200;
/// A request a second for a day; every twentieth is a run with a session of its own.
const DAY: usize = 86_400;
/// The number of these runs that are active at the same time.
const AT_ONCE: usize = 30;
const TEXT: &str = "The vault code is 7-4-1.\n";
const QUESTION: &str = "What is the code?";

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match std::env::var(servers::ROLE).ok().as_deref() {
        Some(role) => runtime.block_on(servers::serve(role)),
        None => runtime.block_on(measure()),
    }
}

async fn measure() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new();
    let (quick, slow) = (Model::start(Duration::ZERO).await, Model::start(DELAY).await);
    let bare = Process::bare().await;
    let rlm = Process::rlm(&quick).await;
    let enzu = Process::enzu(&quick, &client).await;
    if enzu.is_none() {
        println!("no peer: {} is not set; `just bench-serve` sets it", servers::PYTHON);
    }

    requests(&client, &bare, &rlm, enzu.as_ref()).await;
    added_time(&client, &rlm, &quick, enzu.as_ref()).await;
    let slow_rlm = Process::rlm(&slow).await;
    watchers(&client, &slow_rlm).await;
    let slow_enzu = Process::enzu(&slow, &client).await;
    runs_at_once(&client, &slow_rlm, slow_enzu).await;
    a_day(&client, &rlm).await;
}

/// Prints the rates of requests without a model call, beside those of a bare server with the same body.
async fn requests(client: &Client, bare: &Process, rlm: &Process, enzu: Option<&Process>) {
    println!(
        "{:34}{:>12}{:>9}{:>12}{:>12}",
        "requests without a call", "per second", "× bare", "p50", "p99"
    );
    let body = json!({"name": "a text", "text": TEXT.repeat(400)}).to_string();
    let get = |server: &Process, path: &str| client.get(server.at(path));
    let post = |server: &Process, path: &str| {
        let request = client.post(server.at(path));
        request.header("content-type", "application/json").body(body.clone())
    };
    let small = load(&get(bare, "/healthz"), 40_000).await;
    small.print("bare axum, GET", &small);
    load(&get(rlm, "/healthz"), 40_000)
        .await
        .print("rlm, GET /healthz", &small);
    let none = load(&get(rlm, "/v1/sessions"), 20_000).await;
    none.print("rlm, GET /v1/sessions", &small);
    if let Some(enzu) = enzu {
        load(&get(enzu, "/health"), 4_000)
            .await
            .print("enzu, GET /health", &small);
    }
    let large = load(&post(bare, "/echo"), 20_000).await;
    large.print("bare axum, POST 10 kB", &large);
    load(&post(bare, "/sync"), 4_000)
        .await
        .print("bare axum, POST 10 kB, to disk", &large);
    load(&post(rlm, "/v1/sessions"), 4_000)
        .await
        .print("rlm, POST /v1/sessions, to disk", &large);
    if let Some(enzu) = enzu {
        let request = client.post(enzu.at("/v1/sessions")).json(&json!({}));
        load(&request, 2_000)
            .await
            .print("enzu, POST /v1/sessions, no text", &large);
    }
}

/// Prints the time of a run in process and over HTTP, one after the other, each with a journal.
async fn added_time(client: &Client, rlm: &Process, model: &Model, enzu: Option<&Process>) {
    let (runner, context) = (model.runner(), Context::from_text(TEXT));
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    for number in 0..SERIAL_RUNS {
        let path = folder.path().join(format!("{number}.jsonl"));
        let journal = Journal::create(path, JournalOptions::default()).unwrap();
        let options = RunOptions {
            journal: Some(Arc::new(journal)),
            ..RunOptions::default()
        };
        let result = runner.run_with(QUESTION, &context, options).await.unwrap();
        assert_eq!(result.answer.as_deref(), Some("7-4-1"));
    }
    let in_process = start.elapsed() / SERIAL_RUNS;
    let start = Instant::now();
    for _ in 0..SERIAL_RUNS {
        assert_eq!(run(client, rlm).await["answer"], "7-4-1");
    }
    let over_http = start.elapsed() / SERIAL_RUNS;
    println!(
        "a run: in process {in_process:.1?}, over HTTP {over_http:.1?}, added {:.1?}",
        over_http.saturating_sub(in_process)
    );
    let Some(enzu) = enzu else { return };
    let start = Instant::now();
    for _ in 0..SERIAL_RUNS {
        let answered = enzu_run(client, enzu).await;
        assert_eq!(answered["answer"], "7-4-1", "{answered}");
    }
    println!("a run: enzu over HTTP {:.1?}", start.elapsed() / SERIAL_RUNS);
}

/// Prints how long watchers of one run wait for its last event, beside the run itself.
async fn watchers(client: &Client, rlm: &Process) {
    let begun = json_of(client.post(rlm.at("/v1/runs")).json(&question())).await;
    let url = rlm.at(&format!("/v1/runs/{}/events", begun["id"].as_str().unwrap()));
    let start = Instant::now();
    let streams = (0..WATCHERS).map(|_| async {
        let text = client.get(&url).send().await.unwrap().text().await.unwrap();
        assert!(text.contains("event: result"));
    });
    join_all(streams).await;
    println!(
        "{WATCHERS} watchers of a run of {DELAY:?}: all have its result after {:.1?}; {}",
        start.elapsed(),
        rlm.size()
    );
}

/// Prints how long many runs at once take.
async fn runs_at_once(client: &Client, rlm: &Process, enzu: Option<Process>) {
    let start = Instant::now();
    let runs = (0..RUNS).map(|_| async { assert_eq!(run(client, rlm).await["answer"], "7-4-1") });
    join_all(runs).await;
    println!(
        "{RUNS} runs at once, each {DELAY:?} of the model: {:.1?}; {}",
        start.elapsed(),
        rlm.size()
    );
    let Some(enzu) = enzu else { return };
    let start = Instant::now();
    let answers = join_all((0..RUNS).map(|_| enzu_run(client, &enzu))).await;
    let right = answers.iter().filter(|answer| answer["answer"] == "7-4-1").count();
    println!(
        "enzu: {:.1?}, {right} of them answered; {}",
        start.elapsed(),
        enzu.size()
    );
}

/// Sends as many requests as one a second would be in a day, and prints how the process grows.
async fn a_day(client: &Client, rlm: &Process) {
    let quarter = DAY / 4;
    let get = client.get(rlm.at("/v1/sessions/none"));
    println!("a day's requests: {}", rlm.size());
    for hours in [6, 12, 18, 24] {
        load(&get, quarter - quarter / 20).await;
        for _ in 0..quarter / 20 / AT_ONCE {
            join_all((0..AT_ONCE).map(|_| session_with_a_run(client, rlm))).await;
        }
        println!("after {hours} hours: {}", rlm.size());
    }
}

async fn session_with_a_run(client: &Client, rlm: &Process) {
    let body = json!({"name": "a text", "text": TEXT});
    let made = json_of(client.post(rlm.at("/v1/sessions")).json(&body)).await;
    let id = made["id"].as_str().unwrap();
    let body = json!({"question": QUESTION, "session": id});
    let begun = json_of(client.post(rlm.at("/v1/runs")).json(&body)).await;
    let run = rlm.at(&format!("/v1/runs/{}", begun["id"].as_str().unwrap()));
    json_of(client.get(format!("{run}?wait=60"))).await;
    for url in [run, rlm.at(&format!("/v1/sessions/{id}"))] {
        let deleted = client.delete(url).send().await.unwrap();
        assert!(deleted.status().is_success(), "{deleted:?}");
    }
}

fn question() -> Value {
    json!({"question": QUESTION, "text": TEXT})
}

/// Starts a run and waits for its end.
async fn run(client: &Client, rlm: &Process) -> Value {
    let begun = json_of(client.post(rlm.at("/v1/runs")).json(&question())).await;
    let id = begun["id"].as_str().unwrap_or_else(|| panic!("{begun}"));
    json_of(client.get(rlm.at(&format!("/v1/runs/{id}?wait=60")))).await
}

async fn enzu_run(client: &Client, enzu: &Process) -> Value {
    let body = json!({"task": QUESTION, "data": TEXT});
    json_of(client.post(enzu.at("/v1/run")).json(&body)).await
}

async fn json_of(request: RequestBuilder) -> Value {
    let text = request.send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
