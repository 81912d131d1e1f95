//! The recovery from a failed attempt: a retry, a fallback, or the failure of the call.

use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind, RetryAdvice, TimeoutPhase, Tokens};
use rlm_policy::{FailedAttempt, Spend};
use tokio::time::{Instant, sleep};

use super::Inner;
use crate::call_in_progress::CallInProgress;
use crate::endpoint_queue::EndpointQueue;
use crate::retry::{charge, pause, pause_of_failed, pause_of_refused};
use crate::{AttemptFailure, FailureKind, NextAttempt};

/// The number of attempts at a failing server after which a call uses its fallback model.
const TRIES_BEFORE_FALLBACK: u32 = 2;

/// The minimum pause before a retry for which a call uses its fallback model instead of waiting.
const WORTH_A_FALLBACK: Duration = Duration::from_secs(1);

/// The action of the scheduler after a failed attempt.
enum Next {
    /// The call is retried after a pause.
    Again(Duration),
    /// The call uses another available model, or is retried when the server is back.
    WhenBack,
    /// The call is retried with a higher output limit.
    WithRoom(Tokens),
    /// The call uses the next model, and gives up the current one.
    Fallback,
    /// The call uses another model while the server of the current one fails.
    Elsewhere,
    /// The call fails with the error of the attempt.
    Nothing,
    /// The call fails, because the server has been unavailable for too long.
    TooLong,
}

impl Inner {
    /// Prepares a failed call for its next attempt and waits for it, or returns the failure of the
    /// call.
    pub(super) async fn after_failure(
        &self,
        call: &mut CallInProgress<'_>,
        queue: &EndpointQueue,
        error: ModelError,
        is_out: bool,
    ) -> Result<(), FailureKind> {
        let job = call.job;
        let price = call.price();
        let charge = charge(&error, price);
        let next = self.next(call, queue, &error, is_out);
        job.observer.attempt_failed(&AttemptFailure {
            call: &job.call,
            attempt: call.attempts,
            model: call.model().identity(),
            error: &error,
            waited: call.waited,
            spent: call.used(charge),
            next: match &next {
                Next::Again(pause) => NextAttempt::After(*pause),
                Next::WhenBack => NextAttempt::AfterOutage,
                Next::WithRoom(_) => NextAttempt::WithMoreRoom,
                Next::Fallback | Next::Elsewhere => NextAttempt::ByFallback,
                Next::Nothing | Next::TooLong => NextAttempt::None,
            },
            left: job.ledger.left(job.grant),
        });
        let pause = match next {
            Next::Nothing => return Err(call.fail(error, charge)),
            Next::TooLong => return Err(call.fail_at_outage(error)),
            Next::Again(pause) => Some(pause),
            Next::WhenBack => {
                call.counted = call.counted.saturating_sub(1);
                call.outage = call.outage.or(call.failing);
                None
            }
            Next::WithRoom(room) => {
                call.give_more_room(room);
                None
            }
            Next::Fallback => {
                call.switch_to_next(true);
                None
            }
            Next::Elsewhere => {
                call.switch_to_next(false);
                None
            }
        };
        let charge = match charge {
            // An attempt that is no more expensive keeps the reservation, if the failed one was not
            // charged.
            None if call.is_reserved() => {
                call.reservation.not_charged();
                return wait(pause).await;
            }
            None => FailedAttempt::Used(Spend::default()),
            Some(failed) => failed,
        };
        // A follower of this request may hold the budget that the next attempt would wait for.
        call.leader = None;
        match call.reserve_again(charge).await {
            Ok(()) => wait(pause).await,
            Err(FailureKind::Refused(_)) => Err(call.fail(error, None)),
            Err(other) => Err(other),
        }
    }

