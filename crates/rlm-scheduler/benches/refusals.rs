//! Benchmarks runs of twenty calls to servers that reject requests, compared with an ideal client
//! that knows when the server accepts one. Measures lost calls and additional time. The time is
//! Tokio's paused time, so that the results are deterministic.
//!
//! `cargo bench -p rlm-scheduler --bench refusals`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints its results and panics on failure"
)]
#![allow(dead_code, unreachable_pub, reason = "each test uses only part of the support code")]

#[path = "../tests/it/support.rs"]
mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use rlm_model::{DigestBuilder, ModelErrorKind};
use rlm_policy::Limits;
use rlm_scheduler::{Jitter, Scheduler, SchedulerSettings};
use support::{Desk, Scripted, error, reply};
use tokio::time::{Instant, sleep, sleep_until};

const RUNS: u32 = 63;
const CALLS: u32 = 20;
const IN_FLIGHT: u32 = 10;

/// The rule by which a server rejects requests.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// This percentage of requests, at random.
    Chance(u64),
    /// More than this number in each calendar second.
    Window(u32),
    /// More than this number per second, with an equal burst.
    Bucket(u32),
    /// More than this number at once.
    AtOnce(usize),
}

/// Deterministic jitter.
#[derive(Debug)]
struct Drawn(AtomicU64);

impl Jitter for Drawn {
    fn up_to(&self, bound: Duration) -> Duration {
        let mut digest = DigestBuilder::new("jitter");
        digest.number(self.0.fetch_add(0x1_0000, Ordering::Relaxed));
        bound.mul_f64(f64::from(digest.finish().as_bytes()[0]) / 255.0)
    }
}

/// A server with a random seed.
struct Server {
    rule: Rule,
    seed: u32,
    start: Instant,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    window: u64,
    count: u32,
    level: f64,
    at: Duration,
}

impl Server {
    fn new(rule: Rule, seed: u32) -> Arc<Self> {
        Arc::new(Self {
            rule,
            seed,
            start: Instant::now(),
            taken: Mutex::default(),
        })
    }

    fn draw(&self, what: &str, call: u32, attempt: u32) -> u64 {
        let mut digest = DigestBuilder::new("draw");
        digest.field(what.as_bytes());
        for number in [self.seed, call, attempt] {
            digest.number(number.into());
        }
        u64::from_le_bytes(digest.finish().as_bytes()[..8].try_into().unwrap())
    }

    fn latency(&self, call: u32) -> Duration {
        Duration::from_millis(20 + self.draw("latency", call, 0) % 81)
    }

    /// Accepts a request, or returns the time at which it may be accepted.
    fn take(&self, call: u32, attempt: u32, in_flight: usize) -> Result<(), Instant> {
        let now = self.start.elapsed();
        let mut taken = self.taken.lock().unwrap();
        match self.rule {
            Rule::Chance(of_hundred) if self.draw("fate", call, attempt) % 100 < of_hundred => Err(Instant::now()),
            Rule::AtOnce(most) if in_flight > most => Err(Instant::now()),
            Rule::Chance(_) | Rule::AtOnce(_) => Ok(()),
            Rule::Window(most) => {
                if now.as_secs() != taken.window {
                    *taken = Taken {
                        window: now.as_secs(),
                        ..Taken::default()
                    };
                }
                if taken.count >= most {
                    return Err(self.start + Duration::from_secs(now.as_secs() + 1));
                }
                taken.count += 1;
                Ok(())
            }
            Rule::Bucket(rate) => {
                let gone = (now - taken.at).as_secs_f64() * f64::from(rate);
                taken.level = (taken.level - gone).max(0.0);
                taken.at = now;
                if taken.level + 1.0 > f64::from(rate) + 1e-9 {
                    let wait = (taken.level + 1.0 - f64::from(rate)) / f64::from(rate);
                    return Err(Instant::now() + Duration::from_secs_f64(wait));
                }
                taken.level += 1.0;
                Ok(())
            }
        }
    }
}

/// Returns the time of a client that knows when the server accepts its next request.
async fn perfect(rule: Rule, seed: u32) -> Duration {
    let server = Server::new(rule, seed);
    let next = Mutex::new(1);
    let most = match rule {
        Rule::AtOnce(most) => IN_FLIGHT.min(u32::try_from(most).unwrap()),
        _ => IN_FLIGHT,
    };
    let worker = async || loop {
        let call = {
            let mut next = next.lock().unwrap();
            *next += 1;
            *next - 1
        };
        if call > CALLS {
            return;
        }
        let mut attempt = 1;
        while let Err(then) = server.take(call, attempt, 1) {
            attempt += 1;
            sleep(Duration::from_millis(1)).await;
            sleep_until(then).await;
        }
        sleep(server.latency(call)).await;
    };
    join_all((0..most).map(|_| worker())).await;
    server.start.elapsed()
}

/// Returns the time of the scheduler, the number of lost calls, and the number of requests.
async fn ours(rule: Rule, seed: u32) -> (Duration, usize, usize) {
    let server = Server::new(rule, seed);
    let serving = Arc::clone(&server);
    let model = Scripted::crowded(move |call, attempt, in_flight| {
        let number = call.id.position.ordinal;
        match serving.take(number, attempt, in_flight) {
            Ok(()) => (serving.latency(number), Ok(reply("x"))),
            Err(_) => (Duration::from_millis(1), Err(error(ModelErrorKind::RateLimited))),
        }
    });
    let settings = SchedulerSettings {
        concurrency: IN_FLIGHT as usize,
        ..SchedulerSettings::default()
    };
    let limits = Limits {
        seconds: None,
        ..Limits::default()
    };
    let scheduler = Scheduler::with_jitter(settings, None, Arc::new(Drawn(AtomicU64::new(seed.into()))));
    let desk = Desk::with(scheduler, &limits, &model);
    let ended = join_all((1..=CALLS).map(|ordinal| desk.call(ordinal))).await;
    let lost = ended.iter().filter(|one| one.is_err()).count();
    (server.start.elapsed(), lost, model.begun().len())
}

fn main() {
    println!(
        "| server rejects | lost of {} | requests per call | median / perfect | worst / perfect | worst |",
        RUNS * CALLS
    );
    println!("|---|---|---|---|---|---|");
    let chances = [10, 30, 50, 70].map(Rule::Chance);
    let windows = [2, 5, 20, 100].map(Rule::Window);
    let buckets = [2, 5, 20, 100].map(Rule::Bucket);
    let at_once = [1, 3, 7].map(Rule::AtOnce);
    let rules = chances.into_iter().chain(windows).chain(buckets).chain(at_once);
    for rule in rules {
        let (mut factors, mut lost, mut requests, mut worst) = (Vec::new(), 0, 0, Duration::ZERO);
        for seed in 0..RUNS {
            let runtime = || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .start_paused(true)
                    .build()
                    .unwrap()
            };
            let least = runtime().block_on(perfect(rule, seed));
            let (time, gone, made) = runtime().block_on(ours(rule, seed));
            factors.push(time.as_secs_f64() / least.as_secs_f64());
            lost += gone;
            requests += made;
            worst = worst.max(time);
        }
        factors.sort_by(f64::total_cmp);
        println!(
            "| {rule:?} | {lost} | {:.2} | {:.2} | {:.2} | {:.2} s |",
            requests as f64 / f64::from(RUNS * CALLS),
            factors[factors.len() / 2],
            factors[factors.len() - 1],
            worst.as_secs_f64(),
        );
    }
}
