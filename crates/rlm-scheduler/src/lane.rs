//! The way to one model: how many requests at once, how many a minute, and whether it answers at all.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind, RateLimits, RateWindow, Request, RetryAdvice, Usage};
use tokio::time::{Instant, sleep, sleep_until};

use crate::bucket::Bucket;
use crate::outage::{Outages, Pass};
use crate::rate::Rate;
use crate::slots::{Slot, Slots};
use crate::{Class, Settings};

/// The part of a minute whose tokens may be used at once.
const BURST: u64 = 6;

/// A pause that a server asks for holds for all calls to it if it is so long; a shorter one is its call's affair, or a server that
/// refuses a request now and then would stand still most of the time.
const WORTH_A_HALT: Duration = Duration::from_secs(1);

/// The share of refusals of one request at once up to which they may be chance, and requests are not spaced for them. A server that
/// takes so many a minute refuses about half of those that are spaced.
const BY_CHANCE: f64 = 0.3;

/// The way to one model.
#[derive(Debug)]
pub(crate) struct Lane {
    slots: Arc<Slots>,
    rate: Option<Rate>,
    /// Only one request at a time waits for rates, so that a thousand do not wake for one permission.
    gate: Arc<Slots>,
    learned: Mutex<Learned>,
    first_pause: Duration,
    longest_pause: Duration,
    pub(crate) outages: Outages,
}

/// What is known of the server's rates.
#[derive(Debug, Default)]
struct Learned {
    /// What was configured.
    tokens_per_minute: Option<Bucket>,
    /// What the server said.
    requests: Option<Window>,
    tokens: Option<Window>,
    /// Nothing leaves before this.
    not_before: Option<Instant>,
    /// The time between requests to a server that refuses even one at once: doubled when it refuses, halved when it does not.
    spacing: Duration,
    /// The share of refusals of even one at once, over the last answers.
    refusals_of_one: f64,
    /// The mean of the tokens of replies, once there were some.
    mean_output: Option<u64>,
}

/// What a server said is left, and until when that holds.
#[derive(Debug, Clone, Copy)]
struct Window {
    bucket: Bucket,
    until: Instant,
}

/// A request on its way.
#[derive(Debug)]
pub(crate) struct Departed<'l> {
    slot: Slot,
    pub(crate) pass: Pass<'l>,
    /// The tokens that it was taken to use.
    tokens: u64,
}

impl Lane {
    pub(crate) fn new(
        settings: &Settings,
        requests_per_minute: Option<NonZeroU32>,
        tokens_per_minute: Option<NonZeroU64>,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
        let tokens_per_minute = tokens_per_minute.map(|tokens| {
            let burst = (tokens.get() / BURST).max(1);
            Bucket::new(burst, tokens.get() as f64 / 60.0, burst)
        });
        Self {
            slots: Slots::new(settings.concurrency),
            rate: requests_per_minute.map(Rate::new),
            gate: Slots::new(1),
            learned: Mutex::new(Learned {
                tokens_per_minute,
                ..Learned::default()
            }),
            first_pause: settings.first_pause,
            longest_pause: settings.longest_pause,
            outages: Outages::default(),
        }
    }

