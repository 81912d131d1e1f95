//! The rate limit of a model in requests per minute.

use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::Class;
use crate::slots::Slots;

/// The rate limiter of a model in requests per minute. A single request at a time waits for the
/// limiter, so that a thousand requests do not wake up for one permit.
#[derive(Debug)]
pub(crate) struct Rate {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Nanos>>,
    clock: TokioClock,
    gate: Arc<Slots>,
}

impl Rate {
    /// Creates a limiter for `per_minute` requests per minute, evenly spread, with a burst of one
    /// second's worth.
    pub(crate) fn new(per_minute: NonZeroU32) -> Self {
        let burst = NonZeroU32::new(per_minute.get() / 60).unwrap_or(NonZeroU32::MIN);
        let clock = TokioClock(Instant::now());
        Self {
            limiter: RateLimiter::direct_with_clock(Quota::per_minute(per_minute).allow_burst(burst), clock.clone()),
            clock,
            gate: Slots::new(1),
        }
    }

    /// Waits until the rate limit allows a request.
    pub(crate) async fn wait(&self, class: Class) {
        let _turn = self.gate.acquire(class).await;
        while let Err(not_yet) = self.limiter.check() {
            tokio::time::sleep(not_yet.wait_time_from(self.clock.now())).await;
        }
    }
}

/// A clock that counts Tokio's time from its creation, so that it stops if a test pauses the time.
#[derive(Debug, Clone)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}
