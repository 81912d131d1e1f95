//! Records a call: when it is issued, each failed attempt, and its end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{BoxFuture, Call, CallId, Cost, Message, ModelError, ModelErrorKind, ModelIdentity, Money, ReplyForm};
use rlm_policy::{Amount, LimitReached, Remaining, Spend};
use rlm_scheduler::{AttemptFailure, CallFailure, FailureKind, NextAttempt, NotRecorded, Observer, Settled, Source};
use rlm_trace::{
    AttemptAccount, CallClass, CallIssued, CallReached, CallSettled, Event, JournalTexts, Messages, Millis, Overrun,
    RecordedOutcome, Reservation, Unissued, pieces, quoted,
};

use crate::outage::Outage;
use crate::recorder::Recorder;

/// Records one call.
pub(crate) struct CallRecorder {
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) model: ModelIdentity,
    pub(crate) class: CallClass,
    pub(crate) reserved: Reservation,
    /// An earlier call and its messages, which the record refers to instead of repeating them.
    pub(crate) earlier: Option<(CallId, Arc<[Message]>)>,
    pub(crate) issue: Arc<IssueState>,
    /// Whether the journal of a resumed run already holds the call and its end.
    pub(crate) is_written: bool,
}

/// Whether a call has been issued, and whether the program has reached it.
#[derive(Debug, Default)]
pub(crate) struct IssueState(Mutex<Issue>);

#[derive(Debug, Default)]
struct Issue {
    /// Whether the program has not reached the call yet.
    early: bool,
    /// The number of calls that the program makes together, if more than one.
    batch: Option<u32>,
    issued: bool,
    /// The result of a call that was never issued. It is recorded when the program reaches the
    /// call.
    end: Option<Event>,
    /// The limit that refused the call. It is noted when the program reaches the call.
    refused: Option<LimitReached>,
}

