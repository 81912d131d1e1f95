//! Retries: decides whether and after what pause an attempt is retried, and how a failed attempt is
//! charged.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use rlm_model::{ModelError, Price, RetryAdvice};
use rlm_policy::{FailedAttempt, Spend, cost_of};

use crate::SchedulerSettings;

/// A source of jitter, so that clients that failed at the same time do not retry at the same time.
///
/// ```
/// use std::time::Duration;
/// use rlm_scheduler::{Jitter, Scheduler, SchedulerSettings};
///
/// /// Pauses as long as may be, so that a test knows for how long.
/// #[derive(Debug)]
/// struct Longest;
///
/// impl Jitter for Longest {
///     fn up_to(&self, bound: Duration) -> Duration {
///         bound
///     }
/// }
///
/// let scheduler = Scheduler::with_jitter(SchedulerSettings::default(), None, std::sync::Arc::new(Longest));
/// assert_eq!(Longest.up_to(Duration::from_secs(2)).as_secs(), 2);
/// ```
pub trait Jitter: Send + Sync + fmt::Debug {
    /// Returns a random duration from zero to `bound`.
    fn up_to(&self, bound: Duration) -> Duration;
}

/// Jitter from the operating system's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomJitter;

impl Jitter for RandomJitter {
    fn up_to(&self, bound: Duration) -> Duration {
        // Each `RandomState` has new keys, so the hash of a constant is a random number.
        let random = RandomState::new().hash_one(0_u8);
        let nanos = bound.as_nanos().saturating_mul(u128::from(random)) >> u64::BITS;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// Returns the pause before the retry of attempt number `attempt`; `None` if there is no retry.
///
/// Pauses have full jitter:
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
pub(crate) fn pause(
    settings: &SchedulerSettings,
    jitter: &dyn Jitter,
    attempt: u32,
    error: &ModelError,
) -> Option<Duration> {
    if attempt >= settings.max_attempts {
        return None;
    }
    pause_of_failed(settings, jitter, attempt, error)
}

/// Returns the pause after the failure of an attempt, regardless of the maximum number of attempts;
/// `None` if the error is permanent.
pub(crate) fn pause_of_failed(
    settings: &SchedulerSettings,
    jitter: &dyn Jitter,
    attempt: u32,
    error: &ModelError,
) -> Option<Duration> {
    match error.retry() {
        RetryAdvice::Never => None,
        RetryAdvice::Later => {
            let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
            let bound = settings.first_pause.saturating_mul(doubled).min(settings.longest_pause);
            Some(jitter.up_to(bound))
        }
        RetryAdvice::After(asked) => pause_asked_for(settings, jitter, asked),
    }
}

/// Returns the pause before the next attempt of a call that was refused because of load. `backoff`
/// is the bound of the pause if the server did not specify one.
pub(crate) fn pause_of_refused(
    settings: &SchedulerSettings,
    jitter: &dyn Jitter,
    backoff: Duration,
    error: &ModelError,
) -> Option<Duration> {
    match error.retry() {
        RetryAdvice::Never => None,
        RetryAdvice::Later => Some(jitter.up_to(backoff)),
        RetryAdvice::After(asked) => pause_asked_for(settings, jitter, asked),
    }
}

/// Returns the pause that the server asked for, plus jitter, since other clients were asked for the
/// same pause. Returns `None` if it is too long.
fn pause_asked_for(settings: &SchedulerSettings, jitter: &dyn Jitter, asked: Duration) -> Option<Duration> {
    let longer = jitter.up_to(settings.first_pause.min(asked));
    (asked <= settings.longest_retry_after).then(|| asked.saturating_add(longer))
}

/// Returns the charge of a failed attempt; `None` if the attempt certainly was not charged.
pub(crate) fn charge(error: &ModelError, price: Option<Price>) -> Option<FailedAttempt> {
    if let Some(usage) = &error.usage {
        return Some(FailedAttempt::Used(Spend::of(0, usage, cost_of(usage, price))));
    }
    error.kind.may_be_charged().then_some(FailedAttempt::Unknown)
}

#[cfg(test)]
mod tests {
    use rlm_model::ModelErrorKind;

    use super::*;

    #[derive(Debug)]
    struct Most;

    impl Jitter for Most {
        fn up_to(&self, bound: Duration) -> Duration {
            bound
        }
    }

    #[test]
    fn retry_pause_doubles_up_to_the_maximum() {
        let settings = SchedulerSettings {
            max_attempts: 10,
            ..SchedulerSettings::default()
        };
        let error = ModelError::new(ModelErrorKind::Server, "no");
        let pauses: Vec<_> = (1..=10)
            .map(|attempt| pause(&settings, &Most, attempt, &error).map(|pause| pause.as_millis()))
            .collect();
        let seconds = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];
        assert_eq!(pauses, seconds.map(Some).into_iter().chain([None]).collect::<Vec<_>>());
    }

    #[test]
    fn random_jitter_stays_within_its_bound_and_varies() {
        let bound = Duration::from_secs(1);
        let drawn: Vec<_> = (0..100).map(|_| RandomJitter.up_to(bound)).collect();
        assert!(drawn.iter().all(|pause| *pause <= bound));
        assert!(drawn.iter().any(|pause| *pause != drawn[0]));
    }
}
