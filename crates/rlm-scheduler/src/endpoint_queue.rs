//! The request queue of a model's endpoint: its concurrency, its rate limits, and its outages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind, ModelLimits, RateLimits, RateWindow, Request, RetryAdvice, Usage};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::bucket::Bucket;
use crate::outage::{Outages, Pass};
use crate::rate::Rate;
use crate::slots::{Slot, Slots};
use crate::times::{LATE_AT_LEAST, Patience, Times};
use crate::{Class, SchedulerSettings};

/// The divisor of the tokens per minute that gives the size of a burst.
const BURST: u64 = 6;

/// The minimum pause requested by a server that stops all calls to it. A shorter pause applies to
/// the refused call only, or occasional refusals would stop all calls most of the time.
const WORTH_A_HALT: Duration = Duration::from_secs(1);

/// The divisor of the configured first pause. The quotient is the first bound of the pauses of
/// refused calls.
const QUICK: u32 = 32;

/// The latency of a server that is assumed before its first answer.
const LATENCY: Duration = Duration::from_millis(100);

/// The request queue of a model's endpoint. It limits the concurrency and rate of requests, and
/// detects outages.
#[derive(Debug)]
pub(crate) struct EndpointQueue {
    slots: Arc<Slots>,
    rate: Option<Rate>,
    /// The gate that lets a single request at a time wait for rate limits, so that a thousand
    /// requests do not wake up for one permit.
    gate: Arc<Slots>,
    learned: Mutex<Learned>,
    first_pause: Duration,
    longest_pause: Duration,
    pub(crate) outages: Arc<Outages>,
}

/// The state of a server as learned from its answers.
#[derive(Debug, Default)]
struct Learned {
    /// The bucket for the configured rate of tokens per minute.
    tokens_per_minute: Option<Bucket>,
    /// The remaining number of requests in the current time window, as the server reported it.
    requests: Option<Window>,
    tokens: Option<Window>,
    /// The time before which no request may be sent to the server.
    not_before: Option<Instant>,
    /// The time between requests to a server that refuses even a single concurrent request.
    spacing: Duration,
    last_departure: Option<Instant>,
    /// The mean latency of successful answers.
    latency: Option<Duration>,
    last_good: Option<Instant>,
    /// The latencies of successful answers to root models' requests.
    to_root: Times,
    to_subs: Times,
    backoff: Backoff,
    /// The mean number of output tokens of replies, once there were some.
    mean_output: Option<u64>,
}

/// The bound for the pauses of refused calls. The bound doubles each time it elapses while the
/// server answers no call.
#[derive(Debug, Clone, Copy, Default)]
struct Backoff {
    bound: Duration,
    since: Option<Instant>,
}

/// The remaining allowance of a rate-limit window that a server reported, and the end of the
/// window.
#[derive(Debug, Clone, Copy)]
struct Window {
    bucket: Bucket,
    until: Instant,
}

/// A request that has been sent and holds a concurrency slot until it is answered.
#[derive(Debug)]
pub(crate) struct Departed {
    slot: Slot,
    at: Instant,
    pub(crate) pass: Pass,
    /// The estimated tokens that the request has taken from the rate limits.
    tokens: u64,
}

