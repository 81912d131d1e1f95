//! The steps of a model call: reserve, share, issue, retry, settle.

mod recovery;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use rlm_cache::Cache;
use rlm_model::{
    BoxFuture, Digest, DigestBuilder, Finish, Model, ModelError, ModelErrorKind, ModelIdentity, Reply, RequestId,
    TimeoutPhase,
};
use rlm_policy::{LimitReached, ReservationRequest, Spend};
use tokio::time::{Instant, sleep_until, timeout};
use tracing::Instrument as _;

use crate::call_in_progress::{Answered, CallInProgress};
use crate::endpoint_queue::{Departed, EndpointQueue};
use crate::flight::{Flights, Part};
use crate::outage::{Pass, may_be_outage};
use crate::shared_ledger::{Pending, Reservation};
use crate::{
    AttemptFailure, Before, CallFailure, FailureKind, Jitter, Job, NextAttempt, RandomJitter, SchedulerSettings,
    Settled, Source,
};

/// The pending reply to a model request in flight.
type Answering<'a> = BoxFuture<'a, Result<Reply, ModelError>>;

/// The scheduler of all model calls of a process, for all its runs. Any number of tasks may use it
/// concurrently. Clones share their state.
///
/// Equal calls of a run are separate samples. With a cache, the same sample of another run is not
/// requested again:
///
/// ```
/// use std::sync::Arc;
/// use rlm_cache::Cache;
/// use rlm_model::{BoxFuture, Call, CallId, Message, Model, ModelError, ModelIdentity, Parameters, Price, Reply, Request, RequestId, Tokens, Usage};
/// use rlm_policy::{Amount, GrantId, Limits};
/// use rlm_scheduler::{Class, Job, Scheduler, SchedulerSettings, SharedLedger, Source, Unobserved};
///
/// # struct Echo(ModelIdentity);
/// # impl Model for Echo {
/// #     fn identity(&self) -> &ModelIdentity {
/// #         &self.0
/// #     }
/// #     fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
/// #         Box::pin(async { Ok(Reply::new(call.request.messages[0].content(), Usage::default())) })
/// #     }
/// # }
/// let model: Arc<dyn Model> = Arc::new(Echo(ModelIdentity::new("echo", "", "")));
/// let job = |occurrence| {
///     let request = Request::new(vec![Message::user("hello")], Parameters::with_max_output(Tokens(100)));
///     let digest = request.digest(model.identity());
///     Job {
///         amount: Amount::at_most(&request, Some(Price::FREE), 1),
///         call: Call { id: CallId::root(1, 1, 0), request_id: RequestId { digest, occurrence }, request },
///         class: Class::Sub,
///         model: Arc::clone(&model),
///         price: Some(Price::FREE),
///         fallbacks: Default::default(),
///         refused: None,
///         ledger: SharedLedger::new(&Limits::default()), // of a run of its own
///         grant: GrantId::ROOT,
///         replies: None,
///         observer: Arc::new(Unobserved),
///         cancel: Default::default(),
///     }
/// };
/// let scheduler = Scheduler::new(SchedulerSettings::default(), Some(Arc::new(Cache::memory())));
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// assert_eq!(scheduler.call(job(0)).await?.source, Source::Model);
/// assert_eq!(scheduler.call(job(1)).await?.source, Source::Model, "another sample");
/// assert_eq!(scheduler.call(job(0)).await?.source, Source::Cache);
/// # Ok::<(), rlm_scheduler::CallFailure>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Scheduler(Arc<Inner>);

struct Inner {
    settings: SchedulerSettings,
    cache: Option<Arc<Cache>>,
    /// The turn of the call that opens the cache. The others wait in the order in which they came.
    opening: Arc<tokio::sync::Mutex<()>>,
    jitter: Arc<dyn Jitter>,
    queues: Arc<DashMap<ModelIdentity, Arc<EndpointQueue>>>,
    flights: Arc<Flights>,
    /// The digest of the scope, if replies are only shared within one.
    scope: Option<Digest>,
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

impl Scheduler {
    /// Creates a scheduler with an optional cache.
    #[must_use]
    pub fn new(settings: SchedulerSettings, cache: Option<Arc<Cache>>) -> Self {
        Self::with_jitter(settings, cache, Arc::new(RandomJitter))
    }

