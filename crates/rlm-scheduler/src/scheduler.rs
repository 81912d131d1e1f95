//! The way of a call: reserved, shared, issued, tried, settled.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use rlm_cache::Cache;
use rlm_model::{Call, Cost, Model, ModelError, ModelErrorKind, ModelIdentity, Money, Note, Price, Reply, RequestId};
use rlm_policy::{Amount, FailedAttempt, LimitReached, Settlement, Spend, cost_of};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::Instrument as _;

use crate::flight::{Flights, Leader, Part};
use crate::lane::Lane;
use crate::outage::may_be_outage;
use crate::retry::{charge, pause};
use crate::shared_ledger::{Pending, Reservation};
use crate::{
    AttemptFailed, Before, CallFailure, FailureKind, Jitter, Job, Known, NextAttempt, RandomJitter, Settings, Settled,
    Source,
};

/// Makes calls. One scheduler serves all the runs of a process, from any number of tasks at once; copies are the same one.
///
/// Equal calls of one run are samples of their own; the same sample of another run is not asked for again where there is a cache:
///
/// ```
/// use std::sync::Arc;
/// use rlm_cache::Cache;
/// use rlm_model::{BoxFuture, Call, CallId, Message, Model, ModelError, ModelIdentity, Parameters, Price, Reply, Request, RequestId, Tokens, Usage};
/// use rlm_policy::{Amount, GrantId, Limits};
/// use rlm_scheduler::{Class, Job, Scheduler, Settings, SharedLedger, Source, Unobserved};
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
///         observer: Arc::new(Unobserved),
///         cancel: Default::default(),
///     }
/// };
/// let scheduler = Scheduler::new(Settings::default(), Some(Arc::new(Cache::memory())));
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
    settings: Settings,
    cache: Option<Arc<Cache>>,
    jitter: Arc<dyn Jitter>,
    lanes: DashMap<ModelIdentity, Arc<Lane>>,
    flights: Arc<Flights>,
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler")
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

impl Scheduler {
    /// Makes a scheduler, with a cache or without one.
    #[must_use]
    pub fn new(settings: Settings, cache: Option<Arc<Cache>>) -> Self {
        Self::with_jitter(settings, cache, Arc::new(RandomJitter))
    }

    /// Makes a scheduler whose pauses come from `jitter`.
    #[must_use]
    pub fn with_jitter(settings: Settings, cache: Option<Arc<Cache>>, jitter: Arc<dyn Jitter>) -> Self {
        Self(Arc::new(Inner {
            lanes: DashMap::new(),
            flights: Arc::new(Flights::default()),
            settings,
            cache,
            jitter,
        }))
    }

    /// Makes a call.
    ///
    /// Its reservation is taken *now*, before the future is polled: call this in call order and poll in any. The future needs
    /// the scheduler no more, and may be dropped at any time; see the crate's page for what that means for the budget.
    ///
    /// # Errors
    /// The future gives a [`CallFailure`]: the model's error, the limit that refused or ended the call, an outage that lasted
    /// too long, or that it was cancelled.
    pub fn call(&self, job: Job) -> impl Future<Output = Result<Settled, CallFailure>> + Send + use<> {
        self.call_after(job, Before::Nothing)
    }

    /// Makes a call of which an earlier process has left something.
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
                let asked = job.ledger.reserve(job.grant, &job.call.id, job.amount);
                asked.map_err(FailureKind::Ledger)
            }
        };
        let inner = Arc::clone(&self.0);
        // Made here, where the run and the step are at hand that the call belongs to.
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

/// Logs what became of a call: of what models and servers say, nothing.
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
            "not answered"
        ),
    }
}

/// A call under way.
struct Trip<'a> {
    job: &'a Job,
    reservation: Reservation,
    /// Set while others may share its request.
    leader: Option<Leader>,
    attempts: u32,
    /// The attempts that the present model's server did not fail at by being out.
    counted: u32,
    /// The fallback that is asked, counted from 1; 0 for the model itself.
    seat: usize,
    /// The call as it is sent, where that is not as it was asked for.
    changed: Option<Box<Call>>,
    /// The time from the call to the first attempt, and all pauses.
    waited: Duration,
    /// Since when it waits for the end of an outage.
    outage: Option<Instant>,
    /// What a failed call was settled with.
    spent: Option<Spend>,
}