    /// Decides what the scheduler does after a failed attempt.
    fn next(&self, call: &mut CallInProgress<'_>, queue: &EndpointQueue, error: &ModelError, is_out: bool) -> Next {
        let job = call.job;
        let has_fallback = call.has_another_model();
        let by_another = || match error.kind {
            // Another model would reject the same request, or the caller has cancelled it.
            ModelErrorKind::InvalidRequest if error.status != Some(404) => Next::Nothing,
            ModelErrorKind::Cancelled => Next::Nothing,
            _ if has_fallback => Next::Fallback,
            _ => Next::Nothing,
        };
        let waits = !self.settings.longest_outage.is_zero();
        if waits && costs_nothing(error) {
            return self
                .wait_for_server(call, queue, error, is_out)
                .unwrap_or_else(by_another);
        }
        if is_out {
            return if has_fallback { Next::Elsewhere } else { Next::WhenBack };
        }
        if call.has_given_up {
            return by_another();
        }
        if let Some(room) = error.more_room {
            // A replay makes one attempt, and its reply is the last that was recorded.
            let is_last = call.counted >= self.settings.max_attempts;
            if is_last || !call.may_have_more_room() || !job.ledger.take_retry() {
                return by_another();
            }
            return Next::WithRoom(room);
        }
        let pause = pause(&self.settings, &*self.jitter, call.counted, error);
        match pause.filter(|pause| job.ends_in_time(*pause)) {
            Some(pause) if job.ledger.take_retry() => Next::Again(pause),
            Some(_) | None => by_another(),
        }
    }

    /// Decides what a call does whose server refused the request, failed, or was unreachable.
    /// Returns `None` to give up the model.
    ///
    /// Such attempts are free, so they do not count as retries. A call waits while its server
    /// answers no call, up to the longest outage. If the server answers other calls, the call's
    /// number of attempts is limited. A call with a fallback does not wait.
    fn wait_for_server(
        &self,
        call: &mut CallInProgress<'_>,
        queue: &EndpointQueue,
        error: &ModelError,
        is_out: bool,
    ) -> Option<Next> {
        let settings = &self.settings;
        let now = Instant::now();
        let failing = *call.failing.get_or_insert(now);
        let last_good = queue.last_good().filter(|good| *good > failing);
        let over = last_good.unwrap_or(failing).checked_add(settings.longest_outage);
        let left = over.map_or(Duration::MAX, |over| over.saturating_duration_since(now));
        let is_refused = error.kind == ModelErrorKind::RateLimited;
        let others_are_answered = !is_refused && last_good.is_some();
        if others_are_answered && call.counted >= settings.max_attempts {
            return None;
        }
        if left.is_zero() {
            let waits_for_another = is_refused || call.has_another_model();
            return (!waits_for_another).then_some(Next::TooLong);
        }
        let pause = if is_refused {
            pause_of_refused(settings, &*self.jitter, queue.backoff(), error)?
        } else {
            pause_of_failed(settings, &*self.jitter, call.counted, error)?
        };
        if call.has_another_model() {
            let tries = if is_refused {
                settings.max_attempts
            } else {
                TRIES_BEFORE_FALLBACK
            };
            let is_gone = is_out || error.kind == ModelErrorKind::Unreachable;
            if is_gone || call.counted >= tries || pause >= WORTH_A_FALLBACK {
                return Some(Next::Elsewhere);
            }
        } else if is_out {
            return Some(Next::WhenBack);
        }
        let pause = if error.retry() == RetryAdvice::Later {
            pause.min(left)
        } else {
            pause
        };
        call.job.ends_in_time(pause).then_some(Next::Again(pause))
    }
}

/// Returns `true` if a failed attempt certainly was not charged: the server refused the request,
/// failed, or was unreachable.
const fn costs_nothing(error: &ModelError) -> bool {
    error.usage.is_none()
        && matches!(
            error.kind,
            ModelErrorKind::RateLimited
                | ModelErrorKind::Server
                | ModelErrorKind::Unreachable
                | ModelErrorKind::Timeout(TimeoutPhase::Connect)
        )
}

async fn wait(pause: Option<Duration>) -> Result<(), FailureKind> {
    if let Some(pause) = pause {
        sleep(pause).await;
    }
    Ok(())
}