    /// Creates a scheduler whose pauses use `jitter`.
    #[must_use]
    pub fn with_jitter(settings: SchedulerSettings, cache: Option<Arc<Cache>>, jitter: Arc<dyn Jitter>) -> Self {
        Self(Arc::new(Inner {
            queues: Arc::default(),
            flights: Arc::default(),
            scope: None,
            settings,
            cache,
            opening: Arc::default(),
            jitter,
        }))
    }

    /// Returns a scheduler for the calls of one tenant, which share replies with no other tenant, neither
    /// in flight nor from the cache. Queues, and so the limits of the models, are the same.
    #[must_use]
    pub fn scoped(&self, scope: &str) -> Self {
        Self(Arc::new(Inner {
            settings: self.0.settings.clone(),
            cache: self.0.cache.clone(),
            opening: Arc::clone(&self.0.opening),
            jitter: Arc::clone(&self.0.jitter),
            queues: Arc::clone(&self.0.queues),
            flights: Arc::default(),
            scope: Some(Digest::of(scope.as_bytes())),
        }))
    }

    /// Makes a model call, with retries and fallbacks.
    ///
    /// The reservation is requested *immediately*, before the future is polled, so call this in
    /// call order and poll in any order. The future is independent of the scheduler and may be
    /// dropped at any time; the crate's documentation describes the effect on the budget.
    ///
    /// # Errors
    /// The future returns a [`CallFailure`]: the model's error, the limit that refused or ended the
    /// call, a long outage, or a cancellation.
    pub fn call(&self, job: Job) -> impl Future<Output = Result<Settled, CallFailure>> + Send + use<> {
        self.call_after(job, Before::Nothing)
    }

    /// Makes a call that an earlier process may have issued already. `before` is the earlier
    /// result.
    ///
    /// # Errors
    /// As of [`call`](Self::call).
    pub fn call_after(
        &self,
        job: Job,
        before: Before,
    ) -> impl Future<Output = Result<Settled, CallFailure>> + Send + use<> {
        let started = Instant::now();
        let asked = match &job.refused {
            Some(limit) => Err(FailureKind::Refused(limit.clone())),
            None => {
                let request = ReservationRequest::shortened(job.amount, job.ledger.min_output(), job.price);
                let asked = job.ledger.reserve(job.grant, &job.call.id, request);
                asked.map_err(FailureKind::Ledger)
            }
        };
        let inner = Arc::clone(&self.0);
        // The span is created here, because the spans of the run and the step are current only
        // here.
        let span = tracing::info_span!("call", call = %job.call.id, model = %job.model.identity());
        let made = async move {
            let result = inner.make(&job, asked, before, started).await;
            log(&result);
            job.observer.settled(&job.call, result.as_ref());
            result
        };
        made.instrument(span)
    }
}

/// Logs the result of a call, without the content of any message.
fn log(result: &Result<Settled, CallFailure>) {
    match result {
        Ok(settled) => tracing::debug!(
            source = ?settled.source,
            attempts = settled.attempts,
            input = settled.spent.input_tokens.0,
            output = settled.spent.output_tokens.0,
            ms = settled.elapsed.as_millis(),
            "answered"
        ),
        Err(failure) => tracing::debug!(
            kind = failure.kind.code(),
            attempts = failure.attempts,
            ms = failure.elapsed.as_millis(),
            "failed"
        ),
    }
}

impl Inner {
    async fn make(
        &self,
        job: &Job,
        asked: Result<(Reservation, Pending), FailureKind>,
        before: Before,
        started: Instant,
    ) -> Result<Settled, CallFailure> {
        let recorded_time = match &before {
            Before::Known(known) => Some(known.elapsed),
            Before::Nothing | Before::InDoubt(_) => None,
        };
        let failure = |kind, attempts, spent, since: Instant| CallFailure {
            kind,
            attempts,
            spent,
            elapsed: recorded_time.unwrap_or_else(|| since.elapsed()),
        };
        let (reservation, pending) = asked.map_err(|kind| failure(kind, 0, Spend::default(), started))?;
        let mut call = CallInProgress::new(job, reservation);
        let result = if recorded_time.is_some() {
            // No request is sent, so the deadline does not apply: a replay ends each call as
            // recorded.
            self.answer(&mut call, pending, before, started).await
        } else {
            tokio::select! {
                biased;
                () = job.cancel.cancelled() => Err(FailureKind::Cancelled),
                limit = time_over(job) => Err(FailureKind::Refused(limit)),
                result = self.answer(&mut call, pending, before, started) => result,
            }
        };
        let since = call.issued.unwrap_or(started);
        match result {
            Ok(answered) => Ok(Settled {
                reply: answered.reply,
                source: answered.source,
                attempts: call.attempts,
                waited: call.waited,
                cost: answered.cost,
                spent: answered.settlement.spent,
                doubtful: answered.settlement.doubtful,
                left: job.ledger.left(job.grant),
                overrun: answered.settlement.overrun,
                elapsed: since.elapsed(),
            }),
            Err(kind) => {
                let spent = call.spent.unwrap_or_else(|| call.reservation.give_up());
                Err(failure(kind, call.attempts, spent, since))
            }
        }
    }