/// What a call was answered with.
struct Answered {
    reply: Arc<Reply>,
    source: Source,
    cost: Cost,
    settlement: Settlement,
}

/// What follows a failed attempt.
enum Next {
    /// The same again, after a pause.
    Again(Duration),
    /// The same again, when the server is back.
    WhenBack,
    /// The same again with more room for the reply.
    WithRoom(Box<Call>),
    /// The next model.
    Fallback,
    /// Nothing.
    Nothing,
}

impl Inner {
    async fn make(
        &self,
        job: &Job,
        asked: Result<(Reservation, Pending), FailureKind>,
        before: Before,
        started: Instant,
    ) -> Result<Settled, CallFailure> {
        let failure = |kind, attempts, spent| CallFailure {
            kind,
            attempts,
            spent,
            elapsed: started.elapsed(),
        };
        let (reservation, pending) = asked.map_err(|kind| failure(kind, 0, Spend::default()))?;
        let mut trip = Trip {
            job,
            reservation,
            leader: None,
            attempts: 0,
            counted: 0,
            seat: 0,
            changed: None,
            waited: Duration::ZERO,
            outage: None,
            spent: None,
        };
        let result = tokio::select! {
            biased;
            () = job.cancel.cancelled() => Err(FailureKind::Cancelled),
            limit = time_over(job) => Err(FailureKind::Refused(limit)),
            result = self.answer(&mut trip, pending, before, started) => result,
        };
        match result {
            Ok(answered) => Ok(Settled {
                reply: answered.reply,
                source: answered.source,
                attempts: trip.attempts,
                waited: trip.waited,
                cost: answered.cost,
                spent: answered.settlement.spent,
                doubtful: answered.settlement.doubtful,
                left: job.ledger.left(job.grant),
                overrun: answered.settlement.overrun,
                elapsed: started.elapsed(),
            }),
            Err(kind) => {
                let spent = trip.spent.unwrap_or_else(|| trip.reservation.give_up());
                Err(failure(kind, trip.attempts, spent))
            }
        }
    }

    async fn answer(
        &self,
        trip: &mut Trip<'_>,
        pending: Pending,
        before: Before,
        started: Instant,
    ) -> Result<Answered, FailureKind> {
        trip.reservation.decided(pending).await?;
        match before {
            Before::Nothing => {}
            Before::InDoubt(times) => {
                for _ in 0..times {
                    trip.count_in_doubt().await?;
                }
            }
            Before::Known(known) => return trip.answer_known(*known),
        }
        let shares = self.settings.sharing.covers(trip.job.class);
        if shares && let Some(answered) = self.answered_already(trip).await? {
            return Ok(answered);
        }
        let result = self.attempts(trip, started).await;
        // What another model said is no reply of the model that was asked for.
        if let (true, 0, Ok(answered), Some(cache)) = (shares, trip.seat, &result, &self.cache) {
            cache.put(&trip.job.call.request_id, Arc::clone(&answered.reply));
        }
        if let Some(leader) = trip.leader.take() {
            match &result {
                Ok(answered) => leader.land(&Ok(Arc::clone(&answered.reply))),
                Err(FailureKind::Model(error)) => leader.land(&Err(error.clone())),
                // Why this call ended is its own affair; another one makes the request.
                Err(_) => drop(leader),
            }
        }
        result
    }

    /// Answers from the cache or with an equal call; otherwise the call leads those that are equal to it.
    async fn answered_already(&self, trip: &mut Trip<'_>) -> Result<Option<Answered>, FailureKind> {
        let id = trip.job.call.request_id;
        loop {
            match self.flights.join(id) {
                Part::Follower(follower) => match follower.answer().await {
                    Some(Ok(reply)) => return trip.answer_free(reply, Source::Joined).map(Some),
                    Some(Err(error)) => return Err(trip.fail(error, None)),
                    None => {}
                },
                Part::Leader(leader) => {
                    let Some(reply) = self.look_up(&id).await else {
                        trip.leader = Some(leader);
                        return Ok(None);
                    };
                    leader.land(&Ok(Arc::clone(&reply)));
                    return trip.answer_free(reply, Source::Cache).map(Some);
                }
            }
        }
    }

