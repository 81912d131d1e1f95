//! A call under way: who is asked, what is reserved for it, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::{Call, Cost, Finish, Model, ModelError, Money, Price, Reply, ReplyNote, Tokens};
use rlm_policy::{Amount, Ask, FailedAttempt, Settlement, Spend, cost_of};
use tokio::time::Instant;

use crate::flight::Leader;
use crate::shared_ledger::{Pending, Reservation};
use crate::{FailureKind, Fallback, Job, Known, Source};

/// A call under way.
pub(crate) struct Trip<'a> {
    pub(crate) job: &'a Job,
    pub(crate) reservation: Reservation,
    /// What was asked of the budget for the present attempt, and what is reserved for it, which may be less.
    asked: Amount,
    reserved: Amount,
    /// Set while others may share its request.
    pub(crate) leader: Option<Leader>,
    pub(crate) attempts: u32,
    /// The attempts that the present model's server did not fail at by being out.
    pub(crate) counted: u32,
    /// Who is asked: 0 for the model itself, then the fallbacks.
    seat: usize,
    /// The seats that have failed at this call for good, and those whose servers failed: a bit for each.
    given_up: Seats,
    put_off: Seats,
    /// The tokens that the reply may have, where a reply with those of the request held nothing.
    more_room: Option<Tokens>,
    /// The call as it is sent, where its reply may not have the tokens of the request.
    pub(crate) changed: Option<Arc<Call>>,
    /// The time from the call to the first attempt, and all pauses.
    pub(crate) waited: Duration,
    /// Since when it waits for the end of an outage.
    pub(crate) outage: Option<Instant>,
    /// Since when the present model's server refuses this call or fails at it.
    pub(crate) failing: Option<Instant>,
    /// Whether it was asked twice at once, and neither was answered in time.
    pub(crate) has_given_up: bool,
    /// What a failed call was settled with.
    pub(crate) spent: Option<Spend>,
}

/// A set of seats. Those beyond the sixty-fourth are never in it.
#[derive(Debug, Clone, Copy, Default)]
struct Seats(u64);

impl Seats {
    const fn add(&mut self, seat: usize) {
        if seat < 64 {
            self.0 |= 1 << seat;
        }
    }

    const fn has(self, seat: usize) -> bool {
        seat < 64 && self.0 >> seat & 1 == 1
    }
}

/// What a call was answered with.
pub(crate) struct Answered {
    pub(crate) reply: Arc<Reply>,
    pub(crate) source: Source,
    pub(crate) cost: Cost,
    pub(crate) settlement: Settlement,
}

impl<'a> Trip<'a> {
    pub(crate) fn new(job: &'a Job, reservation: Reservation) -> Self {
        Self {
            job,
            reservation,
            asked: Amount { calls: 0, ..job.amount },
            reserved: Amount { calls: 0, ..job.amount },
            leader: None,
            attempts: 0,
            counted: 0,
            seat: 0,
            given_up: Seats::default(),
            put_off: Seats::default(),
            more_room: None,
            changed: None,
            waited: Duration::ZERO,
            outage: None,
            failing: None,
            has_given_up: false,
            spent: None,
        }
    }

