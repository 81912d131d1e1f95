//! Loads the service beside a bare axum server in the same process: requests per second, watchers of one
//! run, runs at once, the time that HTTP adds to a run, and growth of memory and descriptors.
//!
//! `just bench-serve`. Clients and both servers share the machine and the process, so that the figures
//! are lower bounds, and memory includes the clients'.

#![allow(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark prints its results and panics on failure"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::future::join_all;
use reqwest::{Client, RequestBuilder};
use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{RunOptions, Runner};
use rlm_server::{Server, ServerOptions};
use rlm_trace::{Journal, JournalOptions};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The number of connections that send requests.
const CONNECTIONS: usize = 32;
const WATCHERS: usize = 1_000;
const RUNS: usize = 256;
/// The time that the model takes for a reply to concurrent runs.
const DELAY: Duration = Duration::from_millis(500);
const TEXT: &str = "The vault code is 7-4-1.\n";

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new();
    let bare = format!("http://{}", bare().await);
    let folder = tempfile::tempdir().unwrap();
    let service = format!("http://{}", service(folder.path(), runner(Duration::ZERO)).await);
    let context = json!({"name": "a text", "context": TEXT.repeat(400)}).to_string();

    println!("requests over {CONNECTIONS} connections            per second    p50      p99");
    let cases = [
        ("bare axum, GET", 20_000, client.get(format!("{bare}/healthz"))),
        ("GET /healthz", 20_000, client.get(format!("{service}/healthz"))),
        (
            "GET /api/sessions, none",
            5_000,
            client.get(format!("{service}/api/sessions")),
        ),
        (
            "GET /api/stats, no runs",
            5_000,
            client.get(format!("{service}/api/stats")),
        ),
        (
            "bare axum, POST 10 kB",
            10_000,
            client.post(format!("{bare}/echo")).body(context.clone()),
        ),
        (
            "POST /api/sessions, 10 kB",
            2_000,
            client.post(format!("{service}/api/sessions")).body(context),
        ),
    ];
    for (name, count, request) in cases {
        let [rate, median, high] = load(&request, count).await;
        println!("{name:42}{rate:>12.0}{median:>7.2} ms{high:>7.2} ms");
    }

    let (memory, descriptors) = (memory_kb(), descriptors());
    load(&client.get(format!("{service}/api/sessions/none")), 40_000).await;
    println!(
        "after 40,000 more requests: memory {memory} → {} kB, descriptors {descriptors} → {}",
        memory_kb(),
        self::descriptors()
    );

    added_time(&client, &service).await;

    let folder = tempfile::tempdir().unwrap();
    let slow = format!("http://{}", self::service(folder.path(), runner(DELAY)).await);
    watchers(&client, &slow).await;
    runs_at_once(&client, &slow).await;
    println!("memory {} kB, descriptors {}", memory_kb(), self::descriptors());
}

/// Returns a runner whose model answers after `delay`.
fn runner(delay: Duration) -> Runner {
    let rule = json!({"match": ".", "reply": "FINAL: 7-4-1", "delay_ms": delay.as_millis() as u64});
    let model = json!({"script": [], "rules": [rule], "default_reply": "FINAL: 7-4-1"});
    let model = FakeModel::from_json("model.json", &model.to_string()).unwrap();
    Runner::builder(Arc::new(model)).build().unwrap()
}

