//! A model call in progress: the current model, the budget reservation, and the result.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::{Call, Cost, Finish, Model, ModelError, Money, Price, Reply, ReplyNote, Tokens};
use rlm_policy::{Amount, FailedAttempt, ReservationRequest, Settlement, Spend, cost_of};
use tokio::time::Instant;

use crate::flight::Leader;
use crate::shared_ledger::{Pending, Reservation};
use crate::{FailureKind, Fallback, Job, Known, Source};

/// A model call in progress, from its first budget reservation to its settlement.
pub(crate) struct CallInProgress<'a> {
    pub(crate) job: &'a Job,
    pub(crate) reservation: Reservation,
    /// The amount that the current attempt requested. The amount in `reserved` may be less.
    asked: Amount,
    reserved: Amount,
    /// The call's leadership of a shared request. Set while other calls may share it.
    pub(crate) leader: Option<Leader>,
    pub(crate) attempts: u32,
    /// The number of attempts at the current model, without attempts that failed because of an
    /// outage.
    pub(crate) counted: u32,
    /// The index of the model to call: 0 for the requested model, then the fallbacks.
    current: usize,
    /// The models that failed permanently for this call.
    given_up: ModelSet,
    put_off: ModelSet,
    /// The raised output limit, set after the reply within the requested limit was empty.
    more_room: Option<Tokens>,
    /// The call that is sent instead of the requested one, if its output limit differs.
    pub(crate) changed: Option<Arc<Call>>,
    /// The total time that the call has spent waiting: before its first attempt and in pauses
    /// between attempts.
    pub(crate) waited: Duration,
    /// The instant at which the call was issued: recorded, and about to be sent.
    pub(crate) issued: Option<Instant>,
    /// The instant since which the call has waited for an outage to end.
    pub(crate) outage: Option<Instant>,
    /// The instant since which the current model's server has refused or failed this call.
    pub(crate) failing: Option<Instant>,
    /// Whether a hedged call was not answered in time.
    pub(crate) has_given_up: bool,
    /// The amount that a failed call was charged, once it is settled.
    pub(crate) spent: Option<Spend>,
}

/// A set of models by number, as a bit set. It never contains numbers of 64 and above.
#[derive(Debug, Clone, Copy, Default)]
struct ModelSet(u64);

impl ModelSet {
    const fn add(&mut self, index: usize) {
        if index < 64 {
            self.0 |= 1 << index;
        }
    }

    const fn has(self, index: usize) -> bool {
        index < 64 && self.0 >> index & 1 == 1
    }
}

/// A successfully answered call: its reply, the source of the reply, and its cost.
pub(crate) struct Answered {
    pub(crate) reply: Arc<Reply>,
    pub(crate) source: Source,
    pub(crate) cost: Cost,
    pub(crate) settlement: Settlement,
}

impl<'a> CallInProgress<'a> {
    pub(crate) fn new(job: &'a Job, reservation: Reservation) -> Self {
        Self {
            job,
            reservation,
            asked: Amount { calls: 0, ..job.amount },
            reserved: Amount { calls: 0, ..job.amount },
            leader: None,
            attempts: 0,
            counted: 0,
            current: 0,
            given_up: ModelSet::default(),
            put_off: ModelSet::default(),
            more_room: None,
            changed: None,
            waited: Duration::ZERO,
            issued: None,
            outage: None,
            failing: None,
            has_given_up: false,
            spent: None,
        }
    }

