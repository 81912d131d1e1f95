//! The way of a call: reserved, shared, issued, tried, settled.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use dashmap::DashMap;
use rlm_cache::Cache;
use rlm_model::{Cost, ModelError, ModelIdentity, Money, Reply, RequestId};
use rlm_policy::{Amount, FailedAttempt, LedgerError, LimitReached, Settlement, Spend, cost_of};
use tokio::time::{Instant, sleep, sleep_until};

use crate::flight::{Flights, Leader, Part};
use crate::rate::Rate;
use crate::retry::{charge, pause};
use crate::shared_ledger::{Pending, Reservation};
use crate::slots::Slots;
use crate::{AttemptFailed, CallFailure, FailureKind, Jitter, Job, RandomJitter, Settings, Settled, Source};

/// Makes calls. One scheduler serves all the runs of a process, from any number of tasks at once; copies are the same one.
#[derive(Clone)]
pub struct Scheduler(Arc<Inner>);

struct Inner {
    settings: Settings,
    cache: Option<Arc<Cache>>,
    jitter: Arc<dyn Jitter>,
    slots: Arc<Slots>,
    rates: DashMap<ModelIdentity, Arc<Rate>>,
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
            slots: Slots::new(settings.concurrency),
            rates: DashMap::new(),
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
    /// The future gives a [`CallFailure`]: the model's error, the limit that refused or ended the call, or that it was
    /// cancelled.
    pub fn call(&self, job: Job) -> impl Future<Output = Result<Settled, CallFailure>> + Send + use<> {
        let started = Instant::now();
        let asked = job.ledger.reserve(job.grant, &job.call.id, job.amount);
        let inner = Arc::clone(&self.0);
        async move {
            let result = inner.make(&job, asked, started).await;
            job.observer.settled(&job.call, result.as_ref());
            result
        }
    }
}

/// A call under way.
struct Trip<'a> {
    job: &'a Job,
    reservation: Reservation,
    /// Set while others may share its request.
    leader: Option<Leader>,
    attempts: u32,
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

impl Inner {
    async fn make(
        &self,
        job: &Job,
        asked: Result<(Reservation, Pending), LedgerError>,
        started: Instant,
    ) -> Result<Settled, CallFailure> {
        let failure = |kind, attempts, spent| CallFailure {
            kind,
            attempts,
            spent,
            elapsed: started.elapsed(),
        };
        let (reservation, pending) = asked.map_err(|error| failure(FailureKind::Ledger(error), 0, Spend::default()))?;
        let mut trip = Trip {
            job,
            reservation,
            leader: None,
            attempts: 0,
            spent: None,
        };
        let result = tokio::select! {
            biased;
            () = job.cancel.cancelled() => Err(FailureKind::Cancelled),
            limit = time_over(job) => Err(FailureKind::Refused(limit)),
            result = self.answer(&mut trip, pending) => result,
        };
        match result {
            Ok(answered) => Ok(Settled {
                reply: answered.reply,
                source: answered.source,
                attempts: trip.attempts,
                cost: answered.cost,
                spent: answered.settlement.spent,
                doubtful: answered.settlement.doubtful,
                overrun: answered.settlement.overrun,
                elapsed: started.elapsed(),
            }),
            Err(kind) => {
                let spent = trip.spent.unwrap_or_else(|| trip.reservation.give_up());
                Err(failure(kind, trip.attempts, spent))
            }
        }
    }

    async fn answer(&self, trip: &mut Trip<'_>, pending: Pending) -> Result<Answered, FailureKind> {
        trip.reservation.decided(pending).await?;
        let shares = self.settings.sharing.covers(trip.job.class);
        if shares && let Some(answered) = self.answered_already(trip).await? {
            return Ok(answered);
        }
        let result = self.attempts(trip).await;
        if let (true, Ok(answered), Some(cache)) = (shares, &result, &self.cache) {
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

    async fn attempts(&self, trip: &mut Trip<'_>) -> Result<Answered, FailureKind> {
        let job = trip.job;
        let rate = self.rate(job.model.identity());
        loop {
            if let Some(rate) = &rate {
                rate.wait(job.class).await;
            }
            let slot = self.slots.acquire(job.class).await;
            if trip.attempts == 0 {
                let recorded = job.observer.issuing(&job.call, Source::Model);
                recorded.map_err(FailureKind::NotRecorded)?;
            }
            trip.attempts = trip.attempts.saturating_add(1);
            trip.reservation.leave();
            let result = job.model.complete(&job.call).await;
            drop(slot);
            match result {
                Ok(reply) => return trip.answer_paid(reply),
                Err(error) => self.after_failure(trip, error).await?,
            }
        }
    }

    /// Waits for the next attempt, or returns the end of the call.
    async fn after_failure(&self, trip: &mut Trip<'_>, error: ModelError) -> Result<(), FailureKind> {
        let job = trip.job;
        let charge = charge(&error, job.price);
        let wait = pause(&self.settings, &*self.jitter, trip.attempts, &error).filter(|wait| {
            let next = Instant::now().checked_add(*wait);
            job.ledger
                .deadline()
                .is_none_or(|deadline| next.is_some_and(|next| next < deadline))
        });
        job.observer.attempt_failed(&AttemptFailed {
            call: &job.call,
            attempt: trip.attempts,
            error: &error,
            wait,
        });
        let Some(wait) = wait else {
            return Err(trip.fail(error, charge));
        };
        match charge {
            None => trip.reservation.not_charged(),
            Some(failed) => {
                // Whoever joined this request may hold the very budget that the next attempt would wait for.
                trip.leader = None;
                let again = Amount { calls: 0, ..job.amount };
                match trip.reservation.again(failed, again).await {
                    Ok(()) => {}
                    Err(FailureKind::Refused(_)) => return Err(trip.fail(error, None)),
                    Err(other) => return Err(other),
                }
            }
        }
        sleep(wait).await;
        Ok(())
    }

    fn rate(&self, identity: &ModelIdentity) -> Option<Arc<Rate>> {
        let per_minute = *self.settings.requests_per_minute.get(identity)?;
        let rate = self
            .rates
            .entry(identity.clone())
            .or_insert_with(|| Arc::new(Rate::new(per_minute)));
        Some(Arc::clone(&rate))
    }
}

impl Trip<'_> {
    /// Ends the call with a reply that this call asked a provider for.
    fn answer_paid(&mut self, reply: Reply) -> Result<Answered, FailureKind> {
        let cost = cost_of(&reply.usage, self.job.price);
        let spend = Spend::of(self.job.amount.calls, &reply.usage, cost);
        let settlement = self.reservation.settle(spend).map_err(FailureKind::Ledger)?;
        if let Some(overrun) = &settlement.overrun {
            tracing::warn!(call = %overrun.call, "a call used more than was reserved for it");
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
}

/// Waits for the end of the run's time; never ends where there is no limit.
async fn time_over(job: &Job) -> LimitReached {
    match job.ledger.deadline() {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
    job.ledger.time_limit()
}
