//! A scripted model, and an observer that records events.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rlm_model::{
    BoxFuture, Call, CallId, Digest, Message, Model, ModelError, ModelErrorKind, ModelIdentity, ModelLimits, Money,
    Parameters, Price, RateLimits, Reply, Request, RequestId, Tokens, Usage,
};
use rlm_policy::{Amount, GrantId, Limits};
use rlm_scheduler::{
    AttemptFailure, CallFailure, Class, Jitter, Job, NextAttempt, NotRecorded, Observer, Scheduler, SchedulerSettings,
    Settled, SharedLedger, Source,
};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// The response of a model to an attempt: its duration and its result.
pub(crate) type Script = dyn Fn(&Call, u32, usize) -> (Duration, Result<Reply, ModelError>) + Send + Sync;

pub(crate) struct Scripted {
    identity: ModelIdentity,
    script: Box<Script>,
    limits: ModelLimits,
    said: Mutex<Option<RateLimits>>,
    attempts: Mutex<HashMap<CallId, u32>>,
    /// Calls in the order in which their attempts started, with the time in milliseconds.
    pub(crate) log: Mutex<Vec<(u128, String)>>,
    start: Instant,
    in_flight: AtomicUsize,
    pub(crate) most_in_flight: AtomicUsize,
}

impl Scripted {
    pub(crate) fn new(
        script: impl Fn(&Call, u32) -> (Duration, Result<Reply, ModelError>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::named("m", script)
    }

    pub(crate) fn named(
        name: &str,
        script: impl Fn(&Call, u32) -> (Duration, Result<Reply, ModelError>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let script = move |call: &Call, attempt, _| script(call, attempt);
        Self::made(name, ModelLimits::default(), Box::new(script))
    }

    /// Creates a model with configured limits.
    pub(crate) fn limited(
        limits: ModelLimits,
        script: impl Fn(&Call, u32) -> (Duration, Result<Reply, ModelError>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::made(
            "m",
            limits,
            Box::new(move |call: &Call, attempt, _| script(call, attempt)),
        )
    }

    /// Creates a model whose script receives the number of calls in flight.
    pub(crate) fn crowded(
        script: impl Fn(&Call, u32, usize) -> (Duration, Result<Reply, ModelError>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::made("m", ModelLimits::default(), Box::new(script))
    }

    fn made(name: &str, limits: ModelLimits, script: Box<Script>) -> Arc<Self> {
        Arc::new(Self {
            identity: ModelIdentity::new("scripted", "", name),
            script,
            limits,
            said: Mutex::default(),
            attempts: Mutex::default(),
            log: Mutex::default(),
            start: Instant::now(),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
        })
    }

    /// Answers every call after 50 ms.
    pub(crate) fn steady() -> Arc<Self> {
        Self::new(|call, _| (Duration::from_millis(50), Ok(reply(&format!("to {}", call.id)))))
    }

    /// Sets the rate limits that the server reports from now on.
    pub(crate) fn say(&self, limits: RateLimits) {
        *self.said.lock().unwrap() = Some(limits);
    }

    pub(crate) fn say_nothing(&self) {
        *self.said.lock().unwrap() = None;
    }

    pub(crate) fn begun(&self) -> Vec<(u128, String)> {
        self.log.lock().unwrap().clone()
    }
}

struct InFlight<'a>(&'a AtomicUsize);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Model for Scripted {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn limits(&self) -> ModelLimits {
        self.limits
    }

    fn rate_limits(&self) -> Option<RateLimits> {
        *self.said.lock().unwrap()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let attempt = {
                let mut attempts = self.attempts.lock().unwrap();
                let attempt = attempts.entry(call.id.clone()).or_default();
                *attempt += 1;
                *attempt
            };
            let time = self.start.elapsed().as_millis();
            self.log.lock().unwrap().push((time, call.id.to_string()));
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            let _guard = InFlight(&self.in_flight);
            self.most_in_flight.fetch_max(now, Ordering::SeqCst);
            let (delay, result) = (self.script)(call, attempt, now);
            sleep(delay).await;
            result
        })
    }
}

/// Returns a reply that used 10 tokens: 6 input and 4 output.
pub(crate) fn reply(text: &str) -> Reply {
    let usage = Usage {
        input: Tokens(6),
        output: Tokens(4),
        ..Usage::default()
    };
    Reply::new(text, usage)
}

pub(crate) fn error(kind: ModelErrorKind) -> ModelError {
    let message = format!("failed: {}", kind.code());
    ModelError::new(kind, message)
}

/// Jitter that always returns the bound.
#[derive(Debug)]
pub(crate) struct Full;

impl Jitter for Full {
    fn up_to(&self, bound: Duration) -> Duration {
        bound
    }
}

pub(crate) fn scheduler(settings: SchedulerSettings) -> Scheduler {
    Scheduler::with_jitter(settings, None, Arc::new(Full))
}

/// An observer that records each event as a line.
#[derive(Default)]
pub(crate) struct Diary {
    pub(crate) lines: Mutex<String>,
    /// The call that can't be recorded.
    pub(crate) broken_at: Option<CallId>,
}

impl Diary {
    pub(crate) fn text(&self) -> String {
        self.lines.lock().unwrap().clone()
    }