    /// Returns the model that the call currently uses: the requested one or a fallback.
    pub(crate) fn model(&self) -> &'a Arc<dyn Model> {
        self.model_of(self.current)
    }

    pub(crate) fn model_of(&self, index: usize) -> &'a Arc<dyn Model> {
        match self.fallback(index) {
            Some(fallback) => &fallback.model,
            None => &self.job.model,
        }
    }

    pub(crate) fn price(&self) -> Option<Price> {
        match self.fallback(self.current) {
            Some(fallback) => fallback.price,
            None => self.job.price,
        }
    }

    fn fallback(&self, index: usize) -> Option<&'a Fallback> {
        self.job.fallbacks.get(index.checked_sub(1)?)
    }

    /// Returns the indices of the models that may still answer this call. Models whose servers
    /// failed are last.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = usize> + use<> {
        let (count, given_up, put_off) = (self.job.fallbacks.len(), self.given_up, self.put_off);
        let open = (0..=count).filter(move |index| !given_up.has(*index));
        let last = open.clone().filter(move |index| put_off.has(*index));
        open.filter(move |index| !put_off.has(*index)).chain(last)
    }

    /// Returns `true` if the call currently uses the requested model rather than a fallback.
    pub(crate) const fn is_of_own_model(&self) -> bool {
        self.current == 0
    }

    /// Returns `true` if another model may answer this call.
    pub(crate) fn has_another_model(&self) -> bool {
        self.candidates().any(|index| index != self.current)
    }

    /// Switches to the next model. The current model is given up permanently, or until no other
    /// model answers.
    pub(crate) fn switch_to_next(&mut self, permanently: bool) {
        if permanently {
            self.given_up.add(self.current);
        } else {
            self.put_off.add(self.current);
        }
        if let Some(next) = self.candidates().next() {
            self.set_current(next);
        }
    }

    /// Switches the call to the model with an index, and reserves its cost if it differs from the
    /// reservation.
    ///
    /// # Errors
    /// [`FailureKind::Refused`] if the budget has no room for the cost.
    pub(crate) async fn switch_to(&mut self, index: usize) -> Result<(), FailureKind> {
        self.set_current(index);
        if self.is_reserved() {
            return Ok(());
        }
        self.reserve_again(FailedAttempt::Used(Spend::default())).await
    }

    fn set_current(&mut self, index: usize) {
        if index != self.current {
            self.current = index;
            self.counted = 0;
            self.failing = None;
            self.has_given_up = false;
        }
    }

    /// Counts the failed attempt in the budget, and waits for the reservation of the next attempt.
    pub(crate) async fn reserve_again(&mut self, failed: FailedAttempt) -> Result<(), FailureKind> {
        self.asked = self.wanted();
        self.reserved = self.asked;
        let request = match self.more_room {
            // With a lower limit, the reply would be empty again.
            Some(_) => self.asked.into(),
            None => ReservationRequest::shortened(self.asked, self.job.ledger.min_output(), self.price()),
        };
        let shortened = self.reservation.again(failed, request).await?;
        self.shorten(shortened);
        Ok(())
    }

    /// Waits for the decision on the call's first budget reservation.
    pub(crate) async fn decided(&mut self, pending: Pending) -> Result<(), FailureKind> {
        let shortened = self.reservation.decided(pending).await?;
        self.shorten(shortened);
        Ok(())
    }

    /// Applies a granted amount that is less than requested, so that the call is sent with the
    /// reserved output limit.
    fn shorten(&mut self, shortened: Option<Amount>) {
        if let Some(less) = shortened {
            self.reserved = Amount { calls: 0, ..less };
        }
        let output = self.reserved.output_tokens;
        self.changed = (output != self.job.call.request.parameters.max_output).then(|| {
            let mut call = self.job.call.clone();
            call.request.parameters.max_output = output;
            Arc::new(call)
        });
    }

    /// Raises the output limit of the call from the next attempt on.
    pub(crate) const fn give_more_room(&mut self, room: Tokens) {
        self.more_room = Some(room);
    }

    /// Returns `true` if the output limit of the call may be raised: only once, and not if the
    /// budget granted less than requested.
    pub(crate) const fn may_have_more_room(&self) -> bool {
        self.more_room.is_none() && !self.is_shortened()
    }

    /// Returns `true` if the call's output limit is below the requested one, because the budget has
    /// no room for more.
    pub(crate) const fn is_shortened(&self) -> bool {
        self.reserved.output_tokens.0 < self.asked.output_tokens.0
    }

    /// Returns `true` if the next attempt requests the amount of the current reservation, so that
    /// no new one is needed.
    pub(crate) fn is_reserved(&self) -> bool {
        self.asked == self.wanted()
    }

    pub(crate) const fn begin_attempt(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        self.counted = self.counted.saturating_add(1);
        self.reservation.leave();
    }

    /// Returns the amount that is reserved for the current attempt.
    pub(crate) const fn reserved(&self) -> Amount {
        self.reserved
    }

    /// Returns the amount to request for the next attempt, before the budget reduces it.
    fn wanted(&self) -> Amount {
        if self.current == 0 && self.more_room.is_none() {
            return Amount {
                calls: 0,
                ..self.job.amount
            };
        }
        let request = &self.job.call.request;
        let input = match self.current {
            0 => self.job.amount.input_tokens,
            // The fallback may have another tokenizer.
            _ => request.input_tokens_at_most(),
        };
        let output = self.more_room.unwrap_or(request.parameters.max_output);
        Amount::of(input, output, self.price(), 0)
    }

    /// Returns the spending to count for a failed attempt, according to `charge`.
    pub(crate) fn used(&self, charge: Option<FailedAttempt>) -> Spend {
        match charge {
            None => Spend::default(),
            Some(FailedAttempt::Used(spend)) => spend,
            Some(FailedAttempt::Unknown) => self.reserved.as_spend(),
        }
    }

    /// Ends the call with a reply that a provider bills.
    pub(crate) fn answer_paid(&mut self, mut reply: Reply) -> Result<Answered, FailureKind> {
        let cost = cost_of(&reply.usage, self.price());
        let spend = Spend::of(self.job.amount.calls, &reply.usage, cost);
        let settlement = self.reservation.settle(spend).map_err(FailureKind::Ledger)?;
        if let Some(overrun) = &settlement.overrun {
            tracing::warn!(call = %overrun.call, "a call used more than its reservation");
        }
        if let Some(fallback) = self.fallback(self.current) {
            let (asked, answered) = (self.job.model.identity(), fallback.model.identity());
            reply
                .notes
                .push(ReplyNote(format!("{answered} answered instead of {asked}").into()));
        }
        if self.is_shortened() && reply.finish == Finish::Length {
            reply.finish = Finish::Budget;
        }
        Ok(Answered {
            reply: Arc::new(reply),
            source: Source::Model,
            cost,
            settlement,
        })
    }

    /// Records that the call is issued.
    pub(crate) fn issue(&mut self, source: Source) -> Result<(), FailureKind> {
        let recorded = self.job.observer.issuing(&self.job.call, source);
        recorded.map_err(FailureKind::NotRecorded)?;
        self.issued = Some(Instant::now());
        Ok(())
    }

    /// Waits until the records of the call so far are stored.
    pub(crate) async fn stored(&self) -> Result<(), FailureKind> {
        match self.job.observer.stored() {
            Some(stored) => stored.await.map_err(FailureKind::NotRecorded),
            None => Ok(()),
        }
    }

    /// Ends the call with a free reply, which was already available. The call counts as a sub-call,
    /// so that the number of sub-calls of a program does not depend on the content of the cache.
    pub(crate) fn answer_free(&mut self, reply: Arc<Reply>, source: Source) -> Result<Answered, FailureKind> {
        self.issue(source)?;
        let spend = Spend::calls_only(self.job.amount.calls);
        let settlement = self.reservation.settle(spend).map_err(FailureKind::Ledger)?;
        Ok(Answered {
            reply,
            source,
            cost: Cost::Known(Money::ZERO),
            settlement,
        })
    }

    /// Counts a request of an earlier process, whose result is unknown, with its reservation. Then
    /// waits for the reservation of a new attempt.
    pub(crate) async fn count_in_doubt(&mut self) -> Result<(), FailureKind> {
        self.reservation.leave();
        self.reserve_again(FailedAttempt::Unknown).await
    }

    /// Ends the call with the result that an earlier process recorded.
    pub(crate) fn answer_known(&mut self, known: Known) -> Result<Answered, FailureKind> {
        if known.sent {
            let recorded = self.job.observer.issuing(&self.job.call, known.source);
            recorded.map_err(FailureKind::NotRecorded)?;
        }
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
                Err(if known.outage {
                    FailureKind::Outage(error)
                } else {
                    FailureKind::Model(error)
                })
            }
        }
    }

    /// Ends the call with the failure of its last attempt, and counts this attempt in the budget.
    pub(crate) fn fail(&mut self, error: ModelError, charge: Option<FailedAttempt>) -> FailureKind {
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

    /// Ends the call because its server was unavailable for too long. A call that was never sent is
    /// not counted.
    pub(crate) fn fail_at_outage(&mut self, error: ModelError) -> FailureKind {
        if self.attempts == 0 {
            return FailureKind::Outage(error);
        }
        match self.fail(error, None) {
            FailureKind::Model(error) => FailureKind::Outage(error),
            other => other,
        }
    }
}