    async fn answer(
        &self,
        call: &mut CallInProgress<'_>,
        pending: Pending,
        before: Before,
        started: Instant,
    ) -> Result<Answered, FailureKind> {
        call.decided(pending).await?;
        match before {
            Before::Nothing => {}
            Before::InDoubt(times) => {
                for _ in 0..times {
                    call.count_in_doubt().await?;
                }
            }
            Before::Known(known) => {
                return call
                    .answer_known(*known)
                    .inspect(|answered| call.job.keep_for_equal(&answered.reply));
            }
        }
        let shares = self.settings.sharing.covers(call.job.class);
        if shares && let Some(answered) = self.answered_already(call).await? {
            return Ok(answered);
        }
        let result = self.attempts(call, started).await;
        if let (true, Ok(answered)) = (shares, &result) {
            call.job.keep_for_equal(&answered.reply);
            // The reply of a fallback is no reply of the requested model, and a reply truncated by
            // the budget is incomplete.
            if let Some(cache) = &self.cache
                && call.is_of_own_model()
                && answered.reply.finish != Finish::Budget
            {
                cache.put(&self.cache_id(call.job.call.request_id), Arc::clone(&answered.reply));
            }
        }
        if let Some(leader) = call.leader.take() {
            match &result {
                Ok(answered) if answered.reply.finish != Finish::Budget => {
                    leader.land(&Ok(Arc::clone(&answered.reply)));
                }
                Err(FailureKind::Model(error)) => leader.land(&Err(error.clone())),
                // The end of this call, or the truncation by its budget, does not concern the
                // followers; another one makes the request.
                Ok(_) | Err(_) => drop(leader),
            }
        }
        result
    }

    /// Answers a call from a cache or with the reply of an equal call. Otherwise the call becomes
    /// the leader of later equal calls.
    async fn answered_already(&self, call: &mut CallInProgress<'_>) -> Result<Option<Answered>, FailureKind> {
        let id = call.job.call.request_id;
        loop {
            match self.flights.join(id) {
                Part::Follower(follower) => match follower.answer().await {
                    Some(Ok(reply)) => return call.answer_free(reply, Source::Joined).map(Some),
                    Some(Err(error)) => return Err(call.fail(error, None)),
                    None => {}
                },
                Part::Leader(leader) => {
                    let found = match call.job.reply_to_equal() {
                        Some(reply) => Some((reply, Source::Joined)),
                        None => self.look_up(id).await.map(|reply| (reply, Source::Cache)),
                    };
                    let Some((reply, source)) = found else {
                        call.leader = Some(leader);
                        return Ok(None);
                    };
                    leader.land(&Ok(Arc::clone(&reply)));
                    return call.answer_free(reply, source).map(Some);
                }
            }
        }
    }