    async fn look_up(&self, id: &RequestId) -> Option<Arc<Reply>> {
        let cache = self.cache.as_ref()?;
        if cache.is_unopened() {
            let cache = Arc::clone(cache);
            // If this fails, the look-up opens it on this thread: slower, and no less right.
            let _ = tokio::task::spawn_blocking(move || cache.warm()).await;
        }
        cache.get(id)
    }

    async fn attempts(&self, trip: &mut Trip<'_>, started: Instant) -> Result<Answered, FailureKind> {
        let job = trip.job;
        let mut since = started;
        loop {
            let model = Arc::clone(trip.model());
            let lane = self.lane(&*model);
            let departing = lane.depart(
                job.class,
                &job.call.request,
                self.settings.longest_outage,
                &mut trip.outage,
            );
            let departed = match departing.await {
                Ok(departed) => departed,
                Err(error) => return Err(trip.fail_at_outage(error)),
            };
            trip.waited = trip.waited.saturating_add(since.elapsed());
            if trip.attempts == 0 {
                let recorded = job.observer.issuing(&job.call, Source::Model);
                recorded.map_err(FailureKind::NotRecorded)?;
            }
            trip.attempts = trip.attempts.saturating_add(1);
            trip.counted = trip.counted.saturating_add(1);
            trip.reservation.leave();
            let result = model.complete(trip.call()).await;
            let said = model.rate_limits();
            match result {
                Ok(reply) => {
                    lane.answered(departed, &reply.usage, said);
                    return trip.answer_paid(reply);
                }
                Err(error) => {
                    since = Instant::now();
                    let pass = lane.failed(departed, &error, said);
                    let is_out = if may_be_outage(&error) && !self.settings.longest_outage.is_zero() {
                        lane.outages.failed(&job.call.id, &error, pass)
                    } else {
                        if error.status.is_some() {
                            lane.outages.answered();
                        }
                        false
                    };
                    // On the heap: thousands of calls wait here, and few of them fail.
                    Box::pin(self.after_failure(trip, error, is_out)).await?;
                }
            }
        }
    }

    /// Waits for the next attempt, or returns the end of the call.
    async fn after_failure(&self, trip: &mut Trip<'_>, error: ModelError, is_out: bool) -> Result<(), FailureKind> {
        let job = trip.job;
        let price = trip.price();
        let charge = charge(&error, price);
        let next = self.next(trip, &error, is_out);
        job.observer.attempt_failed(&AttemptFailed {
            call: &job.call,
            attempt: trip.attempts,
            model: trip.model().identity(),
            error: &error,
            waited: trip.waited,
            spent: trip.used(charge),
            next: match &next {
                Next::Again(pause) => NextAttempt::After(*pause),
                Next::WhenBack => NextAttempt::AfterOutage,
                Next::WithRoom(_) => NextAttempt::WithMoreRoom,
                Next::Fallback => NextAttempt::ByFallback,
                Next::Nothing => NextAttempt::None,
            },
            left: job.ledger.left(job.grant),
        });
        let pause = match next {
            Next::Nothing => return Err(trip.fail(error, charge)),
            Next::Again(pause) => Some(pause),
            Next::WhenBack => {
                trip.counted = trip.counted.saturating_sub(1);
                None
            }
            Next::WithRoom(call) => {
                trip.changed = Some(call);
                None
            }
            Next::Fallback => {
                trip.seat = trip.seat.saturating_add(1);
                trip.counted = 0;
                trip.outage = None;
                None
            }
        };
        // An attempt that is no more expensive keeps its reservation, if the failed one was not charged.
        let amount = Amount {
            calls: 0,
            ..trip.amount()
        };
        let charge = match charge {
            None if trip.is_as_reserved() => {
                trip.reservation.not_charged();
                return wait(pause).await;
            }
            None => FailedAttempt::Used(Spend::default()),
            Some(failed) => failed,
        };
        // Whoever joined this request may hold the very budget that the next attempt would wait for.
        trip.leader = None;
        match trip.reservation.again(charge, amount).await {
            Ok(()) => wait(pause).await,
            Err(FailureKind::Refused(_)) => Err(trip.fail(error, None)),
            Err(other) => Err(other),
        }
    }