async fn bare() -> SocketAddr {
    let app = Router::new()
        .route("/healthz", get(async || Json(json!({"status": "ok"}))))
        .route("/echo", post(async |body: Bytes| body));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn service(folder: &std::path::Path, runner: Runner) -> SocketAddr {
    let mut options = ServerOptions::new(folder);
    options.max_runs = RUNS + 1;
    options.listener.max_connections = 4 * WATCHERS;
    let server = Server::bind(runner, options, "127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let address = server.address();
    tokio::spawn(server.run(CancellationToken::new()));
    address
}

/// Sends a request many times. Returns the requests per second, and percentiles of the time of one in
/// milliseconds.
async fn load(request: &RequestBuilder, count: usize) -> [f64; 3] {
    let left = AtomicUsize::new(count);
    let start = Instant::now();
    let of_connection = || async {
        let mut times = Vec::new();
        while left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_ok()
        {
            let start = Instant::now();
            let response = request.try_clone().unwrap().send().await.unwrap();
            assert!(!response.status().is_server_error());
            response.bytes().await.unwrap();
            times.push(start.elapsed());
        }
        times
    };
    let times = join_all((0..CONNECTIONS).map(|_| of_connection())).await;
    let took = start.elapsed().as_secs_f64();
    let mut times: Vec<f64> = times
        .into_iter()
        .flatten()
        .map(|time| time.as_secs_f64() * 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    [count as f64 / took, times[count / 2], times[count * 99 / 100]]
}

/// Prints the time of a run over HTTP and in process, one after the other, each with a journal.
async fn added_time(client: &Client, service: &str) {
    const COUNT: u32 = 200;
    let (runner, context) = (runner(Duration::ZERO), Context::from_text(TEXT));
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    for number in 0..COUNT {
        let path = folder.path().join(format!("{number}.jsonl"));
        let journal = Journal::create(path, JournalOptions::default()).unwrap();
        let options = RunOptions {
            journal: Some(Arc::new(journal)),
            ..RunOptions::default()
        };
        runner.run_with("What is the code?", &context, options).await.unwrap();
    }
    let in_process = start.elapsed() / COUNT;
    let start = Instant::now();
    for _ in 0..COUNT {
        // A session for each, since a session's history grows.
        let body = question(&session(client, service).await, false);
        let done = json_of(client.post(format!("{service}/api/execute")).body(body)).await;
        assert_eq!(done["result"], "7-4-1");
    }
    let over_http = start.elapsed() / COUNT;
    println!("a run with its session over HTTP {over_http:.1?}, in process {in_process:.1?}");
}

/// Prints how long watchers of one run wait for its last event, beside the run itself.
async fn watchers(client: &Client, service: &str) {
    let body = question(&session(client, service).await, true);
    let begun = json_of(client.post(format!("{service}/api/execute")).body(body)).await;
    let url = format!(
        "{service}/api/executions/{}/events",
        begun["execution_id"].as_str().unwrap()
    );
    let start = Instant::now();
    let streams = (0..WATCHERS).map(|_| async {
        let text = client.get(&url).send().await.unwrap().text().await.unwrap();
        assert!(text.contains("event: result"));
    });
    join_all(streams).await;
    println!(
        "{WATCHERS} watchers of a run of {DELAY:?}: all have its result after {:.1?}",
        start.elapsed()
    );
}

/// Prints how long many runs at once take.
async fn runs_at_once(client: &Client, service: &str) {
    let sessions = join_all((0..RUNS).map(|_| session(client, service))).await;
    let start = Instant::now();
    let runs = sessions.iter().map(|session| async {
        let request = client
            .post(format!("{service}/api/execute"))
            .body(question(session, false));
        assert_eq!(json_of(request).await["result"], "7-4-1");
    });
    join_all(runs).await;
    println!(
        "{RUNS} runs at once, each {DELAY:?} of the model: {:.1?}",
        start.elapsed()
    );
}

async fn session(client: &Client, service: &str) -> String {
    let body = json!({"name": "a text", "context": TEXT}).to_string();
    let made = json_of(client.post(format!("{service}/api/sessions")).body(body)).await;
    made["session_id"].as_str().unwrap().to_owned()
}

fn question(session: &str, background: bool) -> String {
    json!({"session_id": session, "user_query": "What is the code?", "background": background}).to_string()
}

async fn json_of(request: RequestBuilder) -> Value {
    let text = request.send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Returns the resident memory of this process in kB. 0 where the system has no `/proc`.
fn memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

/// Returns the number of open descriptors of this process.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}