    async fn look_up(&self, id: RequestId) -> Option<Arc<Reply>> {
        let cache = self.cache.as_ref()?;
        if cache.is_unopened() {
            let _turn = self.opening.lock().await;
            if cache.is_unopened() {
                let cache = Arc::clone(cache);
                // If this fails, the look-up opens the cache on this thread, which is only slower.
                let _ = tokio::task::spawn_blocking(move || cache.warm()).await;
            }
        }
        cache.get(&self.cache_id(id))
    }

    /// Returns the id under which the reply to a request is cached.
    fn cache_id(&self, id: RequestId) -> RequestId {
        let Some(scope) = &self.scope else { return id };
        let mut digest = DigestBuilder::new("rlm cache scope 1");
        digest.field(scope.as_bytes()).field(id.digest.as_bytes());
        RequestId {
            digest: digest.finish(),
            ..id
        }
    }

    async fn attempts(&self, call: &mut CallInProgress<'_>, started: Instant) -> Result<Answered, FailureKind> {
        let job = call.job;
        let mut since = started;
        loop {
            let (queue, departed) = self.depart(call).await?;
            call.waited = call.waited.saturating_add(since.elapsed());
            if call.attempts == 0 {
                call.issue(Source::Model)?;
            }
            call.stored().await?;
            let model = Arc::clone(call.model());
            let (result, departed) = self.ask(call, &*model, &queue, departed).await;
            let said = model.rate_limits();
            match result {
                Ok(reply) => {
                    queue.answered(departed, job.class, &reply.usage, said);
                    return call.answer_paid(reply);
                }
                Err(error) => {
                    since = Instant::now();
                    let pass = queue.failed(departed, &error, said);
                    let is_out = if may_be_outage(&error) && !self.settings.longest_outage.is_zero() {
                        queue.outages.failed(&error, pass)
                    } else {
                        if error.status.is_some() {
                            queue.outages.answered();
                        }
                        false
                    };
                    // Boxed, because thousands of calls wait here and few of them fail.
                    Box::pin(self.after_failure(call, &queue, error, is_out)).await?;
                }
            }
        }
    }

    /// Waits until a request of a call may be sent to its first available model that has not failed
    /// permanently.
    async fn depart(&self, call: &mut CallInProgress<'_>) -> Result<(Arc<EndpointQueue>, Departed), FailureKind> {
        let job = call.job;
        if job.fallbacks.is_empty() {
            let queue = self.queue(&*job.model);
            loop {
                let pass = queue.outages.pass(self.settings.longest_outage, &mut call.outage).await;
                let pass = pass.map_err(|error| call.fail_at_outage(error))?;
                if let Some(departed) = queue.depart(job.class, &job.call.request, pass).await {
                    return Ok((queue, departed));
                }
            }
        }
        Box::pin(self.depart_to_any(call)).await
    }

    async fn depart_to_any(
        &self,
        call: &mut CallInProgress<'_>,
    ) -> Result<(Arc<EndpointQueue>, Departed), FailureKind> {
        let job = call.job;
        loop {
            let mut back_at = None;
            for index in call.candidates() {
                let queue = self.queue(&**call.model_of(index));
                match queue.outages.try_pass() {
                    Ok(pass) => {
                        call.switch_to(index).await?;
                        if let Some(departed) = queue.depart(job.class, &job.call.request, pass).await {
                            if !departed.pass.is_probe() {
                                call.outage = None;
                            }
                            return Ok((queue, departed));
                        }
                        back_at = Some(Instant::now());
                        break;
                    }
                    Err(out) => {
                        let since = *call.outage.get_or_insert_with(Instant::now);
                        let over = since.checked_add(self.settings.longest_outage);
                        if over.is_some_and(|over| Instant::now() >= over) {
                            return Err(call.fail_at_outage(out.error));
                        }
                        let next = over.map_or(out.look_at, |over| over.min(out.look_at));
                        back_at = Some(back_at.map_or(next, |at: Instant| at.min(next)));
                    }
                }
            }
            if let Some(at) = back_at {
                sleep_until(at).await;
            }
        }
    }