    /// Decides what follows a failed attempt.
    fn next(&self, trip: &Trip<'_>, error: &ModelError, is_out: bool) -> Next {
        let job = trip.job;
        let has_fallback = job.fallbacks.len() > trip.seat;
        if is_out {
            return if has_fallback { Next::Fallback } else { Next::WhenBack };
        }
        let by_another = || match error.kind {
            // Another model would be asked the same nonsense, or nobody wants an answer any more.
            ModelErrorKind::InvalidRequest | ModelErrorKind::Cancelled => Next::Nothing,
            _ if has_fallback => Next::Fallback,
            _ => Next::Nothing,
        };
        if let Some(room) = error.more_room {
            // A replay makes one attempt, and its reply is the last that was recorded.
            let is_last = trip.counted >= self.settings.max_attempts;
            if is_last || trip.changed.is_some() || !job.ledger.take_retry() {
                return by_another();
            }
            let mut call = Box::new(job.call.clone());
            call.request.parameters.max_output = room;
            return Next::WithRoom(call);
        }
        let ends_in_time = |wait: &Duration| {
            let next = Instant::now().checked_add(*wait);
            job.ledger
                .deadline()
                .is_none_or(|deadline| next.is_some_and(|next| next < deadline))
        };
        match pause(&self.settings, &*self.jitter, trip.counted, error).filter(ends_in_time) {
            Some(pause) if job.ledger.take_retry() => Next::Again(pause),
            Some(_) | None => by_another(),
        }
    }

    fn lane(&self, model: &dyn Model) -> Arc<Lane> {
        let identity = model.identity();
        if let Some(lane) = self.lanes.get(identity) {
            return Arc::clone(&lane);
        }
        let limits = model.limits();
        let stated = self.settings.requests_per_minute.get(identity).copied();
        let make = || {
            let requests = stated.or(limits.requests_per_minute);
            Arc::new(Lane::new(&self.settings, requests, limits.tokens_per_minute))
        };
        Arc::clone(&self.lanes.entry(identity.clone()).or_insert_with(make))
    }
}

async fn wait(pause: Option<Duration>) -> Result<(), FailureKind> {
    if let Some(pause) = pause {
        sleep(pause).await;
    }
    Ok(())
}

