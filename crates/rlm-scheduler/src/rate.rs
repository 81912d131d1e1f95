//! Requests per minute, for each model that has such a limit.

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

/// A model's rate. One request at a time waits for it, so that a thousand do not all wake for one permission.
#[derive(Debug)]
pub(crate) struct Rate {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Nanos>>,
    clock: TokioClock,
    gate: Arc<Slots>,
}

impl Rate {
    /// Allows `per_minute` requests a minute, evenly spread but for the burst of one second.
    pub(crate) fn new(per_minute: NonZeroU32) -> Self {
        let burst = NonZeroU32::new(per_minute.get() / 60).unwrap_or(NonZeroU32::MIN);
        let clock = TokioClock(Instant::now());
        Self {
            limiter: RateLimiter::direct_with_clock(Quota::per_minute(per_minute).allow_burst(burst), clock.clone()),
            clock,
            gate: Slots::new(1),
        }
    }

    /// Waits until a request may leave.
    pub(crate) async fn wait(&self, class: Class) {
        let _turn = self.gate.acquire(class).await;
        while let Err(not_yet) = self.limiter.check() {
            tokio::time::sleep(not_yet.wait_time_from(self.clock.now())).await;
        }
    }
}

/// Tokio's clock, counted from when it was made; it stands still where a test pauses tokio's time.
#[derive(Debug, Clone)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}