impl EndpointQueue {
    pub(crate) fn new(settings: &SchedulerSettings, limits: &ModelLimits) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
        let tokens_per_minute = limits.tokens_per_minute.map(|tokens| {
            let burst = (tokens.get() / BURST).max(1);
            Bucket::new(burst, tokens.get() as f64 / 60.0, burst)
        });
        let in_flight = limits.in_flight.map_or(usize::MAX, |most| most.get() as usize);
        Self {
            slots: Slots::new(settings.concurrency.min(in_flight)),
            rate: limits.requests_per_minute.map(Rate::new),
            gate: Slots::new(1),
            learned: Mutex::new(Learned {
                tokens_per_minute,
                ..Learned::default()
            }),
            first_pause: settings.first_pause,
            longest_pause: settings.longest_pause,
            outages: Arc::default(),
        }
    }

    /// Waits until a request may be sent, and takes a slot for it. Returns `None` if an outage of
    /// the server is detected meanwhile.
    pub(crate) async fn depart(&self, class: Class, request: &Request, pass: Pass) -> Option<Departed> {
        // The less common waits are boxed, because thousands of calls wait here for a slot.
        if let Some(rate) = &self.rate {
            Box::pin(rate.wait(class)).await;
        }
        let slot = self.slots.acquire(class).await;
        let first = self.learned().try_take(request);
        let tokens = match first {
            Ok(tokens) => tokens,
            Err(_) => Box::pin(self.wait_for_rates(class, request)).await,
        };
        let may_leave = pass.is_probe() || self.outages.is_open();
        may_leave.then(|| Departed {
            slot,
            at: Instant::now(),
            pass,
            tokens,
        })
    }

    /// Waits for the server's known rate limits, and returns the number of tokens that were taken
    /// from them for the request.
    async fn wait_for_rates(&self, class: Class, request: &Request) -> u64 {
        let _turn = self.gate.acquire(class).await;
        loop {
            let wait = match self.learned().try_take(request) {
                Ok(tokens) => return tokens,
                Err(wait) => wait,
            };
            match wait {
                Wait::For(time) => sleep(time).await,
                Wait::Until(time) => sleep_until(time).await,
            }
        }
    }

    /// Updates the state of the endpoint after a successful request.
    pub(crate) fn answered(&self, departed: Departed, class: Class, usage: &Usage, said: Option<RateLimits>) {
        let mut learned = self.learned();
        let used = usage.total().0;
        if let Some(bucket) = &mut learned.tokens_per_minute {
            bucket.correct(departed.tokens, used);
        }
        let output = usage.output.0;
        learned.mean_output = Some(
            learned
                .mean_output
                .map_or(output, |mean| (mean.saturating_mul(7).saturating_add(output)) / 8),
        );
        learned.hear(said, self.slots.held());
        let now = Instant::now();
        let took = now.saturating_duration_since(departed.at);
        learned.times(class).add(took);
        learned.latency = Some(learned.latency.map_or(took, |mean| (mean * 7 + took) / 8));
        learned.last_good = Some(now);
        learned.backoff = Backoff::default();
        learned.space(departed.slot.good());
        drop(learned);
        self.outages.answered();
    }

    /// Updates the state of the endpoint after a failed request. Releases the request's slot,
    /// because a pause must not occupy one.
    pub(crate) fn failed(&self, departed: Departed, error: &ModelError, said: Option<RateLimits>) -> Pass {
        let Departed { slot, pass, tokens, .. } = departed;
        let mut learned = self.learned();
        if let Some(bucket) = &mut learned.tokens_per_minute {
            let used = error.usage.as_ref().map_or(0, |usage| usage.total().0);
            bucket.correct(tokens, used);
        }
        learned.hear(said, self.slots.held());
        if error.kind == ModelErrorKind::RateLimited {
            learned.space(slot.refused());
            learned.backoff.refused(self.first_pause / QUICK, self.longest_pause);
            if let RetryAdvice::After(pause) = error.retry()
                && pause >= WORTH_A_HALT
            {
                learned.halt(pause);
            }
        }
        pass
    }

    /// Returns the bound for the pause of a refused call without a `Retry-After`.
    pub(crate) fn backoff(&self) -> Duration {
        self.learned().backoff.bound
    }

    /// Waits for an answer as long as is usual, according to the latencies observed so far.
    ///
    /// # Errors
    /// The thresholds for late and hopeless answers, if the answer is late.
    pub(crate) async fn wait_while_usual<T>(
        &self,
        class: Class,
        answer: &mut (impl Future<Output = T> + Unpin),
    ) -> Result<T, Patience> {
        let start = Instant::now();
        let mut look = LATE_AT_LEAST;
        loop {
            if let Ok(answer) = timeout(look, &mut *answer).await {
                return Ok(answer);
            }
            let waited = start.elapsed();
            look = waited / 2;
            if let Some(patience) = self.learned().times(class).patience() {
                let left = patience.late.saturating_sub(waited);
                if left.is_zero() {
                    return Err(patience);
                }
                look = look.min(left);
            }
        }
    }

    /// Returns the time of the server's last successful answer.
    pub(crate) fn last_good(&self) -> Option<Instant> {
        self.learned().last_good
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time to wait for a rate limit before it is checked again.
enum Wait {
    For(Duration),
    Until(Instant),
}

impl Learned {
    /// Takes the amounts that a request needs from the buckets of all rate limits, or from none of
    /// them.
    fn try_take(&mut self, request: &Request) -> Result<u64, Wait> {
        let now = Instant::now();
        if let Some(then) = self.not_before {
            if now < then {
                return Err(Wait::Until(then));
            }
            self.not_before = None;
        }
        if let Some(then) = self.last_departure.and_then(|last| last.checked_add(self.spacing))
            && !self.spacing.is_zero()
            && now < then
        {
            return Err(Wait::Until(then));
        }
        if self.tokens_per_minute.is_none() && self.requests.is_none() && self.tokens.is_none() {
            self.last_departure = Some(now);
            return Ok(0);
        }
        // Before the first reply, the maximum output is assumed.
        let most = request.parameters.max_output.0;
        let output = self.mean_output.map_or(most, |mean| mean.min(most));
        let tokens = request.input_tokens_estimate().0.saturating_add(output);
        let before = (self.tokens_per_minute, self.requests, self.tokens);
        let result = self.take(now, tokens);
        match result {
            Ok(()) => self.last_departure = Some(now),
            Err(_) => (self.tokens_per_minute, self.requests, self.tokens) = before,
        }
        result.map(|()| tokens)
    }

    fn take(&mut self, now: Instant, tokens: u64) -> Result<(), Wait> {
        if let Some(bucket) = &mut self.tokens_per_minute {
            let wait = |time: Option<Duration>| Wait::For(time.unwrap_or(Duration::from_secs(60)));
            bucket.take(tokens).map_err(wait)?;
        }
        for (window, amount) in [(&mut self.requests, 1), (&mut self.tokens, tokens)] {
            let Some(open) = window else { continue };
            if now >= open.until {
                // The reported allowance has expired.
                *window = None;
                continue;
            }
            if let Err(time) = open.bucket.take(amount) {
                let then = time.and_then(|time| now.checked_add(time)).unwrap_or(open.until);
                return Err(Wait::Until(then.min(open.until)));
            }
        }
        Ok(())
    }

    /// Stops all requests to the server for `pause`.
    fn halt(&mut self, pause: Duration) {
        self.not_before = self.not_before.max(Instant::now().checked_add(pause));
    }

    /// Sets the time between requests, as a multiple of the latency.
    fn space(&mut self, spacing: f64) {
        self.spacing = self.latency.unwrap_or(LATENCY).mul_f64(spacing);
    }

    const fn times(&mut self, class: Class) -> &mut Times {
        match class {
            Class::Root => &mut self.to_root,
            Class::Sub => &mut self.to_subs,
        }
    }

    fn hear(&mut self, said: Option<RateLimits>, in_flight: usize) {
        let Some(said) = said else { return };
        let now = Instant::now();
        if let Some(window) = said.requests {
            // The server may not have counted the requests in flight yet.
            let on_the_way = u64::try_from(in_flight.saturating_sub(1)).unwrap_or(u64::MAX);
            self.requests = Window::of(window, on_the_way, now);
        }
        if let Some(window) = said.tokens {
            self.tokens = Window::of(window, 0, now);
        }
    }
}

impl Backoff {
    fn refused(&mut self, first: Duration, longest: Duration) {
        let now = Instant::now();
        let is_over = |since: Instant| now.saturating_duration_since(since) >= self.bound;
        match self.since {
            None => {
                *self = Self {
                    bound: first,
                    since: Some(now),
                }
            }
            Some(since) if is_over(since) => {
                *self = Self {
                    bound: self.bound.saturating_mul(2).min(longest),
                    since: Some(now),
                };
            }
            Some(_) => {}
        }
    }
}

impl Window {
    /// Creates the window from a server's report. Its bucket refills evenly until the reset, as
    /// most servers do. Other servers state the time to wait when they refuse a request.
    #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
    fn of(said: RateWindow, on_the_way: u64, now: Instant) -> Option<Self> {
        let missing = said.limit.map_or(0, |limit| limit.saturating_sub(said.remaining));
        let per_second = match said.resets_in.as_secs_f64() {
            seconds if seconds > 0.0 => missing as f64 / seconds,
            _ => return None,
        };
        let left = said.remaining.saturating_sub(on_the_way);
        Some(Self {
            bucket: Bucket::new(said.limit.unwrap_or(left), per_second, left),
            until: now.checked_add(said.resets_in)?,
        })
    }
}