    /// Makes one attempt of a call. If the answer takes far longer than usual, sends a second
    /// request, and gives up if that does not help either.
    async fn ask(
        &self,
        call: &mut CallInProgress<'_>,
        model: &dyn Model,
        queue: &Arc<EndpointQueue>,
        departed: Departed,
    ) -> (Result<Reply, ModelError>, Departed) {
        call.begin_attempt();
        let (job, changed) = (call.job, call.changed.clone());
        let sent = changed.as_deref().unwrap_or(&job.call);
        let limit = self.settings.call_timeout;
        let mut first = within(limit, model.complete(sent));
        if !self.settings.hedge {
            return (first.await, departed);
        }
        let patience = match queue.wait_while_usual(call.job.class, &mut first).await {
            Ok(result) => return (result, departed),
            Err(patience) => patience,
        };
        // The second request waits for a slot like any other, and is sent only if the budget has
        // room for both.
        let second = tokio::select! {
            biased;
            result = &mut first => return (result, departed),
            second = queue.depart(call.job.class, &sent.request, Pass::OPEN) => second,
        };
        let amount = call.reserved();
        let has_room = |reservation: &mut Reservation| reservation.beside(call.job.grant, amount);
        let Some(second) = second.filter(|_| call.job.ledger.take_retry() && has_room(&mut call.reservation)) else {
            return (first.await, departed);
        };
        let is_late = late(patience.late, "sending a second request in parallel");
        call.job.observer.attempt_failed(&AttemptFailure {
            call: &call.job.call,
            attempt: call.attempts,
            model: model.identity(),
            error: &is_late,
            waited: call.waited,
            spent: amount.as_spend(),
            next: NextAttempt::Beside,
            left: call.job.ledger.left(call.job.grant),
        });
        call.attempts = call.attempts.saturating_add(1);
        let started = Instant::now();
        let ended = {
            let mut beside = within(limit, model.complete(sent));
            let both = async {
                tokio::select! {
                    result = &mut first => match result {
                        Ok(reply) => (Ok(reply), true),
                        Err(_) => (beside.await, false),
                    },
                    result = &mut beside => match result {
                        Ok(reply) => (Ok(reply), false),
                        Err(_) => (first.await, true),
                    },
                }
            };
            timeout(patience.hopeless, both).await
        };
        match ended {
            Ok((result, true)) => (result, departed),
            Ok((result, false)) => (result, second),
            Err(_) => {
                call.has_given_up = true;
                let waited = patience.late.saturating_add(started.elapsed());
                let error = late(
                    waited,
                    "gave up after a second request, since most calls are much faster",
                );
                (Err(error), second)
            }
        }
    }

    fn queue(&self, model: &dyn Model) -> Arc<EndpointQueue> {
        let identity = model.identity();
        if let Some(queue) = self.queues.get(identity) {
            return Arc::clone(&queue);
        }
        let mut limits = model.limits();
        let stated = self.settings.requests_per_minute.get(identity).copied();
        limits.requests_per_minute = stated.or(limits.requests_per_minute);
        let make = || Arc::new(EndpointQueue::new(&self.settings, &limits));
        Arc::clone(&self.queues.entry(identity.clone()).or_insert_with(make))
    }
}

/// Applies the timeout of an attempt, if there is one, to a pending answer.
fn within(limit: Option<Duration>, answer: Answering<'_>) -> Answering<'_> {
    let Some(limit) = limit else { return answer };
    Box::pin(async move {
        let answered = timeout(limit, answer).await;
        answered.unwrap_or_else(|_| Err(late(limit, "the timeout of a call")))
    })
}

fn late(waited: Duration, what: &str) -> ModelError {
    let message = format!("no answer in {:.1} s: {what}", waited.as_secs_f64());
    ModelError::new(ModelErrorKind::Timeout(TimeoutPhase::Total), message)
}

/// Waits for the run's deadline, and returns the time limit. Never returns for a run without a
/// deadline.
async fn time_over(job: &Job) -> LimitReached {
    match job.ledger.deadline() {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
    job.ledger.time_limit()
}