impl Trip<'_> {
    /// Returns the model that is asked.
    fn model(&self) -> &Arc<dyn Model> {
        match self.fallback() {
            Some(fallback) => &fallback.model,
            None => &self.job.model,
        }
    }

    fn price(&self) -> Option<Price> {
        match self.fallback() {
            Some(fallback) => fallback.price,
            None => self.job.price,
        }
    }

    fn fallback(&self) -> Option<&crate::Fallback> {
        self.job.fallbacks.get(self.seat.checked_sub(1)?)
    }

    /// Returns the call as it is sent.
    fn call(&self) -> &Call {
        self.changed.as_deref().unwrap_or(&self.job.call)
    }

    /// Returns what the failed attempt counts as.
    fn used(&self, charge: Option<FailedAttempt>) -> Spend {
        let amount = Amount {
            calls: 0,
            ..self.amount()
        };
        match charge {
            None => Spend::default(),
            Some(FailedAttempt::Used(spend)) => spend,
            Some(FailedAttempt::Unknown) => amount.as_spend(),
        }
    }

    /// Returns whether the next attempt may use no more than the first.
    const fn is_as_reserved(&self) -> bool {
        self.seat == 0 && self.changed.is_none()
    }

    fn amount(&self) -> Amount {
        if self.is_as_reserved() {
            self.job.amount
        } else {
            Amount::at_most(&self.call().request, self.price(), self.job.amount.calls)
        }
    }

    /// Ends the call with a reply that this call asked a provider for.
    fn answer_paid(&mut self, mut reply: Reply) -> Result<Answered, FailureKind> {
        let cost = cost_of(&reply.usage, self.price());
        let spend = Spend::of(self.job.amount.calls, &reply.usage, cost);
        let settlement = self.reservation.settle(spend).map_err(FailureKind::Ledger)?;
        if let Some(overrun) = &settlement.overrun {
            tracing::warn!(call = %overrun.call, "a call used more than was reserved for it");
        }
        if let Some(fallback) = self.fallback() {
            let (asked, answered) = (self.job.model.identity(), fallback.model.identity());
            reply
                .notes
                .push(Note(format!("{answered} answered in the place of {asked}").into()));
        }
        Ok(Answered {
            reply: Arc::new(reply),
            source: Source::Model,
            cost,
            settlement,
        })
    }

    /// Ends the call with a reply that was there. It counts as a call, so that what a program may do does not depend on what
    /// happens to be cached.
    fn answer_free(&mut self, reply: Arc<Reply>, source: Source) -> Result<Answered, FailureKind> {
        let recorded = self.job.observer.issuing(&self.job.call, source);
        recorded.map_err(FailureKind::NotRecorded)?;
        let spend = Spend::calls_only(self.job.amount.calls);
        let settlement = self.reservation.settle(spend).map_err(FailureKind::Ledger)?;
        Ok(Answered {
            reply,
            source,
            cost: Cost::Known(Money::ZERO),
            settlement,
        })
    }

    /// Counts a request of an earlier process at its reservation, and waits for that of another.
    async fn count_in_doubt(&mut self) -> Result<(), FailureKind> {
        let amount = Amount {
            calls: 0,
            ..self.job.amount
        };
        self.reservation.leave();
        self.reservation.again(FailedAttempt::Unknown, amount).await
    }

    /// Ends the call as it ended in an earlier process.
    fn answer_known(&mut self, known: Known) -> Result<Answered, FailureKind> {
        let recorded = self.job.observer.issuing(&self.job.call, known.source);
        recorded.map_err(FailureKind::NotRecorded)?;
        self.attempts = known.attempts;
        let settlement = self.reservation.settle_as_recorded(known.spent, known.overrun);
        let settlement = settlement.map_err(FailureKind::Ledger)?;
        match known.outcome {
            Ok(reply) => Ok(Answered {
                reply,
                source: known.source,
                cost: known.cost,
                settlement,
            }),
            Err(error) => {
                self.spent = Some(settlement.spent);
                Err(FailureKind::Model(error))
            }
        }
    }

    /// Ends the call with the failure of its last attempt, and counts that attempt.
    fn fail(&mut self, error: ModelError, charge: Option<FailedAttempt>) -> FailureKind {
        let calls = self.job.amount.calls;
        let settlement = match charge {
            None => self.reservation.settle(Spend::calls_only(calls)),
            Some(FailedAttempt::Used(spend)) => self.reservation.settle(Spend { calls, ..spend }),
            Some(FailedAttempt::Unknown) => self.reservation.abandon(),
        };
        match settlement {
            Ok(settlement) => {
                self.spent = Some(settlement.spent);
                FailureKind::Model(error)
            }
            Err(error) => FailureKind::Ledger(error),
        }
    }

    /// Ends the call because its server was out for too long. What was never sent is not counted.
    fn fail_at_outage(&mut self, error: ModelError) -> FailureKind {
        if self.attempts == 0 {
            return FailureKind::Outage(error);
        }
        match self.fail(error, None) {
            FailureKind::Model(error) => FailureKind::Outage(error),
            other => other,
        }
    }
}

/// Waits for the end of the run's time; never ends where there is no limit.
async fn time_over(job: &Job) -> LimitReached {
    match job.ledger.deadline() {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
    job.ledger.time_limit()
}
