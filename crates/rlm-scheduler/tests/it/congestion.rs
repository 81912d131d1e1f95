//! Tests of the adaptive concurrency under random refusals, and under limits on concurrency or on
//! requests per second.

use std::sync::Mutex;
use std::time::Duration;

use futures::future::join_all;
use rlm_model::{DigestBuilder, ModelErrorKind};
use rlm_policy::Limits;
use rlm_scheduler::SchedulerSettings;
use tokio::time::Instant;

use crate::support::{Desk, Scripted, error, reply};

/// A server that refuses immediately, without a `Retry-After`, and takes 50 ms to answer.
#[derive(Clone, Copy)]
struct Server {
    /// The percentage of requests that it refuses at random.
    chance: u64,
    /// The number of concurrent requests that it accepts.
    at_once: usize,
    /// The number of requests that it accepts per second, with a burst of two seconds.
    a_second: f64,
}

const ANY: Server = Server {
    chance: 0,
    at_once: usize::MAX,
    a_second: f64::MAX,
};

/// The results of calls to the server.
#[derive(Debug)]
struct Outcome {
    answered: usize,
    refusals: usize,
    seconds: f64,
}

impl Server {
    async fn serve(self, calls: u32, concurrency: usize) -> Outcome {
        let start = Instant::now();
        let taken = Mutex::new((0.0_f64, start));
        let model = Scripted::crowded(move |call, attempt, in_flight| {
            let draw = DigestBuilder::new("chance")
                .field(call.id.to_string().as_bytes())
                .number(u64::from(attempt))
                .finish();
            let mut taken = taken.lock().unwrap();
            let now = Instant::now();
            let left = taken.0 - (now - taken.1).as_secs_f64() * self.a_second;
            *taken = (left.max(0.0), now);
            let is_unlucky = u64::from(draw.as_bytes()[0]) * 100 / 256 < self.chance;
            if is_unlucky || in_flight > self.at_once || taken.0 > self.a_second * 2.0 {
                let refusal = error(ModelErrorKind::RateLimited);
                return (Duration::from_millis(1), Err(refusal));
            }
            taken.0 += 1.0;
            (Duration::from_millis(50), Ok(reply("x")))
        });
        let settings = SchedulerSettings {
            concurrency,
            max_attempts: 10,
            first_pause: Duration::from_millis(50),
            ..SchedulerSettings::default()
        };
        let limits = Limits {
            subcalls: calls,
            retries: calls * 10,
            seconds: None,
            ..Limits::default()
        };
        let desk = Desk::new(settings, &limits, &model);
        let ended = join_all((1..=calls).map(|ordinal| desk.call(ordinal))).await;
        let answered = ended.iter().filter(|one| one.is_ok()).count();
        Outcome {
            answered,
            refusals: model.begun().len() - answered,
            seconds: start.elapsed().as_secs_f64(),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn random_refusals_do_not_reduce_throughput() {
    let server = Server { chance: 20, ..ANY };
    // Without refusals and the pauses after them, they would take 0.8, 5, 16.7 and 50 seconds.
    for (concurrency, seconds) in [(64, 4.0), (10, 9.0), (3, 25.0), (1, 65.0)] {
        let outcome = server.serve(1_000, concurrency).await;
        assert_eq!(outcome.answered, 1_000);
        assert!(outcome.seconds < seconds, "concurrency {concurrency}: {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn server_with_capacity_five_is_saturated_with_few_refusals() {
    // The initial requests beyond the limit are refused in any case.
    for (concurrency, refusals) in [(10, 80), (64, 250)] {
        let outcome = Server { at_once: 5, ..ANY }.serve(1_000, concurrency).await;
        assert_eq!(outcome.answered, 1_000);
        assert!(outcome.refusals < refusals, "concurrency {concurrency}: {outcome:?}");
        assert!(outcome.seconds < 12.0, "ideal is 10 s: {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn random_refusals_keep_concurrency_at_the_server_capacity() {
    let server = Server {
        chance: 20,
        at_once: 5,
        ..ANY
    };
    let outcome = server.serve(1_000, 64).await;
    assert_eq!(outcome.answered, 1_000);
    assert!(outcome.refusals < 900, "{outcome:?}");
    assert!(outcome.seconds < 22.0, "ideal is 10 s: {outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn rate_limited_server_is_called_close_to_its_rate() {
    for (a_second, calls, concurrency) in [(10.0, 1_000, 64), (1.0, 200, 10)] {
        let outcome = Server { a_second, ..ANY }.serve(calls, concurrency).await;
        assert_eq!(outcome.answered, calls as usize, "{outcome:?}");
        assert!(outcome.refusals < calls as usize * 2, "{outcome:?}");
        let least = f64::from(calls) / a_second;
        assert!(outcome.seconds < least * 1.2, "ideal is {least} s: {outcome:?}");
    }
}