    /// Waits until a request may leave.
    ///
    /// # Errors
    /// The last failure of an outage that took too long.
    pub(crate) async fn depart(
        &self,
        class: Class,
        request: &Request,
        longest_outage: Duration,
        waits: &mut Option<Instant>,
    ) -> Result<Departed<'_>, ModelError> {
        loop {
            // What most calls do not wait for is on the heap: thousands wait here for a slot.
            let pass = if self.outages.is_open() {
                *waits = None;
                Pass::OPEN
            } else {
                Box::pin(self.outages.pass(longest_outage, waits)).await?
            };
            if let Some(rate) = &self.rate {
                Box::pin(rate.wait(class)).await;
            }
            let slot = self.slots.acquire(class).await;
            let first = self.learned().try_take(request);
            let tokens = match first {
                Ok(tokens) => tokens,
                Err(_) => Box::pin(self.wait_for_rates(class, request)).await,
            };
            // Whoever waited for a slot meanwhile may find the server gone.
            if !pass.is_probe() && !self.outages.is_open() {
                continue;
            }
            return Ok(Departed { slot, pass, tokens });
        }
    }

    /// Waits for what the server is known to take, and returns the tokens that were taken for the request.
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

    /// Learns from a request that was answered.
    pub(crate) fn answered(&self, departed: Departed<'_>, usage: &Usage, said: Option<RateLimits>) {
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
        learned.count_of_one(0.0);
        if !learned.spacing.is_zero() {
            let shorter = learned.spacing / 2;
            learned.space(if shorter < self.first_pause {
                Duration::ZERO
            } else {
                shorter
            });
        }
        drop(learned);
        departed.slot.good();
        self.outages.answered();
    }

    /// Learns from a request that failed. Frees its slot: a pause in a slot is a slot lost.
    pub(crate) fn failed<'l>(
        &'l self,
        departed: Departed<'l>,
        error: &ModelError,
        said: Option<RateLimits>,
    ) -> Pass<'l> {
        let Departed { slot, pass, tokens } = departed;
        let is_refused = error.kind == ModelErrorKind::RateLimited;
        let is_least = is_refused && slot.refused();
        let mut learned = self.learned();
        if let Some(bucket) = &mut learned.tokens_per_minute {
            let used = error.usage.as_ref().map_or(0, |usage| usage.total().0);
            bucket.correct(tokens, used);
        }
        learned.hear(said, self.slots.held());
        match error.retry() {
            RetryAdvice::After(pause) if is_refused && pause >= WORTH_A_HALT => learned.halt(pause),
            RetryAdvice::Later if is_least => {
                learned.count_of_one(1.0);
                if learned.refusals_of_one > BY_CHANCE {
                    let longer = learned.spacing.saturating_mul(2);
                    learned.space(longer.clamp(self.first_pause, self.longest_pause.max(self.first_pause)));
                }
            }
            _ => {}
        }
        pass
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before asking again.
enum Wait {
    For(Duration),
    Until(Instant),
}

impl Learned {
    /// Takes what a request needs from all that is counted, or from nothing.
    fn try_take(&mut self, request: &Request) -> Result<u64, Wait> {
        let now = Instant::now();
        if let Some(then) = self.not_before {
            if now < then {
                return Err(Wait::Until(then));
            }
            self.not_before = None;
        }
        if self.tokens_per_minute.is_none() && self.requests.is_none() && self.tokens.is_none() {
            return Ok(0);
        }
        // Until something is known, replies are taken to be as long as they may be.
        let most = request.parameters.max_output.0;
        let output = self.mean_output.map_or(most, |mean| mean.min(most));
        let tokens = request.input_tokens_estimate().0.saturating_add(output);
        let before = (self.tokens_per_minute, self.requests, self.tokens);
        let result = self.take(now, tokens);
        if result.is_err() {
            (self.tokens_per_minute, self.requests, self.tokens) = before;
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
                // What it was then says nothing of now.
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

    /// Lets nothing leave for `pause`.
    fn halt(&mut self, pause: Duration) {
        self.not_before = self.not_before.max(Instant::now().checked_add(pause));
    }

    fn count_of_one(&mut self, refused: f64) {
        self.refusals_of_one = self.refusals_of_one.mul_add(7.0, refused) / 8.0;
    }

    fn space(&mut self, spacing: Duration) {
        self.spacing = spacing;
        self.halt(spacing);
    }

    fn hear(&mut self, said: Option<RateLimits>, in_flight: usize) {
        let Some(said) = said else { return };
        let now = Instant::now();
        if let Some(window) = said.requests {
            // Those that are on their way may not have been counted yet.
            let on_the_way = u64::try_from(in_flight.saturating_sub(1)).unwrap_or(u64::MAX);
            self.requests = Window::of(window, on_the_way, now);
        }
        if let Some(window) = said.tokens {
            self.tokens = Window::of(window, 0, now);
        }
    }
}

impl Window {
    /// Fills what is missing of a limit evenly until its reset, as most servers do; where a server does not, its refusal says when.
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
