//! Measures the overhead of the scheduler for calls that take 50 ms: `cargo bench -p rlm-scheduler
//! --bench scheduler_cost -- [CALLS] [CONCURRENCY]`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rlm_cache::Cache;
use rlm_model::{
    BoxFuture, Call, CallId, Message, Model, ModelError, ModelIdentity, Money, Parameters, Price, Reply, Request,
    RequestId, Tokens, Usage,
};
use rlm_policy::{Amount, GrantId, Limits};
use rlm_scheduler::{Class, Job, Scheduler, SchedulerSettings, SharedLedger, Unobserved};

const LATENCY: Duration = Duration::from_millis(50);

struct Slow(ModelIdentity);

impl Model for Slow {
    fn identity(&self) -> &ModelIdentity {
        &self.0
    }

    fn complete<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async {
            tokio::time::sleep(LATENCY).await;
            Ok(Reply::new("done", Usage::default()))
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).filter(|given| given != "--bench");
    let calls: u32 = arguments.next().map_or(Ok(1_000), |text| text.parse())?;
    let concurrency: u32 = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let settings = SchedulerSettings {
        concurrency: usize::try_from(concurrency)?,
        ..SchedulerSettings::default()
    };
    // A budget that makes the last reservations wait: half of their sum.
    let limits = Limits {
        subcalls: calls,
        tokens: Some(Tokens(u64::from(calls) * 600)),
        cost: Some(Money(u64::from(calls) * 600)),
        ..Limits::default()
    };
    let scheduler = Scheduler::new(settings, Some(Arc::new(Cache::memory())));
    let model: Arc<dyn Model> = Arc::new(Slow(ModelIdentity::new("slow", "", "")));
    let ledger = SharedLedger::new(&limits);
    let price = Some(Price {
        input: Money(1_000_000),
        cached_input: Money(1_000_000),
        output: Money(1_000_000),
    });
    let before = cpu();
    let started = Instant::now();
    let tasks: Vec<_> = (1..=calls)
        .map(|ordinal| {
            let request = Request::new(
                vec![Message::user(format!("question {ordinal}"))],
                Parameters::with_max_output(Tokens(1_000)),
            );
            let digest = request.digest(model.identity());
            tokio::spawn(scheduler.call(Job {
                amount: Amount::at_most(&request, price, 1),
                call: Call {
                    id: CallId::root(1, 1, ordinal),
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
                cancel: Default::default(),
            }))
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let elapsed = started.elapsed();
    let ideal = LATENCY * calls.div_ceil(concurrency);
    let factor = elapsed.as_secs_f64() / ideal.as_secs_f64();
    println!("{calls} calls, concurrency {concurrency}: {elapsed:.3?}, {factor:.3} times the ideal {ideal:.3?}");
    if let (Some(before), Some(after)) = (before, cpu()) {
        println!(
            "{:.1?} of processor time per call",
            after.saturating_sub(before) / calls
        );
    }
    Ok(())
}

/// Returns the processor time of this process, in the 10 ms clock ticks of Linux.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}
