//! The clients: the scheduler over the adapter's HTTP, and bare raw sockets.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rlm_adapters::{Endpoint, OpenAiModel, Timeouts};
use rlm_cache::Cache;
use rlm_model::{Call, CallId, Message, Model, Money, Parameters, Price, Request, RequestId, Tokens};
use rlm_policy::{Amount, GrantId, Limits};
use rlm_scheduler::{CallFailure, Class, Job, Scheduler, SchedulerSettings, Settled, SharedLedger, Unobserved};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::figures::{Figures, cpu, resident_kilobytes};

/// The maximum number of unsettled calls.
const MOST_UNSETTLED: usize = 1_024;

/// Does the work and writes its metrics to standard output.
pub(crate) fn run(name: &str, base: &str, rest: &[&str]) {
    let number = |at: usize| rest[at].parse::<u32>().unwrap();
    let (calls, in_flight) = (number(0), number(1));
    // The same runtime as that of the command line.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let figures = match name {
        "rlm" => runtime.block_on(scheduled(base, calls, in_flight)),
        _ => runtime.block_on(bare(base, calls, in_flight)),
    };
    let mut out = std::io::stdout();
    out.write_all(&serde_json::to_vec(&figures).unwrap()).unwrap();
    out.flush().unwrap();
    // Does not wait for calls that are never answered.
    std::process::exit(0);
}

fn question(ordinal: u32) -> String {
    format!(
        "question {ordinal}. Which suppliers does this passage name? {}",
        "All rows are alike. ".repeat(15)
    )
}

async fn scheduled(base: &str, calls: u32, in_flight: u32) -> Figures {
    let timeouts = Timeouts {
        first_byte: Duration::from_secs(if base.contains("/Faults/") { 1 } else { 300 }),
        ..Timeouts::default()
    };
    let config = Endpoint {
        timeouts,
        ..Endpoint::new(base.parse().unwrap(), "m")
    };
    let model: Arc<dyn Model> = Arc::new(OpenAiModel::new(config).unwrap());
    let settings = SchedulerSettings {
        concurrency: in_flight as usize,
        first_pause: Duration::from_millis(50),
        max_attempts: 10,
        ..SchedulerSettings::default()
    };
    let price = Some(Price {
        input: Money(1_000_000),
        cached_input: Money(1_000_000),
        output: Money(1_000_000),
    });
    // A budget that makes the last reservations wait.
    let limits = Limits {
        subcalls: calls,
        retries: calls,
        seconds: None,
        tokens: Some(Tokens(u64::from(calls) * 1_200)),
        ..Limits::default()
    };
    let scheduler = Scheduler::new(settings, Some(Arc::new(Cache::memory())));
    let ledger = SharedLedger::new(&limits);
    let cancel = CancellationToken::new();
    let (before, started) = (cpu(), Instant::now());
    let mut flights = JoinSet::new();
    let (mut answered, mut failed) = (0, 0);
    for ordinal in 1..=calls {
        // The virtual machine also stops making calls while this many are unsettled.
        if flights.len() >= MOST_UNSETTLED
            && let Some(joined) = flights.join_next().await
        {
            count(&joined.unwrap(), &mut answered, &mut failed);
        }
        let request = Request::new(
            vec![Message::user(question(ordinal))],
            Parameters::with_max_output(Tokens(1_024)),
        );
        let digest = request.digest(model.identity());
        flights.spawn(scheduler.call(Job {
            amount: Amount::at_most(&request, price, 1),
            call: Call {
                id: CallId::root(1, ordinal, 0),
                request_id: RequestId { digest, occurrence: 0 },
                request,
            },
            class: Class::Sub,
            model: Arc::clone(&model),
            price,
            fallbacks: Arc::default(),
            refused: None,
            ledger: ledger.clone(),
            grant: GrantId::ROOT,
            replies: None,
            observer: Arc::new(Unobserved),
            cancel: cancel.clone(),
        }));
    }
    let expected = calls - u32::from(base.contains("/One"));
    while answered < expected
        && let Some(joined) = flights.join_next().await
    {
        count(&joined.unwrap(), &mut answered, &mut failed);
    }
    figures(started, before, answered, failed)
}

fn count(ended: &Result<Settled, CallFailure>, answered: &mut u32, failed: &mut u32) {
    match ended {
        Ok(_) => *answered += 1,
        Err(_) => *failed += 1,
    }
}

async fn bare(base: &str, calls: u32, in_flight: u32) -> Figures {
    let (host, path) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let next = Arc::new(AtomicU32::new(1));
    let (before, started) = (cpu(), Instant::now());
    let mut workers = JoinSet::new();
    for _ in 0..in_flight.min(calls) {
        let (host, path, next) = (host.to_owned(), path.to_owned(), Arc::clone(&next));
        workers.spawn(async move {
            let mut stream = TcpStream::connect(&host).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut answered = 0;
            let mut buffer = Vec::with_capacity(4_096);
            loop {
                let ordinal = next.fetch_add(1, Ordering::Relaxed);
                if ordinal > calls {
                    return answered;
                }
                let body = format!(
                    r#"{{"model":"m","messages":[{{"role":"user","content":"{}"}}],"max_tokens":1024}}"#,
                    question(ordinal)
                );
                let request = format!(
                    "POST /{path}/chat/completions HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(request.as_bytes()).await.unwrap();
                buffer.clear();
                let end = loop {
                    stream.read_buf(&mut buffer).await.unwrap();
                    if let Some(end) = memchr::memmem::find(&buffer, b"\r\n\r\n") {
                        break end + 4;
                    }
                };
                let head = std::str::from_utf8(&buffer[..end]).unwrap();
                let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
                let whole = end + length.parse::<usize>().unwrap();
                while buffer.len() < whole {
                    stream.read_buf(&mut buffer).await.unwrap();
                }
                let reply: serde_json::Value = serde_json::from_slice(&buffer[end..]).unwrap();
                answered += u32::from(reply["choices"][0]["message"]["content"].is_string());
            }
        });
    }
    let mut answered = 0;
    while let Some(worker) = workers.join_next().await {
        answered += worker.unwrap();
    }
    figures(started, before, answered, 0)
}

fn figures(started: Instant, before: Duration, answered: u32, failed: u32) -> Figures {
    Figures {
        makespan: started.elapsed(),
        cpu: cpu().saturating_sub(before),
        resident_kilobytes: resident_kilobytes(),
        answered,
        failed,
    }
}