    /// Returns the model that is asked.
    pub(crate) fn model(&self) -> &'a Arc<dyn Model> {
        self.model_of(self.seat)
    }

    pub(crate) fn model_of(&self, seat: usize) -> &'a Arc<dyn Model> {
        match self.fallback(seat) {
            Some(fallback) => &fallback.model,
            None => &self.job.model,
        }
    }

    pub(crate) fn price(&self) -> Option<Price> {
        match self.fallback(self.seat) {
            Some(fallback) => fallback.price,
            None => self.job.price,
        }
    }

    fn fallback(&self, seat: usize) -> Option<&'a Fallback> {
        self.job.fallbacks.get(seat.checked_sub(1)?)
    }

    /// Returns the seats that may still answer this call, those last whose servers failed at it.
    pub(crate) fn seats(&self) -> impl Iterator<Item = usize> + use<> {
        let (count, given_up, put_off) = (self.job.fallbacks.len(), self.given_up, self.put_off);
        let open = (0..=count).filter(move |seat| !given_up.has(*seat));
        let last = open.clone().filter(move |seat| put_off.has(*seat));
        open.filter(move |seat| !put_off.has(*seat)).chain(last)
    }

    /// Returns whether the model that is asked is the one that was asked for.
    pub(crate) const fn is_of_own_model(&self) -> bool {
        self.seat == 0
    }

    /// Returns whether another model may answer this call.
    pub(crate) fn has_another_seat(&self) -> bool {
        self.seats().any(|seat| seat != self.seat)
    }

    /// Leaves the present model to others: for good, or until none of the others answers.
    pub(crate) fn leave_seat(&mut self, for_good: bool) {
        if for_good {
            self.given_up.add(self.seat);
        } else {
            self.put_off.add(self.seat);
        }
        if let Some(next) = self.seats().next() {
            self.take(next);
        }
    }

    /// Takes a seat, and reserves what it costs where that is not what is reserved.
    ///
    /// # Errors
    /// [`FailureKind::Refused`] where the budget has no room for it.
    pub(crate) async fn sit(&mut self, seat: usize) -> Result<(), FailureKind> {
        self.take(seat);
        if self.is_reserved() {
            return Ok(());
        }
        self.reserve_again(FailedAttempt::Used(Spend::default())).await
    }

    fn take(&mut self, seat: usize) {
        if seat != self.seat {
            self.seat = seat;
            self.counted = 0;
            self.failing = None;
            self.has_given_up = false;
        }
    }

    /// Counts the failed attempt, and waits for the reservation of the next one.
    pub(crate) async fn reserve_again(&mut self, failed: FailedAttempt) -> Result<(), FailureKind> {
        self.asked = self.wanted();
        self.reserved = self.asked;
        let ask = match self.more_room {
            // With less, it would hold nothing again.
            Some(_) => self.asked.into(),
            None => Ask::shortened(self.asked, self.job.ledger.min_output(), self.price()),
        };
        let shortened = self.reservation.again(failed, ask).await?;
        self.shorten(shortened);
        Ok(())
    }

    /// Waits for the first reservation.
    pub(crate) async fn decided(&mut self, pending: Pending) -> Result<(), FailureKind> {
        let shortened = self.reservation.decided(pending).await?;
        self.shorten(shortened);
        Ok(())
    }

    /// Takes less than was asked for, where that is so, and sends the call with the output limit that is reserved.
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

    /// Asks for more room for the reply from the next attempt on.
    pub(crate) const fn give_more_room(&mut self, room: Tokens) {
        self.more_room = Some(room);
    }

    /// Returns whether the reply may have more room, which can be given once, and not where the budget gave less than was asked for.
    pub(crate) const fn may_have_more_room(&self) -> bool {
        self.more_room.is_none() && !self.is_shortened()
    }

    /// Returns whether the reply may have fewer tokens than was asked for, since the budget had no room for more.
    pub(crate) const fn is_shortened(&self) -> bool {
        self.reserved.output_tokens.0 < self.asked.output_tokens.0
    }

    /// Returns whether the reservation was made for an attempt like the next.
    pub(crate) fn is_reserved(&self) -> bool {
        self.asked == self.wanted()
    }

    pub(crate) const fn begin_attempt(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        self.counted = self.counted.saturating_add(1);
        self.reservation.leave();
    }

    /// Returns what the present attempt may use at the most.
    pub(crate) const fn reserved(&self) -> Amount {
        self.reserved
    }

    /// Returns what the next attempt may use at the most where the budget has room for all of it.
    fn wanted(&self) -> Amount {
        if self.seat == 0 && self.more_room.is_none() {
            return Amount {
                calls: 0,
                ..self.job.amount
            };
        }
        let request = &self.job.call.request;
        let input = match self.seat {
            0 => self.job.amount.input_tokens,
            // Its tokenizer may be another.
            _ => request.input_tokens_at_most(),
        };
        let output = self.more_room.unwrap_or(request.parameters.max_output);
        Amount::of(input, output, self.price(), 0)
    }

    /// Returns what the failed attempt counts as.
    pub(crate) fn used(&self, charge: Option<FailedAttempt>) -> Spend {
        match charge {
            None => Spend::default(),
            Some(FailedAttempt::Used(spend)) => spend,
            Some(FailedAttempt::Unknown) => self.reserved.as_spend(),
        }
    }

    /// Ends the call with a reply that this call asked a provider for.
    pub(crate) fn answer_paid(&mut self, mut reply: Reply) -> Result<Answered, FailureKind> {
        let cost = cost_of(&reply.usage, self.price());
        let spend = Spend::of(self.job.amount.calls, &reply.usage, cost);
        let settlement = self.reservation.settle(spend).map_err(FailureKind::Ledger)?;
        if let Some(overrun) = &settlement.overrun {
            tracing::warn!(call = %overrun.call, "a call used more than was reserved for it");
        }
        if let Some(fallback) = self.fallback(self.seat) {
            let (asked, answered) = (self.job.model.identity(), fallback.model.identity());
            reply
                .notes
                .push(ReplyNote(format!("{answered} answered in the place of {asked}").into()));
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

    /// Ends the call with a reply that was there. It counts as a call, so that what a program may do does not depend on what
    /// happens to be cached.
    pub(crate) fn answer_free(&mut self, reply: Arc<Reply>, source: Source) -> Result<Answered, FailureKind> {
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
    pub(crate) async fn count_in_doubt(&mut self) -> Result<(), FailureKind> {
        self.reservation.leave();
        self.reserve_again(FailedAttempt::Unknown).await
    }

    /// Ends the call as it ended in an earlier process.
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

    /// Ends the call with the failure of its last attempt, and counts that attempt.
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

    /// Ends the call because its server was out for too long. What was never sent is not counted.
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