    fn line(&self, line: std::fmt::Arguments<'_>) {
        writeln!(self.lines.lock().unwrap(), "{line}").unwrap();
    }
}

impl Observer for Diary {
    fn issuing(&self, call: &Call, source: Source) -> Result<(), NotRecorded> {
        if self.broken_at.as_ref() == Some(&call.id) {
            return Err("the disk is full".into());
        }
        self.line(format_args!("{} issuing ({source:?})", call.id));
        Ok(())
    }

    fn attempt_failed(&self, failure: &AttemptFailure<'_>) {
        let AttemptFailure {
            call,
            attempt,
            error,
            next,
            ..
        } = failure;
        let wait = match next {
            NextAttempt::After(pause) => Some(*pause),
            _ => None,
        };
        self.line(format_args!("{} attempt {attempt} {error}; wait {wait:?}", call.id));
    }

    fn settled(&self, call: &Call, result: Result<&Settled, &CallFailure>) {
        let id = &call.id;
        match result {
            Ok(settled) => self.line(format_args!(
                "{id} settled {:?} ({:?}, {} attempts, {}) after {:?}",
                settled.reply.text, settled.source, settled.attempts, settled.cost, settled.elapsed
            )),
            Err(failure) => self.line(format_args!(
                "{id} failed [{}] {failure} ({} attempts, {} tokens) after {:?}",
                failure.kind.code(),
                failure.attempts,
                failure.spent.tokens(),
                failure.elapsed
            )),
        }
    }
}

/// A run with one model, whose calls are numbered.
pub(crate) struct Desk {
    pub(crate) scheduler: Scheduler,
    pub(crate) model: Arc<Scripted>,
    pub(crate) ledger: SharedLedger,
    pub(crate) diary: Arc<Diary>,
    pub(crate) cancel: CancellationToken,
}

impl Desk {
    pub(crate) fn new(settings: SchedulerSettings, limits: &Limits, model: &Arc<Scripted>) -> Self {
        Self::with(scheduler(settings), limits, model)
    }

    pub(crate) fn with(scheduler: Scheduler, limits: &Limits, model: &Arc<Scripted>) -> Self {
        Self {
            scheduler,
            model: Arc::clone(model),
            ledger: SharedLedger::new(limits),
            diary: Arc::default(),
            cancel: CancellationToken::new(),
        }
    }

    /// Returns a sub-call of at most 100 tokens, at one micro-dollar each.
    pub(crate) fn job(&self, ordinal: u32) -> Job {
        let request = Request::new(
            vec![Message::user(format!("question {ordinal}"))],
            Parameters::with_max_output(Tokens(50)),
        );
        let price = Price {
            input: Money(1_000_000),
            cached_input: Money(1_000_000),
            output: Money(1_000_000),
        };
        Job {
            call: Call {
                id: CallId::root(1, ordinal, 0),
                request_id: RequestId {
                    digest: Digest::of(&ordinal.to_le_bytes()),
                    occurrence: 0,
                },
                request,
            },
            class: Class::Sub,
            model: self.model.clone(),
            price: Some(price),
            fallbacks: Arc::default(),
            refused: None,
            amount: Amount {
                calls: 1,
                input_tokens: Tokens(50),
                output_tokens: Tokens(50),
                cost: rlm_model::Cost::Known(Money(100)),
            },
            ledger: self.ledger.clone(),
            grant: GrantId::ROOT,
            replies: None,
            observer: self.diary.clone(),
            cancel: self.cancel.clone(),
        }
    }

    pub(crate) fn root_job(&self, turn: u32) -> Job {
        let mut job = self.job(1_000 + turn);
        job.call.id = CallId::root(turn, 0, 0);
        job.class = Class::Root;
        job.amount.calls = 0;
        job
    }

    /// Makes a call; its reservation is requested immediately.
    pub(crate) fn call(&self, ordinal: u32) -> impl Future<Output = Result<Settled, CallFailure>> + Send + use<> {
        self.scheduler.call(self.job(ordinal))
    }

    /// Returns the spent and the reserved tokens.
    pub(crate) fn tokens(&self) -> (u64, u64) {
        self.ledger.read(|ledger| {
            let reserved = ledger.reserved(GrantId::ROOT).unwrap();
            (ledger.spent().tokens().0, reserved.tokens().0)
        })
    }
}