impl IssueState {
    pub(crate) fn new(early: bool, batch: usize) -> Self {
        Self(Mutex::new(Issue {
            early,
            batch: batch_size(batch),
            ..Issue::default()
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Issue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that the program has reached the call.
    pub(crate) fn reached(&self, recorder: &Recorder, id: CallId) {
        let mut state = self.lock();
        state.early = false;
        if state.issued {
            recorder.write(Event::Reached(CallReached { id: id.clone() }));
        }
        if let Some(end) = state.end.take() {
            recorder.write(end);
        }
        if let Some(limit) = state.refused.take() {
            recorder.note_refusal(&id.run, id.position.turn, &limit);
        }
    }

    /// Notes that a limit refused the call, once the program has reached it.
    pub(crate) fn refuse(&self, recorder: &Recorder, id: &CallId, limit: LimitReached) {
        let mut state = self.lock();
        if state.early {
            state.refused = Some(limit);
        } else {
            recorder.note_refusal(&id.run, id.position.turn, &limit);
        }
    }
}

/// Returns the size of a batch as journals record it: `None` for a single call.
pub(crate) fn batch_size(batch: usize) -> Option<u32> {
    (batch > 1).then(|| u32::try_from(batch).unwrap_or(u32::MAX))
}

pub(crate) const fn reservation(amount: &Amount) -> Reservation {
    Reservation {
        input: amount.input_tokens,
        output: amount.output_tokens,
        cost: amount.cost,
    }
}

const fn spent(spend: &Spend) -> Reservation {
    Reservation {
        input: spend.input_tokens,
        output: spend.output_tokens,
        cost: spend.total_cost(),
    }
}

fn account(waited: Duration, used: &Spend, left: &Remaining) -> AttemptAccount {
    AttemptAccount {
        waited: millis(waited),
        spent: spent(used),
        calls_left: left.calls,
        retries_left: left.retries,
        tokens_left: left.tokens,
        cost_left: left.cost,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the journal accepts no more events")]
struct JournalFailed;

impl Observer for CallRecorder {
    fn issuing(&self, call: &Call, _: Source) -> Result<(), NotRecorded> {
        if self.is_written {
            let mut state = self.issue.lock();
            state.issued = true;
            if !state.early {
                // The call may have been issued before the program reached it.
                self.recorder.write(Event::Reached(CallReached { id: call.id.clone() }));
            }
            return Ok(());
        }
        let messages = match &self.earlier {
            Some((earlier, messages)) => Messages::following((earlier, messages), &call.request.messages),
            None => Messages::of(&call.request.messages),
        };
        let mut state = self.issue.lock();
        self.recorder.write(Event::Issued(Box::new(CallIssued {
            id: call.id.clone(),
            request_id: call.request_id,
            model: self.model.clone(),
            class: self.class,
            early: state.early,
            batch: state.batch,
            reserved: self.reserved,
            parameters: call.request.parameters.clone(),
            form: call.request.form.as_ref().map(ReplyForm::recorded),
            images: call.request.images.iter().map(|shown| shown.image.recorded()).collect(),
            messages,
            pieces: pieces(&call.request.messages),
        })));
        if self.recorder.has_failed() {
            return Err(Box::new(JournalFailed));
        }
        state.issued = true;
        Ok(())
    }

    fn stored(&self) -> Option<BoxFuture<'_, Result<(), NotRecorded>>> {
        let journal = self.recorder.journal();
        let stored = async { Ok(journal.flush().await?) };
        journal.has_second().then(|| Box::pin(stored) as BoxFuture<'_, _>)
    }

    fn attempt_failed(&self, failure: &AttemptFailure<'_>) {
        self.recorder.write(Event::AttemptFailed(rlm_trace::AttemptFailed {
            id: failure.call.id.clone(),
            attempt: failure.attempt,
            error: failure.error.clone(),
            wait: match failure.next {
                NextAttempt::After(pause) => Some(millis(pause)),
                _ => None,
            },
            next: failure.next.name().map(Into::into),
            fallback: Some(failure.model).filter(|model| **model != self.model).cloned(),
            account: failure
                .left
                .map(|left| Box::new(account(failure.waited, &failure.spent, &left))),
        }));
    }

    fn settled(&self, call: &Call, result: Result<&Settled, &CallFailure>) {
        if self.is_written {
            return;
        }
        let outage = result.err().and_then(Outage::from_failure);
        let is_outage = outage.is_some();
        if let Some(outage) = outage {
            self.recorder.set_outage(outage);
        }
        let (outcome, cached, cost, elapsed) = match result {
            Ok(settled) => (
                RecordedOutcome::Reply((*settled.reply).clone()),
                settled.is_cached(),
                settled.cost,
                settled.elapsed,
            ),
            Err(failure) => {
                let outcome = self.failed(&failure.kind);
                // A call that was never issued has no cost.
                let cost = match outcome {
                    RecordedOutcome::Unissued(_) => Cost::Known(Money::ZERO),
                    RecordedOutcome::Reply(_) | RecordedOutcome::Failed(_) => failure.spent.total_cost(),
                };
                (outcome, false, cost, failure.elapsed)
            }
        };
        let (attempts, account) = match result {
            Ok(settled) => {
                let account = |left| Box::new(account(settled.waited, &settled.spent, &left));
                (settled.attempts, settled.left.map(account))
            }
            Err(failure) => (failure.attempts, None),
        };
        let quoted = match (self.recorder.journal().texts(), outcome.reply()) {
            (JournalTexts::References, Some(reply)) => quoted(&reply.text, &call.request.messages),
            _ => Vec::new(),
        };
        let refused = match result {
            Err(CallFailure {
                kind: FailureKind::Refused(limit),
                ..
            }) => Some(limit.clone()).filter(LimitReached::refuses_sub_calls_alone),
            _ => None,
        };
        // The outcome of a call that was never issued already contains the outage.
        let is_outage = is_outage && matches!(outcome, RecordedOutcome::Failed(_));
        let settled = Event::Settled(Box::new(CallSettled {
            id: call.id.clone(),
            outcome,
            cached,
            cost,
            elapsed: Some(millis(elapsed)),
            attempts: Some(attempts).filter(|attempts| *attempts > 0),
            account: account.filter(|_| attempts > 0),
            outage: is_outage,
            quoted,
        }));
        {
            let mut state = self.issue.lock();
            if state.early && !state.issued {
                state.end = Some(settled);
            } else {
                self.recorder.write(settled);
            }
        }
        if let Some(limit) = refused {
            self.issue.refuse(&self.recorder, &call.id, limit);
        }
        if let Ok(Settled {
            overrun: Some(overrun), ..
        }) = result
        {
            self.recorder.write(Event::Overrun(Overrun {
                id: call.id.clone(),
                reserved: spent(&overrun.reserved),
                used: spent(&overrun.spent),
            }));
        }
    }
}

impl CallRecorder {
    fn failed(&self, kind: &FailureKind) -> RecordedOutcome {
        let issued = self.issue.lock().issued;
        match kind {
            FailureKind::Model(error) => RecordedOutcome::Failed(error.clone()),
            FailureKind::Outage(error) if issued => RecordedOutcome::Failed(error.clone()),
            _ if !issued => RecordedOutcome::Unissued(Unissued {
                code: kind.code().into(),
                message: kind.to_string(),
                error: match kind {
                    FailureKind::Outage(error) => Some(Box::new(error.clone())),
                    _ => None,
                },
            }),
            FailureKind::Cancelled => {
                RecordedOutcome::Failed(ModelError::new(ModelErrorKind::Cancelled, kind.to_string()))
            }
            FailureKind::Outage(_) | FailureKind::Refused(_) | FailureKind::NotRecorded(_) | FailureKind::Ledger(_) => {
                // It was in flight when the time ran out, or could not be settled.
                RecordedOutcome::Failed(ModelError::new(ModelErrorKind::Cancelled, kind.to_string()))
            }
        }
    }
}

fn millis(duration: Duration) -> Millis {
    Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
